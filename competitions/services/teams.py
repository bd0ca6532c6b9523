"""Teams (班组): registered, corrected, dissolved."""

import copy
import datetime as dt

from django.db import transaction

from accounts import audit
from accounts.models import User
from competitions.models import Team
from competitions.rules.honours import TEAM_CLEANERS, TEAM_FACTS, refuse_foreign_firm
from competitions.services.recognitions import locked_union
from core.errors import RuleError
from core.forms import check_version
from unions.models import Union
from unions.rules import cleaned, past_or_today
from unions.scoping import require_editable


@transaction.atomic
def enter_team(*, union: Union, by: User, **facts) -> Team:
    """Register a team of a union (TEAM_FACTS). Raises RuleError by field."""
    union = locked_union(union)
    facts = cleaned(facts, TEAM_CLEANERS)
    refuse_foreign_firm(facts.get("employer"), union)
    team = Team(union=union, entered_by=by, **facts)
    _refuse_foreign_leader(team)
    team.full_clean()
    team.save()
    require_editable(team, by)
    changes = audit.differences(None, team, list(TEAM_FACTS))
    audit.record(by, "competitions.team_enter", team, union_id=union.pk, changes=changes)
    return team


@transaction.atomic
def edit_team(*, team: Team, version: str, by: User, **facts) -> Team:
    """Correct a team. Raises RuleError (stale, dissolved, by field)."""
    before = _locked(team, version, by)
    after = copy.copy(before)
    for name, value in cleaned(facts, TEAM_CLEANERS).items():
        setattr(after, name, value)
    if after.employer_id != before.employer_id:
        refuse_foreign_firm(after.employer, after.union)
    if after.leader_id != before.leader_id:
        _refuse_foreign_leader(after)
    _refuse_titles_before(after)
    after.full_clean()
    return _keep(before, after, by, "competitions.team_edit")


@transaction.atomic
def dissolve_team(*, team: Team, version: str, on: dt.date, by: User) -> Team:
    """The team is no more from ``on``; its past stays. Raises RuleError (stale, dissolved, by field)."""
    before = _locked(team, version, by)
    try:
        past_or_today(on)
    except RuleError as error:
        raise RuleError({"on": error})
    if before.founded_on and on < before.founded_on:
        raise RuleError({"on": f"撤销日期不能早于成立日期 {before.founded_on}，现填 {on}"})
    after = copy.copy(before)
    after.dissolved_on = on
    after.full_clean()
    return _keep(before, after, by, "competitions.team_dissolve")


def _keep(before: Team, after: Team, by: User, action: str) -> Team:
    changes = audit.differences(before, after, [*TEAM_FACTS, "dissolved_on"])
    if not changes:
        return before
    after.version += 1
    after.save()
    require_editable(after, by)
    audit.record(by, action, after, union_id=after.union_id, changes=changes)
    return after


def _locked(team: Team, version: str, by: User) -> Team:
    found = Team.objects.select_for_update(of=("self",)).select_related("union").get(pk=team.pk)
    require_editable(found, by)
    check_version(found, version)
    if found.dissolved_on:
        raise RuleError(f"该班组已于 {found.dissolved_on} 撤销，不能再修改")
    return found


def _refuse_foreign_leader(team: Team) -> None:
    if team.leader and not team.leader.union.path.startswith(team.union.path):
        raise RuleError({"leader": f"此人不是“{team.union.name}”的职工，不能登记为班组长"})


def _refuse_titles_before(team: Team) -> None:
    first = team.honours.exclude(state="refused").order_by("awarded_on").first() if team.founded_on else None
    if first and first.awarded_on < team.founded_on:
        text = (
            f"班组于 {first.awarded_on} 获得“{first.title}”，成立日期不能晚于这一天，现填 {team.founded_on}"
        )
        raise RuleError({"founded_on": text})
