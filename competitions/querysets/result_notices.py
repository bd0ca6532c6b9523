"""Filters of notices about results, chainable."""

from django.db.models import Exists, F, OuterRef, Q, Subquery

from competitions.querysets.contests import CompetitionQuerySet
from unions.scoping import reach


class ResultNoticeQuerySet(CompetitionQuerySet):
    """Notices go with the union that entered; the holder published the results and needs none."""

    def addressed_to(self, user):
        """Those of unions that the user keeps as their officer: whoever keeps the whole town sees only those of the town
        union itself, or each publication would tell the town of every union."""
        paths = reach(user, self.edit_permission)
        ours = Q(union__path__in=paths)
        for path in paths:
            if path.count("/") > 1:
                ours |= Q(union__path__startswith=path)
        return self.filter(ours) if paths else self.none()

    def standing(self):
        """About the phase in which the event is, of contests that were not cancelled."""
        return self.filter(step=F("event__phase")).exclude(event__contest__state="cancelled")

    def with_receipt_of(self, user):
        """``seen_at``: when the user marked it as seen."""
        receipts = self.model._meta.get_field("receipts").related_model.objects
        mine = receipts.filter(notice=OuterRef("pk"), user=user)
        return self.annotate(seen_at=Subquery(mine.values("seen_at")[:1]))

    def unseen_by(self, user):
        """Not marked as seen by the user."""
        receipts = self.model._meta.get_field("receipts").related_model.objects
        return self.exclude(Exists(receipts.filter(notice=OuterRef("pk"), user=user)))


class ResultNoticeReceiptQuerySet(CompetitionQuerySet):
    """Receipts go with their notice."""

    union_field = "notice__union"
