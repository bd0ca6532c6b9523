"""Row keys: what was written is known again, whatever a spreadsheet program did to its type; nothing can be made up."""

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from core.rowkeys import Heading, RowKeyError, RowKeys, canonical, read_heading

HEADING = Heading("workers", ("name", "since", "count"))
KEYS = RowKeys(HEADING)
CELLS = ("试甲", dt.date(2021, 6, 1), 30)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


def test_a_heading_is_known_again_with_its_list_and_columns():
    assert read_heading(str(HEADING)) == HEADING
    assert read_heading(f"  {HEADING}\n") == HEADING
    assert read_heading(str(HEADING).replace(" ", "\n", 1)) == HEADING
    assert read_heading("行标识（请勿改动）") is None
    assert read_heading("姓名") is None
    assert read_heading(None) is None


@pytest.mark.parametrize(
    "cells",
    [
        CELLS,
        ("试甲", "2021-06-01", 30.0),
        (" 试甲 ", dt.datetime(2021, 6, 1, tzinfo=dt.UTC).replace(tzinfo=None), "30"),
    ],
)
def test_a_row_as_it_was_says_nothing(cells):
    pk, hashes = KEYS.read(KEYS.make(7, CELLS))
    assert (pk, KEYS.edited(pk, hashes, cells)) == (7, [])


def test_an_edited_cell_is_found_and_a_column_that_is_gone_is_not():
    pk, hashes = KEYS.read(KEYS.make(7, CELLS))
    assert KEYS.edited(pk, hashes, ("试乙", "2021-06-01", "")) == [0, 2]
    assert KEYS.edited(pk, hashes, ("试甲", None, 31)) == [2]
    assert KEYS.edited(pk, hashes, (None, None, None)) == []


def test_what_stands_now_is_held_against_what_the_row_said():
    _, hashes = KEYS.read(KEYS.make(7, CELLS))
    was = KEYS.piece(hashes, 0)
    assert KEYS.fits(7, 0, was, "试甲")
    assert not KEYS.fits(7, 0, was, "试丙")
    assert not KEYS.fits(8, 0, was, "试甲")


def test_a_key_that_was_touched_is_refused():
    good = KEYS.make(7, CELLS)
    version, pk, held = good.split(".")
    touched = (
        f"{version}.8.{held}",
        f"v2.{pk}.{held}",
        good[:-1],
        f"{good}A",
        "7",
        "",
        "....",
        7.0,
    )
    for text in touched:
        with pytest.raises(RowKeyError):
            KEYS.read(text)
    for other in (Heading("unions", HEADING.columns), Heading("workers", ("name", "count", "since"))):
        with pytest.raises(RowKeyError):
            RowKeys(other).read(good)


def test_keys_of_another_office_are_refused(settings):
    good = KEYS.make(7, CELLS)
    settings.FIELD_KEYS = f"1:aes:{'A' * 43}=,index:{'B' * 43}="
    with pytest.raises(RowKeyError):
        RowKeys(HEADING).read(good)


def test_rows_that_say_the_same_have_nothing_in_common():
    one, other = (KEYS.make(pk, CELLS).split(".")[2] for pk in (7, 8))
    assert one != other
    pieces = {KEYS.piece(KEYS.read(KEYS.make(pk, CELLS))[1], 0) for pk in range(50)}
    assert len(pieces) == 50


@given(
    pk=st.integers(1, 10**12),
    cells=st.lists(TEXTS, min_size=3, max_size=3),
    other=st.lists(TEXTS, min_size=3, max_size=3),
)
def test_exactly_the_cells_that_differ_are_edited(pk, cells, other):
    key, hashes = KEYS.read(KEYS.make(pk, cells))
    differing = [place for place in range(3) if canonical(cells[place]) != canonical(other[place])]
    assert (key, KEYS.edited(key, hashes, other)) == (pk, differing)
