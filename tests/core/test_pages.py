"""Keyset pages: every row once, in order, whatever the order and the nulls; capped counts; plain addresses."""

from itertools import chain

import pytest
from django.core.exceptions import FieldError
from django.db.models import F
from django.http import QueryDict

from core import pages
from core.models import Code
from core.pages import ordering, paginate

TABLE = "paging_sample"


class Request:
    """What paginate() reads of a request."""

    def __init__(self, query=""):
        self.GET = QueryDict(query.removeprefix("?"))


@pytest.fixture
def rows(db):
    """25 rows: ``rank`` repeats, ``valid_from`` is null in every third."""
    codes = [
        Code(
            table=TABLE,
            code=f"{number:02d}",
            name=f"名称{number % 4}",
            rank=number % 5,
            valid_from=None if number % 3 == 0 else f"2020-01-{number % 7 + 1:02d}",
        )
        for number in range(25)
    ]
    Code.objects.bulk_create(codes)
    return Code.objects.filter(table=TABLE)


def _walk(queryset, size=4):
    """Codes page by page to the end, and back again."""
    forward, query = [], ""
    while True:
        page = paginate(Request(query), queryset, size=size)
        forward.append([row.code for row in page])
        if not page.has_next:
            break
        query = page.next_query
    backward = [[row.code for row in page]]
    while page.has_previous:
        page = paginate(Request(page.previous_query), queryset, size=size)
        backward.insert(0, [row.code for row in page])
    return forward, backward


ORDERS = [
    ("code",),
    ("-code",),
    ("rank", "code"),
    ("-rank", "code"),
    ("rank", "-name"),
    ("valid_from",),
    ("-valid_from", "rank"),
    ("name", "-valid_from"),
]


@pytest.mark.parametrize("order", ORDERS, ids=",".join)
def test_every_row_comes_once_in_the_database_s_order_forward_and_back(rows, order):
    expected = list(rows.order_by(*order, "pk").values_list("code", flat=True))
    forward, backward = _walk(rows.order_by(*order))
    assert list(chain(*forward)) == expected
    assert backward == forward
    assert [len(page) for page in forward] == [4, 4, 4, 4, 4, 4, 1]


def test_the_model_s_own_order_is_used_and_made_total(rows):
    forward, _ = _walk(rows)
    assert list(chain(*forward)) == [
        code.code for code in Code.objects.filter(table=TABLE).order_by("rank", "code")
    ]


def test_addresses_keep_the_filters_and_carry_only_a_primary_key(rows):
    page = paginate(Request("?q=a&page=9&after=1"), rows.order_by("name"), size=4)
    assert page.next_query == f"?q=a&after={page.items[-1].pk}&page=2"
    second = paginate(Request(page.next_query), rows.order_by("name"), size=4)
    assert second.previous_query == "?q=a"
    assert second.first_query == "?q=a"


@pytest.mark.parametrize(
    "query", ["?after=abc", "?after=-1", "?after=99999999999999999999", "?after=１", "?before=0"]
)
def test_a_bad_key_gives_the_first_page(rows, query):
    page = paginate(Request(query), rows.order_by("code"), size=4)
    assert [row.code for row in page] == ["00", "01", "02", "03"]
    assert page.number == 1


def test_a_row_out_of_the_list_cannot_serve_as_a_key(rows):
    foreign = Code.objects.create(table="other", code="10", name="外")
    page = paginate(Request(f"?after={foreign.pk}"), rows.order_by("code"), size=4)
    assert [row.code for row in page] == ["00", "01", "02", "03"]


def test_counts_are_exact_up_to_the_cap(rows, monkeypatch):
    page = paginate(Request(), rows.order_by("code"), size=4)
    assert (page.count, page.count_text) == (25, "25")
    monkeypatch.setattr(pages, "COUNT_CAP", 20)
    page = paginate(Request(), rows.order_by("code"), size=4)
    assert (page.count, page.count_text) == (21, "20+")


def test_a_single_page_needs_no_count(rows, django_assert_num_queries):
    with django_assert_num_queries(1):
        page = paginate(Request(), rows.order_by("code"), size=50)
        assert page.count == 25


def test_an_empty_list(db):
    page = paginate(Request(), Code.objects.filter(table="none"), size=4)
    assert (list(page), page.count, page.has_next, page.has_previous) == ([], 0, False, False)


@pytest.mark.parametrize("order", [F("rank").desc(nulls_last=True), "?"])
def test_an_order_that_has_no_key_is_refused(rows, order):
    with pytest.raises(FieldError):
        paginate(Request(), rows.order_by(order))


def test_ordering_takes_known_keys_only():
    allowed = {"name": ("name", "-rank"), "code": ("code",)}
    assert ordering(Request("?sort=code"), allowed, "name") == ("code", ("code",))
    assert ordering(Request("?sort=-name"), allowed, "code") == ("-name", ("-name", "rank"))
    assert ordering(Request("?sort=password"), allowed, "-name") == ("-name", ("-name", "rank"))
    assert ordering(Request(), allowed, "code") == ("code", ("code",))
