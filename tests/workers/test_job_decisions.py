"""What a row does to the jobs at one firm, over all combinations: the result never overlaps, twice is once."""

import datetime as dt
import itertools

from hypothesis import given, settings, strategies as st

from workers.employment_matching import FACTS, decide

DAY = dt.date(2020, 1, 1)
days = st.integers(0, 30).map(lambda n: (DAY + dt.timedelta(days=n)).isoformat())
texts = st.sampled_from(["", "焊工", "电工"])
rules = st.sampled_from(["update", "fill", "skip"])


@st.composite
def stored(draw):
    """Jobs that may stand beside each other: the cuts of a rising row of days, the last one perhaps running."""
    cuts = sorted(draw(st.lists(days, unique=True, max_size=6)))
    spells = [list(pair) for pair in zip(cuts[::2], cuts[1::2], strict=False)]
    if len(cuts) % 2:
        spells.append([cuts[-1], None])
    if spells and draw(st.booleans()):
        spells[0][0] = None
    return [
        {"id": place, "start": start, "end": end, **{name: draw(texts) for name in FACTS}}
        for place, (start, end) in enumerate(spells)
    ]


@st.composite
def rows(draw):
    """What clean cells say: an end lies after its start."""
    said = {name: draw(texts) for name in FACTS if draw(st.booleans())}
    said = {name: text for name, text in said.items() if text}
    start, end = draw(st.none() | days), draw(st.none() | days)
    if start and end and end <= start:
        end = None
    return said | ({"start": start} if start else {}) | ({"end": end} if end else {})


def carried_out(spells, said, decision):
    if decision.verdict == "new":
        blank = dict.fromkeys(FACTS, "") | {"start": None, "end": None, "id": len(spells)}
        return [*spells, blank | said]
    if decision.verdict == "changed":
        return [s | decision.changes if s["id"] == decision.job["id"] else s for s in spells]
    return spells


def overlapping(spells) -> bool:
    return any(
        (a["start"] or "") < (b["end"] or "9") and (b["start"] or "") < (a["end"] or "9")
        for a, b in itertools.combinations(spells, 2)
    )


@settings(max_examples=400)
@given(spells=stored(), said=rows(), rule=rules)
def test_jobs_at_a_firm_never_overlap_and_a_second_import_changes_nothing(spells, said, rule):
    decision = decide(said, spells, rule=rule, closed_on=None)
    after = carried_out(spells, said, decision)
    assert not overlapping(after)
    assert all(spell["end"] is None or (spell["start"] or "") < spell["end"] for spell in after)
    assert sum(spell["end"] is None for spell in after) <= 1
    if decision.verdict in ("new", "changed"):
        again = decide(said, after, rule=rule, closed_on=None)
        assert again.verdict == ("skipped" if rule == "skip" else "unchanged")


@settings(max_examples=400)
@given(spells=stored(), said=rows(), rule=rules)
def test_only_an_update_replaces_anything(spells, said, rule):
    decision = decide(said, spells, rule=rule, closed_on=None)
    if decision.verdict == "changed":
        replaced = {name for name in decision.changes if decision.job[name] not in (None, "")}
        assert rule == "update" or not replaced
        assert rule == "update" or "end" not in decision.changes
    assert rule != "skip" or decision.verdict in ("new", "skipped", "problem")


@given(spells=stored(), said=rows())
def test_a_refusal_says_why_and_where(spells, said):
    decision = decide(said, spells, rule="update", closed_on=None)
    assert (decision.verdict == "problem") <= bool(decision.text and decision.column and decision.code)
