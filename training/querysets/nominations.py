"""Filters of what unions propose about people, chainable."""

from core.access import Permission
from unions.scoping import ScopedQuerySet


class NominationQuerySet(ScopedQuerySet):
    """Kept with the person's record."""

    union_field = "worker__union"
    view_permission = Permission.VIEW_TRAINING
    edit_permission = Permission.EDIT_TRAINING

    def editable_by(self, user):
        """Rows the user may change; nothing is left to change of an anonymised person."""
        return super().editable_by(user).filter(worker__anonymised_on=None)

    def waiting(self):
        """Proposed, and not decided by the town yet."""
        return self.filter(state="proposed")

    def accepted(self):
        """Accepted by the town."""
        return self.filter(state="accepted")
