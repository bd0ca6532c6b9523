"""What the page of a bulk edit shows: how many rows of each outcome, what they had before, the rows."""

from django.db.models import Count

from workers.models import BulkEdit, BulkEditRow, Worker

BEFORES = 30  # free texts can be as many as the people


def counts_of(edit: BulkEdit) -> dict[str, int]:
    """Outcome → rows; outcomes without rows are left out."""
    found = edit.rows.order_by().values_list("outcome").annotate(rows=Count("pk"))
    return dict(found)


def befores_of(edit: BulkEdit) -> list[tuple[str, int]]:
    """(value before, rows), the most frequent first, at most BEFORES."""
    found = edit.rows.order_by().values_list("before").annotate(rows=Count("pk"))
    return list(found.order_by("-rows", "before")[:BEFORES])


def rows_of(edit: BulkEdit, user, *, outcome: str = "", before: str | None = None):
    """The rows inside the user's reach today, narrowed to an outcome and a value before."""
    rows = edit.rows.filter(worker__in=Worker.objects.visible_to(user).values("pk"))
    if outcome in BulkEditRow.Outcome.values:
        rows = rows.filter(outcome=outcome)
    if before is not None:
        rows = rows.filter(before=before)
    shown = (
        "worker__name",
        "worker__union",
        "worker__employer",
        "worker__union__name",
        "worker__employer__name",
    )
    return (
        rows.select_related("worker__union", "worker__employer")
        .only("outcome", "before", "edit", "version", *shown)
        .order_by("pk")
    )
