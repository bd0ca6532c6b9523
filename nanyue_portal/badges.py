"""What waits behind the entries of the side bar. Every page asks, so all of it is read in one statement, and read anew:
a figure kept from the page before would name work that is done."""

import contextlib
from collections.abc import Iterable, Iterator

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from psycopg2.sql import SQL, Composed

from unions.scoping import reading_unions_once
from workers.matters import WAITING_CAP as CAP


def badges_of(user, counts: dict) -> dict[str, str]:
    """The badge of each key: how much waits for the user, ``99+`` from CAP on, or nothing. The values are functions of
    the user that give the querysets of what waits."""
    sums = dict.fromkeys(counts, 0)
    with reading_unions_once(user):
        asked = [
            (key, statement) for key, waiting in counts.items() for statement in _statements(waiting(user))
        ]
    for (key, _), number in zip(asked, _counted([statement for _, statement in asked]), strict=True):
        sums[key] += number
    return {key: f"{CAP}+" if number > CAP else str(number or "") for key, number in sums.items()}


def _statements(querysets: Iterable[QuerySet]) -> Iterator[tuple[str, tuple]]:
    """SQL and parameters of each that can have rows; counting ends at CAP + 1."""
    for rows in querysets:
        with contextlib.suppress(EmptyResultSet):
            yield rows.order_by().values("pk")[: CAP + 1].query.sql_with_params()


def _counted(statements: list[tuple[str, tuple]]) -> tuple[int, ...]:
    """How many rows each statement has, asked at once. They are joined as text: as sub-queries of one queryset Django
    walks through each of them twice more, a fifth of the time that the badges take."""
    if not statements:
        return ()
    columns = [SQL("(SELECT COUNT(*) FROM ({}) AS waiting)").format(SQL(text)) for text, _ in statements]
    with connection.cursor() as cursor:
        cursor.execute(
            Composed([SQL("SELECT "), SQL(", ").join(columns)]),
            [value for _, values in statements for value in values],
        )
        return cursor.fetchone()
