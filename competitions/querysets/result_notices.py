"""Filters of notices about results, chainable."""

from django.db.models import F, Q

from competitions.querysets.contests import CompetitionQuerySet
from competitions.querysets.receipts import SeenQuerySet
from unions.scoping import reach


class ResultNoticeQuerySet(SeenQuerySet):
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


class ResultNoticeReceiptQuerySet(CompetitionQuerySet):
    """Receipts go with their notice."""

    union_field = "notice__union"
