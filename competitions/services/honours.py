"""Honours of people and of collectives: entered and corrected by unions (domain facts 9)."""

from django.db import transaction

from accounts.models import User
from competitions.models import CollectiveHonour, Honour, Team
from competitions.rules.honours import refuse_foreign_firm, refuse_foreign_team
from competitions.services.recognitions import edit, enter, locked_union, locked_worker
from core.errors import RuleError
from unions.models import Employer, Union
from workers.models import Worker


@transaction.atomic
def enter_honour(*, worker: Worker, by: User, **facts) -> Honour:
    """Record an honour of a person in reach (FACTS); it waits for the town. Raises RuleError by field."""
    worker = locked_worker(worker.pk, by)
    _refuse_before_birth(worker, facts.get("awarded_on"))
    return enter(Honour(worker=worker, union_id=worker.union_id), by, facts)


@transaction.atomic
def edit_honour(*, honour: Honour, version: str, by: User, **facts) -> Honour:
    """Correct the facts; the town decides anew. Raises RuleError by field, ``stale``."""

    def check(row: Honour) -> None:
        _refuse_before_birth(row.worker, row.awarded_on)

    return edit(honour, version, by, facts, check=check)


@transaction.atomic
def enter_collective_honour(
    *, union: Union, by: User, employer: Employer | None = None, team: Team | None = None, **facts
) -> CollectiveHonour:
    """Record an honour of a team, a firm or the union itself; it waits for the town. Raises RuleError by field."""
    union = locked_union(union)
    refuse_foreign_firm(employer, union)
    refuse_foreign_team(team, union)
    _refuse_before_founding(team, facts.get("awarded_on"))
    return enter(CollectiveHonour(union=union, employer=employer, team=team), by, facts)


@transaction.atomic
def edit_collective_honour(*, honour: CollectiveHonour, version: str, by: User, **facts) -> CollectiveHonour:
    """Correct the facts; its holder stays. The town decides anew. Raises RuleError by field, ``stale``."""

    def check(row: CollectiveHonour) -> None:
        _refuse_before_founding(row.team, row.awarded_on)

    return edit(honour, version, by, facts, check=check)


def _refuse_before_birth(worker: Worker, day) -> None:
    if worker.birth_date and day and day <= worker.birth_date:
        raise RuleError({"awarded_on": f"授予日期“{day}”不晚于出生日期，请对照文件核对"})


def _refuse_before_founding(team: Team | None, day) -> None:
    if team and team.founded_on and day and day < team.founded_on:
        raise RuleError({"awarded_on": f"班组 {team.founded_on} 才成立，授予日期不能更早"})
