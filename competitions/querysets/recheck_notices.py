"""Filters of reminders of re-checks, chainable."""

from django.db.models import Exists, F, OuterRef, Q

from competitions.querysets.contests import CompetitionQuerySet
from competitions.querysets.receipts import SeenQuerySet

KINDS = ("honour", "collective", "studio")


class RecheckNoticeQuerySet(SeenQuerySet):
    """Notices go with what is to be re-checked."""

    def inside(self, unions):
        """Of honours of their people and collectives, and of their studios (None: the whole town)."""
        if unions is None:
            return self.all()
        ours = Q(honour__worker__union__in=unions) | Q(collective__union__in=unions)
        return self.filter(ours | Q(studio__union__in=unions))

    def unsettled(self):
        """About a day that is still due, of what is verified."""
        due = Q(pk__in=[])
        for kind in KINDS:
            due |= Q(**{f"{kind}__state": "verified", f"{kind}__recheck_on": F("due_on")})
        return self.filter(due)

    def standing(self):
        """Those not settled, of people who were not forgotten; of each row the last."""
        same = Q(pk__in=[])
        for kind in KINDS:
            same |= Q(**{kind: OuterRef(kind)})
        nearer = self.model.objects.filter(same, due_on=OuterRef("due_on"), step__lt=OuterRef("step"))
        found = self.unsettled().exclude(honour__worker__anonymised_on__isnull=False)
        return found.exclude(Exists(nearer))


class RecheckNoticeReceiptQuerySet(CompetitionQuerySet):
    """Receipts go with their notice."""

    def inside(self, unions):
        """Of notices of these unions (None: the whole town)."""
        if unions is None:
            return self.all()
        notices = self.model._meta.get_field("notice").related_model.objects
        return self.filter(notice__in=notices.inside(unions).values("pk"))
