"""How marks become results (docs/adr/0032). No database; exact decimals; the same input gives the same result.

A judge's sheet counts when it has points by every criterion of the stage. Of *k* sheets the highest ``t`` and the
lowest ``t`` totals are left out, ``t`` the smaller of the event's trim and ``(k - 1) // 2``: at least one sheet stays.
The score of a stage is the mean of the others over the full mark, in percent, rounded half up to two places. The
total is the sum of those scores by their weights, rounded half up to four places. So whoever has the printed figures
can work the result out by hand.

Whoever has no score at a stage is not ranked: absent by the record, or missing where no absence is on record. After a
stage with ``advance`` only that many of the best at this stage go on, and all who equal the last of them; who withdrew
later keeps the place taken there. Equal totals are parted by the stages' scores in the order of ``tie_order``; who is equal
there too shares the rank, and the next rank is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

SCORE_PLACES, TOTAL_PLACES = Decimal("0.01"), Decimal("0.0001")
WHOLE = Decimal(100)
RANKED, ABSENT, MISSING, CUT, WITHDRAWN = "ranked", "absent", "missing", "cut", "withdrawn"
Sheets = Mapping[int, Mapping[int, Decimal]]  # seat → criterion → points


@dataclass(frozen=True)
class StageRule:
    """What a stage asks; ``criteria`` gives the most points by criterion, in points. Without criteria it has no
    scores: nobody is cut there and it weighs nothing."""

    key: int
    weight: Decimal
    criteria: Mapping[int, Decimal]
    tie_order: int | None = None
    advance: int | None = None


@dataclass(frozen=True)
class Contender:
    """An entry with its sheets by stage, and the stages at which it was absent."""

    key: int
    sheets: Mapping[int, Sheets] = field(default_factory=dict)
    absent: frozenset[int] = frozenset()
    withdrawn: bool = False


@dataclass(frozen=True)
class StageScore:
    """``score`` in percent of the full mark; the judges' totals in points by seat, and the seats left out."""

    score: Decimal | None
    judges: Mapping[int, Decimal] = field(default_factory=dict)
    left_out: tuple[int, ...] = ()


@dataclass
class Outcome:
    """What an entry reached. ``stages`` holds the stages it took part in; ``missing_at`` is the one at which it has no
    score although no absence is on record."""

    key: int
    standing: str = RANKED
    total: Decimal | None = None
    rank: int | None = None
    stages: dict[int, StageScore] = field(default_factory=dict)
    missing_at: int | None = None

    @property
    def is_in(self) -> bool:
        """Still competing."""
        return self.standing == RANKED


def rank(stages: Sequence[StageRule], contenders: Iterable[Contender], *, trim: int) -> list[Outcome]:
    """An outcome for each contender, in their order; the stages in the order they are held."""
    contenders = list(contenders)
    outcomes = {one.key: Outcome(one.key) for one in contenders}
    for place, stage in enumerate(stages):
        _hold(stage, contenders, outcomes, trim)
        if stage.advance is not None and stage.criteria and place < len(stages) - 1:
            _cut(stage, outcomes.values())
    for one in contenders:
        if one.withdrawn:
            outcomes[one.key].standing, outcomes[one.key].missing_at = WITHDRAWN, None
    _place(stages, [outcome for outcome in outcomes.values() if outcome.is_in])
    return list(outcomes.values())


def score_of(stage: StageRule, sheets: Sheets, *, trim: int) -> StageScore:
    """The score at a stage from the complete sheets; None where there is no complete one."""
    wanted = set(stage.criteria)
    totals = {seat: sum(points.values()) for seat, points in sheets.items() if set(points) == wanted}
    if not totals or not wanted:
        return StageScore(None)
    ordered = sorted(totals, key=lambda seat: (totals[seat], seat))
    spared = min(trim, (len(ordered) - 1) // 2)
    kept = ordered[spared : len(ordered) - spared]
    left_out = (*ordered[:spared], *ordered[len(ordered) - spared :])
    full = sum(stage.criteria.values())
    score = WHOLE * sum(totals[seat] for seat in kept) / (len(kept) * full)
    return StageScore(score.quantize(SCORE_PLACES, ROUND_HALF_UP), totals, left_out)


def _hold(stage: StageRule, contenders: list[Contender], outcomes: dict[int, Outcome], trim: int) -> None:
    for one in contenders:
        outcome = outcomes[one.key]
        if not outcome.is_in:
            continue
        if stage.key in one.absent:
            outcome.standing = ABSENT
            outcome.stages[stage.key] = StageScore(None)
        elif stage.criteria:
            outcome.stages[stage.key] = found = score_of(stage, one.sheets.get(stage.key, {}), trim=trim)
            if found.score is None:
                outcome.standing, outcome.missing_at = MISSING, stage.key


def _cut(stage: StageRule, outcomes: Iterable[Outcome]) -> None:
    standing = [outcome for outcome in outcomes if outcome.is_in]
    scores = sorted((outcome.stages[stage.key].score for outcome in standing), reverse=True)
    if len(scores) <= stage.advance:
        return
    last = scores[stage.advance - 1]
    for outcome in standing:
        if outcome.stages[stage.key].score < last:
            outcome.standing = CUT


def _place(stages: Sequence[StageRule], ranked: list[Outcome]) -> None:
    scored = [stage for stage in stages if stage.criteria]
    deciding = sorted((one for one in scored if one.tie_order is not None), key=lambda one: one.tie_order)
    for outcome in ranked:
        parts = (stage.weight * outcome.stages[stage.key].score for stage in scored)
        outcome.total = (sum(parts, Decimal(0)) / WHOLE).quantize(TOTAL_PLACES, ROUND_HALF_UP)

    def worth(outcome: Outcome) -> tuple[Decimal, ...]:
        return (outcome.total, *(outcome.stages[stage.key].score for stage in deciding))

    order = sorted(map(worth, ranked), reverse=True)
    places = {value: place for place, value in reversed(list(enumerate(order, start=1)))}
    for outcome in ranked:
        outcome.rank = places[worth(outcome)]
