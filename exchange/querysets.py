"""Filters of import runs and their rows."""

from django.db import models

from core.access import Permission
from unions.scoping import ScopedQuerySet


class RunQuerySet(ScopedQuerySet):
    """Runs are opened by the right to import over their union; a run of the whole town by the town's."""

    view_permission = Permission.IMPORT_FILES
    edit_permission = Permission.IMPORT_FILES

    def live(self):
        """Runs that hold their file: not refused, failed, discarded or undone."""
        return self.filter(state__in=LIVE)


class RowQuerySet(RunQuerySet):
    union_field = "run__union"

    def failing(self):
        """Rows that cannot be imported as they are."""
        return self.filter(verdict__in=FAILING)


class EffectQuerySet(RunQuerySet):
    union_field = "row__run__union"


class LeaverQuerySet(RunQuerySet):
    union_field = "run__union"


class MemoryQuerySet(RunQuerySet):
    """What is remembered for a union is kept by whoever imports for it."""


class ExportQuerySet(models.QuerySet):
    """Exports belong to the user who made them: nobody else may take the file."""

    def visible_to(self, user):
        """The user's own."""
        return self.filter(created_by=user)

    def expired(self, now):
        """Files whose time is over."""
        return self.exclude(file="").filter(expires_at__lte=now)


LIVE = ("uploaded", "checking", "mapping", "checked", "applying", "applied", "undoing")
FAILING = ("problem", "conflict")
