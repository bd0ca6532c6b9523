"""Who is missing from a full list: found at the check, looked over by a person, proposed when the run is written.

Nobody is deleted and no membership changes: what is missing becomes a question to whoever knows.
"""

from core.exchange import Exchange
from exchange.models import ImportLeaver, ImportRun
from exchange.staging import staged

MOST_UNTYPED = 5  # a fifth of the union's members; above it the number must be typed

_UNREADABLE = """
SELECT count(*) FROM {rows} r
WHERE {of_run} AND r.key IS NULL AND r.target_id IS NULL AND NOT (r.verdict = 'skipped' AND r.problems = '[]')
"""


def unreadable(run: ImportRun) -> int:
    """Rows that name nobody: without a readable number, or left out because they are hidden. While there are any,
    a full list cannot be trusted to say who is missing."""
    return staged(run).fetch(_UNREADABLE)[0][0]


def find_leavers(run: ImportRun, kind: Exchange) -> None:
    """Keep the list of missing records in step with the rows, with what somebody said about them; sets
    ``run.leavers``. Inside a transaction."""
    targets: list[int] = []
    if run.is_full_list and not unreadable(run):
        targets = kind.missing(staged(run))
    run.missing.exclude(target_id__in=targets).delete()
    ImportLeaver.objects.bulk_create(
        [ImportLeaver(run=run, target_id=target) for target in targets],
        ignore_conflicts=True,
        batch_size=2_000,
    )
    run.leavers = len(targets)


def asked(run: ImportRun) -> int:
    """How many people would be asked about."""
    return run.missing.filter(is_kept=False).count() if run.is_full_list else 0


def must_be_typed(run: ImportRun, count: int) -> bool:
    """More than a fifth of the records the list should name: somebody must type their number."""
    return count * MOST_UNTYPED > run.kind_class.listed(run.union) if count else False


def standing(run: ImportRun) -> dict | None:
    """What the page of a checked full list says: rows that name nobody, how many would be asked about, and whether
    that number must be typed; None for other runs."""
    if not run.is_full_list or run.state != ImportRun.State.CHECKED:
        return None
    count = asked(run)
    return {"unreadable": unreadable(run), "asked": count, "typed": must_be_typed(run, count)}


def propose_leavers(run: ImportRun, kind: Exchange) -> int:
    """Put those who are still missing, and whom nobody ticked as staying, up for decision; returns how many."""
    if not run.is_full_list:
        return 0
    still = set(kind.missing(staged(run)))
    leavers = [leaver for leaver in run.missing.filter(is_kept=False) if leaver.target_id in still]
    made = kind.propose(staged(run), [leaver.target_id for leaver in leavers]) if leavers else {}
    for leaver in leavers:
        leaver.made_id = made.get(leaver.target_id)
    ImportLeaver.objects.bulk_update(leavers, ["made_id"], batch_size=1_000)
    return len(made)


def withdraw_leavers(run: ImportRun, kind: Exchange) -> int:
    """Take the proposals of the run back that nobody has decided yet; returns how many."""
    made = list(run.missing.exclude(made_id=None).values_list("made_id", flat=True))
    return kind.withdraw(staged(run), made) if made else 0
