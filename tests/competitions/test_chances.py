"""Who goes on after a stage while marks are missing: what is told is certain, and with all marks nothing is open."""

from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from competitions.rules.lineups import OPEN, chances
from competitions.rules.ranking import ABSENT, CUT, RANKED, Contender, StageRule, rank
from tests.competitions.test_ranking import contests


def theory(advance: int, *scores, pending=(), **facts):
    """What is told after one stage of these scores (None: no sheet), entry by entry."""
    stages = [StageRule(1, Decimal(50), {1: Decimal(100)}, None, advance)]
    stages.append(StageRule(2, Decimal(50), {2: Decimal(100)}))
    contenders = [
        Contender(key, {} if score is None else {1: {7: {1: Decimal(score)}}}, **facts.get(f"of_{key}", {}))
        for key, score in enumerate(scores)
    ]
    return list(chances(stages, contenders, trim=0, pending={(key, 1) for key in pending})[1].values())


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        (theory(2, 90, 80, 70), [RANKED, RANKED, CUT]),
        (theory(2, 90, 80, 80, 70), [RANKED, RANKED, RANKED, CUT]),  # equal to the last
        (theory(2, 90, 80, 70, pending=[0]), [OPEN, RANKED, OPEN]),
        (theory(2, 90, 80, 70, None), [RANKED, OPEN, CUT, OPEN]),
        (theory(2, 90, 80, None, of_2={"withdrawn": True}), [RANKED, RANKED, ABSENT]),
        (theory(2, 90, 80, 70, of_0={"withdrawn": True}), [RANKED, RANKED, CUT]),  # keeps the place
        (theory(2, 90, 80, 70, of_0={"absent": frozenset({1})}), [ABSENT, RANKED, RANKED]),
        (theory(5, 90, None), [RANKED, OPEN]),
    ],
)
def test_an_entry_is_cut_once_nothing_can_save_it(known, wanted):
    assert known == wanted


def so_far(one: Contender, stages: set[int], data) -> Contender:
    """The contender while marks are to come at these stages: no sheet is in or a poor one, and no absence noted."""
    sheets = dict(one.sheets)
    for stage in stages:
        poor = {9: {criterion: Decimal(0) for sheet in sheets[stage].values() for criterion in sheet}}
        sheets[stage] = data.draw(st.sampled_from([{}, poor]))
    return Contender(one.key, sheets, one.absent - stages, one.withdrawn)


@settings(max_examples=400)
@given(contests(), st.data())
def test_what_is_told_early_holds_whatever_marks_come(contest, data):
    stages, contenders, trim = contest
    cells = [(one.key, stage.key) for one in contenders for stage in stages]
    pending = {cell for cell in cells if data.draw(st.integers(0, 3)) == 3}
    outcomes = {one.key: one for one in rank(stages, contenders, trim=trim)}
    following = dict(zip([one.key for one in stages], [one.key for one in stages[1:]], strict=False))
    early = [so_far(one, {stage for key, stage in pending if key == one.key}, data) for one in contenders]
    found = chances(stages, early, trim=trim, pending=pending)
    assert set(found) == {one.key for one in stages[:-1] if one.advance is not None}
    for stage, standings in found.items():
        for key, standing in standings.items():
            if standing != OPEN:
                assert (following[stage] in outcomes[key].stages) is (standing == RANKED)
    missing = {
        one.key for one in contenders if outcomes[one.key].missing_at is not None and not one.withdrawn
    }
    if not pending and not missing:
        assert OPEN not in {standing for standings in found.values() for standing in standings.values()}
