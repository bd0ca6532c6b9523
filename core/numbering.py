"""Numbers that the system gives: a beginning and a running number behind it."""

from django.db.models import QuerySet


def next_code(rows: QuerySet, beginning: str, *, digits: int) -> str:
    """The code after the last one of these rows that begins so. The caller holds a lock under which no other row
    with this beginning comes to be."""
    known = rows.filter(code__startswith=beginning).values_list("code", flat=True)
    last = max((int(code.removeprefix(beginning)) for code in known), default=0)
    return f"{beginning}{last + 1:0{digits}d}"
