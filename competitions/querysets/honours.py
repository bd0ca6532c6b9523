"""Filters of honours, model teams and studios, chainable."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q

from competitions.querysets.contests import CompetitionQuerySet


class RecognitionQuerySet(CompetitionQuerySet):
    """What the town decides about: entered, verified, refused, revoked; and whether it holds on a day."""

    def waiting(self):
        """Entered, and not verified by the town yet."""
        return self.filter(state="entered")

    def ever_valid(self):
        """Verified by the town, whether or not it holds today; not those revoked as of the day they were given."""
        known = self.filter(state__in=["verified", "revoked"])
        return known.exclude(state="revoked", revoked_on__lte=F("awarded_on"))

    def valid_on(self, day: dt.date):
        """Verified, given by the day, not run out on it; one revoked later counts until then."""
        begun = Q(awarded_on__lte=day) & (Q(valid_until=None) | Q(valid_until__gte=day))
        known = self.filter(begun, state__in=["verified", "revoked"])
        return known.exclude(state="revoked", revoked_on__lte=day)

    def counting_as(self, group: str):
        """Of the kinds that the rules of kinds count into a figure (``HonourType.counts_as``)."""
        types = self.model._meta.apps.get_model("competitions", "HonourType").objects
        return self.filter(
            Exists(types.filter(code=OuterRef("type"), nature=OuterRef("nature"), counts_as=group))
        )

    def recheck_due(self, day: dt.date):
        """In force on the day, with a re-check that is due by then."""
        return self.valid_on(day).filter(recheck_on__lte=day)


class HonourQuerySet(RecognitionQuerySet):
    """Honours of people: they go with the person."""

    union_field = "worker__union"


class HonourPaperQuerySet(CompetitionQuerySet):
    """Papers go with their honour."""

    union_field = "honour__worker__union"


class CollectivePaperQuerySet(CompetitionQuerySet):
    """Papers go with their honour."""

    union_field = "honour__union"


class TeamQuerySet(CompetitionQuerySet):
    """Teams of a union."""

    def on(self, day: dt.date):
        """Founded by the day (or nobody knows when) and not dissolved by it."""
        begun = Q(founded_on=None) | Q(founded_on__lte=day)
        return self.filter(begun, Q(dissolved_on=None) | Q(dissolved_on__gt=day))

    def titled_on(self, day: dt.date):
        """Holding on the day a title that counts for model teams."""
        titles = self.model._meta.get_field("honours").related_model.objects.valid_on(day)
        return self.filter(Exists(titles.counting_as("model_team").filter(team=OuterRef("pk"))))


class StudioQuerySet(RecognitionQuerySet):
    """Studios belong to the union where they work."""


class StudioPaperQuerySet(CompetitionQuerySet):
    """Papers go with their studio."""

    union_field = "studio__union"


class StudioMemberQuerySet(CompetitionQuerySet):
    """Members are kept with their studio."""

    union_field = "studio__union"


class StudioProjectQuerySet(CompetitionQuerySet):
    """Projects are kept with their studio."""

    union_field = "studio__union"
