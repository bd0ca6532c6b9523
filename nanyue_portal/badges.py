"""What waits behind the entries of the side bar. Every page asks, so all of it is read in one statement, and read anew:
a figure kept from the page before would name work that is done."""

from django.db.models import IntegerField, QuerySet, Subquery

from accounts.models import User
from unions.scoping import reading_unions_once
from workers.matters import WAITING_CAP as CAP


class CountedToCap(Subquery):
    """How many rows a queryset has, as a column; counting ends at CAP + 1."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS waiting)"
    output_field = IntegerField()
    empty_result_set_value = 0

    def __init__(self, rows: QuerySet):
        super().__init__(rows.order_by().values("pk")[: CAP + 1])


def badges_of(user, counts: dict) -> dict[str, str]:
    """The badge of each key: how much waits for the user, ``99+`` from CAP on, or nothing. The values are functions of
    the user that give the querysets of what waits."""
    with reading_unions_once(user):
        asked = [(key, rows) for key, waiting in counts.items() for rows in waiting(user)]
    if not asked:
        return {}
    columns = [CountedToCap(rows) for _, rows in asked]
    found = User.objects.filter(pk=user.pk).values_list(*columns).get()
    sums = dict.fromkeys(counts, 0)
    for (key, _), number in zip(asked, found, strict=True):
        sums[key] += number
    return {key: f"{CAP}+" if number > CAP else str(number or "") for key, number in sums.items()}
