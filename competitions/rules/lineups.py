"""Who goes on after a stage while marks are still coming in: what is certain, whatever the marks that are missing.

The same rule as in competitions.rules.ranking, asked before its input is complete. An entry is cut when as many as may go
on surely lie ahead of it; it is through when fewer than that can still come to lie ahead; everything between is open.
With all marks there nothing is open, and who is cut here is cut there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from competitions.rules.ranking import ABSENT, CUT, RANKED, Contender, StageRule, score_of

OPEN = "open"


def chances(
    stages: Sequence[StageRule],
    contenders: Iterable[Contender],
    *,
    trim: int,
    pending: Collection[tuple[int, int]],
) -> dict[int, dict[int, str]]:
    """By stage that sieves: for each entry that took part in it RANKED (goes on), CUT, ABSENT, or OPEN.

    ``pending`` are (entry, stage) where marks are still to come. Whoever has no score where none is to come, and did
    not withdraw, is open as well: marks or an absence are missing there.
    """
    contenders, found = list(contenders), {}
    standing = {one.key: RANKED for one in contenders}
    for place, stage in enumerate(stages):
        scores = {}
        for one in contenders:
            if standing[one.key] in (CUT, ABSENT):
                continue
            standing[one.key], score = _held(stage, one, standing[one.key], trim, pending)
            scores[one.key] = score
        if stage.advance is not None and stage.criteria and place < len(stages) - 1:
            standing |= _sieved(standing, scores, stage.advance)
            found[stage.key] = {key: standing[key] for key in scores}
    return found


def _held(
    stage: StageRule, one: Contender, before: str, trim: int, pending: Collection[tuple[int, int]]
) -> tuple[str, Decimal | None]:
    """How the entry stands once the stage is held, and its score if that is known."""
    if stage.key in one.absent:
        return ABSENT, None
    if not stage.criteria:
        return before, None
    score = score_of(stage, one.sheets.get(stage.key, {}), trim=trim).score
    if (one.key, stage.key) in pending:
        return OPEN, None  # also whoever goes on by any score: it may turn out to be absent
    if score is None:
        return (ABSENT if one.withdrawn else OPEN), None
    return before, score


def _sieved(
    standing: Mapping[int, str], scores: Mapping[int, Decimal | None], advance: int
) -> dict[int, str]:
    rivals = [key for key in scores if standing[key] != ABSENT]
    sure = [scores[key] for key in rivals if standing[key] == RANKED]
    found = {}
    for key in rivals:
        score = scores[key]
        if score is None:
            continue
        if sum(other > score for other in sure) >= advance:
            found[key] = CUT
        elif standing[key] == RANKED:
            ahead = sum(scores[other] is None or scores[other] > score for other in rivals)
            found[key] = RANKED if ahead < advance else OPEN
    return found
