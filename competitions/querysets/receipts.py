"""Notices that each reader marks as seen."""

from django.db.models import Exists, OuterRef, Subquery

from competitions.querysets.contests import CompetitionQuerySet


class SeenQuerySet(CompetitionQuerySet):
    """Rows with ``receipts``: one per user who has seen the row."""

    def with_receipt_of(self, user):
        """``seen_at``: when the user marked it as seen."""
        return self.annotate(seen_at=Subquery(self._receipts_of(user).values("seen_at")[:1]))

    def unseen_by(self, user):
        """Not marked as seen by the user."""
        return self.exclude(Exists(self._receipts_of(user)))

    def _receipts_of(self, user):
        receipts = self.model._meta.get_field("receipts").related_model.objects
        return receipts.filter(notice=OuterRef("pk"), user=user)
