"""Filters of consents and of what is shown to everybody, chainable."""

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from competitions.querysets.contests import CompetitionQuerySet


class ConsentQuerySet(CompetitionQuerySet):
    """Kept by the union of the innovation and by the person's own: either may write down that it was withdrawn."""

    union_field = "contributor__innovation__union"

    def inside(self, unions):
        """Either union is one of these (None: the whole town)."""
        if unions is None:
            return self.all()
        return self.filter(
            Q(contributor__innovation__union__in=unions) | Q(contributor__worker__union__in=unions)
        )

    def in_force(self):
        """Given, and not withdrawn."""
        return self.filter(withdrawn_on=None)


class PublicationQuerySet(CompetitionQuerySet):
    """Kept like their innovation."""

    union_field = "innovation__union"

    def on_show(self):
        """Those that everybody may see now: of reviewed innovations whose author's consent is in force.
        ``with_pictures`` says whether it covers pictures."""
        consents = apps.get_model("competitions", "Consent").objects.in_force()
        consents = consents.filter(
            contributor__innovation=OuterRef("innovation"),
            contributor__role="lead",
            contributor__worker__anonymised_on=None,
        )
        rows = self.filter(Exists(consents), innovation__state="accepted")
        return rows.annotate(with_pictures=Exists(consents.filter(shows_pictures=True)))
