"""Two histories become one: nothing overlaps, every day of either is covered, and only the shared days are lost."""

import datetime as dt
import itertools

from hypothesis import given, strategies as st

from workers.collapsing import Job, Piece, collapse_employments, collapse_memberships

DAY = dt.date(2020, 1, 1)
LENGTH = 60


def day(number):
    return None if number is None else DAY + dt.timedelta(days=number)


def piece(pk, start, end, *, union=1, kept=True, retained=False, change="1", end_change="6"):
    return Piece(
        pk, kept, union, day(start), day(end), retained, "30" if retained else "20", "3" if retained else change,
        end_change="" if end is None else end_change,
    )  # fmt: skip


@st.composite
def histories(draw, kept):
    """Spells that do not overlap, the last of which may still run."""
    cuts = sorted(draw(st.lists(st.integers(0, LENGTH), min_size=0, max_size=8, unique=True)))
    pairs = list(itertools.pairwise(cuts))
    found = []
    for number, (start, end) in enumerate(pairs):
        if draw(st.booleans()):
            union, retained = draw(st.integers(1, 3)), draw(st.booleans())
            found.append(
                piece(number + (1 if kept else 100), start, end, union=union, kept=kept, retained=retained)
            )
    if cuts and draw(st.booleans()):
        found.append(piece(50 if kept else 150, cuts[-1], None, union=draw(st.integers(1, 3)), kept=kept))
    return found


def on(pieces, number):
    return [p for p in pieces if p.start <= day(number) < p.last]


@given(histories(kept=True), histories(kept=False))
def test_merging_never_overlaps_and_loses_exactly_the_shared_days(kept, absorbed):
    merged = collapse_memberships(kept, absorbed)
    assert all(one.last <= two.start for one, two in itertools.pairwise(merged))
    for number in range(LENGTH + 2):
        before, after = len(on(kept, number)) + len(on(absorbed, number)), len(on(merged, number))
        both = bool(on(kept, number)) and bool(on(absorbed, number))
        assert before - after == both
        if on(kept, number):
            [old], [new] = on(kept, number), on(merged, number)
            assert (new.union, new.is_retained) == (old.union, old.is_retained)


@given(histories(kept=True), histories(kept=False))
def test_a_merged_history_can_be_stored(kept, absorbed):
    for p in collapse_memberships(kept, absorbed):
        assert p.end is None or p.end > p.start
        assert bool(p.end) == bool(p.end_change)
        assert p.start_change in ("1", "2", "3")


@given(histories(kept=True), histories(kept=False))
def test_overlapping_spells_at_one_union_in_one_state_become_one(kept, absorbed):
    merged = collapse_memberships(kept, absorbed)
    for one in kept:
        for two in absorbed:
            between = [k for k in kept if k is not one and k.overlaps(two)]
            if one.same_place(two) and one.overlaps(two) and not between:
                whole = [
                    p
                    for p in merged
                    if p.start <= min(one.start, two.start) and p.last >= max(one.last, two.last)
                ]
                others = [k for k in absorbed if k is not two and k.overlaps(one)]
                assert whole or others


def test_a_second_union_is_cut_to_the_days_outside_the_kept_spell():
    kept = [piece(1, 10, 20, union=1)]
    merged = collapse_memberships(kept, [piece(9, 5, None, union=2, kept=False)])
    assert [(p.pk, p.union, p.start, p.end, p.start_change, p.end_change) for p in merged] == [
        (9, 2, day(5), day(10), "1", "4"),
        (1, 1, day(10), day(20), "1", "6"),
        (9, 2, day(20), None, "2", ""),
    ]


def test_one_union_gives_one_spell_from_the_earlier_start_to_the_later_end():
    kept = [piece(1, 10, 20), piece(2, 30, 40, end_change="4")]
    merged = collapse_memberships(kept, [piece(9, 5, 35, kept=False, change="2")])
    assert [(p.pk, p.start, p.end, p.start_change, p.end_change) for p in merged] == [
        (1, day(5), day(40), "2", "4")
    ]


def test_spells_that_only_meet_stay_two():
    merged = collapse_memberships([piece(1, 5, 10)], [piece(9, 10, None, kept=False)])
    assert [(p.pk, p.start_change) for p in merged] == [(1, "1"), (9, "1")]


def test_retention_of_the_kept_record_holds_for_its_days():
    merged = collapse_memberships([piece(1, 10, 20, retained=True)], [piece(9, 5, None, kept=False)])
    assert [(p.start, p.is_retained, p.end_change) for p in merged] == [
        (day(5), False, "3"),
        (day(10), True, "6"),
        (day(20), False, ""),
    ]


def test_jobs_at_one_firm_that_overlap_become_one_and_others_stay():
    kept = [Job(1, 7, day(10), day(20), ("", "焊工")), Job(2, 8, None, None, ("", ""))]
    absorbed = [Job(3, 7, day(15), None, ("1", "车工")), Job(4, 7, day(1), day(5), ("", "")),
                Job(5, 8, day(3), day(9), ("", ""))]  # fmt: skip
    jobs = sorted(collapse_employments(kept, absorbed), key=lambda job: job.pk)
    assert jobs == [
        Job(1, 7, day(10), None, ("1", "焊工")),
        Job(2, 8, day(3), None, ("", "")),
        Job(4, 7, day(1), day(5), ("", "")),
    ]


def test_a_job_that_bridges_two_takes_both_up():
    kept = [Job(1, 7, day(1), day(5)), Job(2, 7, day(9), day(12))]
    assert collapse_employments(kept, [Job(3, 7, day(4), day(10))]) == [Job(1, 7, day(1), day(12))]
