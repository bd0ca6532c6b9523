"""Results from marks: a property test against a slow plain reference, and the published scores of a real contest."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, strategies as st

from competitions.rules.ranking import Contender, StageRule, rank, score_of

# Men's snowboard halfpipe final, Milano-Cortina 2026: points of six judges, the highest and the lowest left out, and the
# published score of each run. Official results at olympics.com (sbd/je/m/hp----------------/fnl-), as transcribed in
# github.com/thekatiefox/snowboarding-halfpipe-analysis, data/raw/milano-cortina-2026-individual-judge-scores.csv.
# By published place: the runs of one competitor that were scored.
PUBLISHED = (
    (((89, 92, 91, 91, 91, 91), "91.00"), ((95, 95, 96, 95, 95, 95), "95.00")),
    (((50, 45, 50, 46, 49, 50), "48.75"), ((94, 93, 94, 93, 94, 93), "93.50")),
    (((92, 88, 92, 92, 92, 92), "92.00"), ((93, 90, 93, 91, 93, 91), "92.00")),
    (((90, 90, 90, 90, 90, 90), "90.00"), ((91, 91, 91, 89, 91, 91), "91.00")),
    (((35, 35, 35, 35, 35, 34), "35.00"), ((89, 89, 89, 87, 87, 85), "88.00")),
    (((25, 24, 25, 23, 25, 25), "24.75"), ((24, 25, 20, 24, 27, 26), "24.75"), ((88, 89, 88, 88, 86, 86), "87.50")),
    (((28, 28, 27, 26, 29, 27), "27.50"), ((85, 86, 87, 86, 87, 88), "86.50")),
    (((78, 77, 78, 77, 79, 77), "77.50"),),
    (((18, 17, 17, 18, 19, 18), "17.75"), ((18, 17, 17, 17, 18, 17), "17.25"), ((76, 76, 76, 76, 77, 76), "76.00")),
    (((75, 74, 75, 75, 76, 75), "75.00"),),
    (((15, 10, 12, 12, 10, 13), "11.75"), ((70, 70, 70, 70, 71, 71), "70.25")),
    (((43, 42, 45, 40, 45, 42), "43.00"),),
)  # fmt: skip


def points_of(judges) -> dict:
    return {seat: {1: Decimal(points)} for seat, points in enumerate(judges)}


def test_six_judges_of_a_real_contest_give_the_published_scores_and_places():
    stage = StageRule(key=1, weight=Decimal(100), criteria={1: Decimal(100)})
    for runs in PUBLISHED:
        for judges, published in runs:
            assert str(score_of(stage, points_of(judges), trim=1).score) == published
    best = [max(runs, key=lambda run: Decimal(run[1]))[0] for runs in PUBLISHED]
    contenders = [Contender(place, {1: points_of(judges)}) for place, judges in enumerate(best, start=1)]
    outcomes = rank([stage], reversed(contenders), trim=1)
    assert {outcome.key: outcome.rank for outcome in outcomes} == {place: place for place in range(1, 13)}


def half_up(value: Fraction, places: int) -> Fraction:
    """Rounded as on paper, in whole numbers."""
    unit = 10**places
    return Fraction((2 * value * unit + 1) // 2, unit)


def plain_score(stage: StageRule, sheets, trim: int):
    """By the definition: take away one highest and one lowest at a time, as long as one is left."""
    sums = [
        Fraction(sum(sheet.values()))
        for sheet in sheets.values()
        if all(key in sheet for key in stage.criteria)
    ]
    for _ in range(trim):
        if len(sums) > 2:
            sums.remove(max(sums))
            sums.remove(min(sums))
    if not sums:
        return None
    return half_up(100 * sum(sums) / len(sums) / Fraction(sum(stage.criteria.values())), 2)


def plain_results(stages, contenders, trim: int) -> dict:
    """By the definition: {key: (standing, total, rank)}, each rank by counting who is better."""
    out, scores, going = {}, {}, list(contenders)
    for place, stage in enumerate(stages):
        for one in going:
            lacks = stage.key in one.absent
            scores[one.key, stage.key] = (
                None if lacks else plain_score(stage, one.sheets.get(stage.key, {}), trim)
            )
            if scores[one.key, stage.key] is None:
                out[one.key] = "absent" if lacks else "missing"
        going = [one for one in going if one.key not in out]
        if stage.advance and place + 1 < len(stages):
            for one in list(going):
                better = [
                    other for other in going if scores[other.key, stage.key] > scores[one.key, stage.key]
                ]
                if len(better) >= stage.advance:
                    out[one.key] = "cut"
            going = [one for one in going if one.key not in out]
    out |= {one.key: "withdrawn" for one in contenders if one.withdrawn}
    going = [one for one in going if not one.withdrawn]
    order = sorted((stage for stage in stages if stage.tie_order), key=lambda stage: stage.tie_order)
    worth = {}
    for one in going:
        total = half_up(sum(Fraction(stage.weight) * scores[one.key, stage.key] for stage in stages) / 100, 4)
        worth[one.key] = [total] + [scores[one.key, stage.key] for stage in order]
    places = {key: 1 + sum(other > mine for other in worth.values()) for key, mine in worth.items()}
    return {
        one.key: (out.get(one.key, "ranked"), worth.get(one.key, [None])[0], places.get(one.key))
        for one in contenders
    }


@st.composite
def contests(draw):
    """Up to three stages and eight entries with points from few values, so that ties are frequent."""
    held = draw(st.integers(1, 3))
    weights = draw(
        st.sampled_from(
            [w for w in ((100,), (30, 70), ("33.33", "66.67"), (0, 40, 60)) if len(w) == held] or [(100,)]
        )
    )
    orders = draw(st.permutations([None, 1, 2]))
    stages = []
    for key, weight in enumerate(weights):
        most = draw(st.lists(st.sampled_from([7, 20, 100]), min_size=1, max_size=2))
        criteria = {10 * key + n: Decimal(value) for n, value in enumerate(most)}
        advance = draw(st.sampled_from([None, None, 1, 2, 4]))
        stages.append(StageRule(key, Decimal(weight), criteria, orders[key], advance))
    points = st.sampled_from([Decimal(text) for text in ("0", "3", "3.5", "5.25", "6", "7")])
    contenders = []
    for key in range(draw(st.integers(0, 8))):
        sheets = {}
        for stage in stages:
            seats = draw(st.integers(0, 5))
            sheets[stage.key] = {
                seat: {criterion: draw(points) for criterion in stage.criteria if draw(st.integers(0, 9))}
                for seat in range(seats)
            }
        absent = frozenset(stage.key for stage in stages if draw(st.integers(0, 9)) == 9)
        contenders.append(Contender(key, sheets, absent, withdrawn=draw(st.integers(0, 5)) == 5))
    return stages, contenders, draw(st.integers(0, 3))


@given(contests())
def test_results_are_those_of_the_plain_definition(contest):
    stages, contenders, trim = contest
    found = {
        outcome.key: (
            outcome.standing,
            None if outcome.total is None else Fraction(outcome.total),
            outcome.rank,
        )
        for outcome in rank(stages, contenders, trim=trim)
    }
    assert found == plain_results(stages, contenders, trim)


def test_what_a_result_says_of_each_stage():
    theory = StageRule(1, Decimal(30), {1: Decimal(100)}, tie_order=2, advance=2)
    practice = StageRule(2, Decimal(70), {21: Decimal(60), 22: Decimal(40)}, tie_order=1)
    sheet = {1: {21: Decimal(50), 22: Decimal(30)}, 2: {21: Decimal(60)}}  # seat 2 is not complete
    marks = {1: points_of((80,)), 2: sheet}
    contenders = [
        Contender(1, marks),
        Contender(2, {1: points_of((80,)), 2: {}}),
        Contender(3, {1: points_of((70,))}),
        Contender(4, {1: points_of((90,))}, withdrawn=True),
        Contender(5, {1: points_of((80,))}, absent=frozenset([2])),
    ]
    first, lacking, cut, gone, absent = rank([theory, practice], contenders, trim=1)
    assert (first.standing, first.total, first.rank) == ("ranked", Decimal("80.0000"), 1)
    assert first.stages[2].judges == {1: Decimal(80)}
    assert (lacking.standing, lacking.missing_at, lacking.rank) == ("missing", 2, None)
    # The one who withdrew took one of the two places, and three are equal at the other.
    assert (cut.standing, list(cut.stages), cut.total) == ("cut", [1], None)
    assert (gone.standing, gone.stages[1].score, gone.rank) == ("withdrawn", Decimal("90.00"), None)
    assert (absent.standing, absent.missing_at) == ("absent", None)
