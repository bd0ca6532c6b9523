"""What becomes of apprenticeships when two records of a person are merged, and when a person is forgotten."""

from django.db.models import Q

from training.models import Apprenticeship
from workers.models import Worker

ONE_PERSON = "合并记录：师傅与徒弟是同一人，按登记错误处理，从未计入"
DOUBLED = "合并记录：与同一师徒的另一条登记重叠，从未计入"
Outcome = Apprenticeship.Outcome


def move_apprenticeships(kept: Worker, absorbed: Worker) -> None:
    """Pairs of the absorbed record go over. A pair between the two records was never one: it ends on its first day
    with a reason. Of overlapping pairs with the same other person one stays: the one that ended in 出师, else the
    kept record's (settings.PERSON_MOVERS)."""
    both = [kept.pk, absorbed.pk]
    rows = Apprenticeship.objects.select_for_update().filter(Q(master__in=both) | Q(apprentice__in=both))
    pairs = sorted(rows, key=lambda pair: _weight(pair, absorbed))
    standing: list[Apprenticeship] = []
    moved = []
    for pair in pairs:
        is_moved = _take_over(pair, kept, absorbed)
        if pair.end == pair.start:
            pass  # never counted
        elif pair.master_id == pair.apprentice_id:
            _void(pair, ONE_PERSON)
        elif any(_overlap(pair, other) for other in standing):
            _void(pair, DOUBLED)
            is_moved = True
        else:
            standing.append(pair)
        moved += [pair] if is_moved else []
    moved.sort(key=lambda pair: pair.end != pair.start)  # what no longer counts makes room first
    for pair in moved:
        pair.version += 1
        pair.save()


def _weight(pair: Apprenticeship, absorbed: Worker) -> tuple:
    return pair.outcome != Outcome.FINISHED, absorbed.pk in (pair.master_id, pair.apprentice_id), pair.pk


def _take_over(pair: Apprenticeship, kept: Worker, absorbed: Worker) -> bool:
    before = pair.master_id, pair.apprentice_id
    pair.master_id, pair.apprentice_id = (kept.pk if key == absorbed.pk else key for key in before)
    return (pair.master_id, pair.apprentice_id) != before


def _overlap(one: Apprenticeship, other: Apprenticeship) -> bool:
    if (one.master_id, one.apprentice_id) != (other.master_id, other.apprentice_id):
        return False
    return (other.end is None or one.start < other.end) and (one.end is None or other.start < one.end)


def _void(pair: Apprenticeship, note: str) -> None:
    pair.outcome, pair.end, pair.certificate_id, pair.outcome_note = Outcome.STOPPED, pair.start, None, note


def erase_apprenticeships(worker_ids: list[int], keys: list[bytes]) -> None:
    """Notes about the outcome go; people's records, trades, goals and days stay for past figures."""
    about = Q(master__in=worker_ids) | Q(apprentice__in=worker_ids)
    Apprenticeship.objects.filter(about).update(outcome_note="")
