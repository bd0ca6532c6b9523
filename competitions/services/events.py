"""Events of a contest and their stages."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from competitions.models import Contest, Event, Stage
from competitions.rules.contests import EVENT_CLEANERS, EVENT_TABLES, STAGE_CLEANERS, WHOLE
from competitions.services.contests import (
    EVENT_FIELDS,
    STAGE_FIELDS,
    locked_contest,
    refuse_when_over,
)
from competitions.services.freezing import refuse_when_frozen
from competitions.services.stage_parts import clear_stage
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from unions.rules import cleaned


@transaction.atomic
def add_event(*, contest: Contest, by: User, **facts) -> Event:
    """Add an event to a contest that is not over. Raises RuleError by field."""
    contest = locked_contest(contest, by)
    refuse_when_over(contest)
    facts = cleaned(facts, EVENT_CLEANERS)
    refuse_unusable(facts, EVENT_TABLES)
    event = Event(contest=contest, **facts)
    event.full_clean()
    event.save()
    _record(by, "competitions.event_add", contest, event, audit.differences(None, event, EVENT_FIELDS))
    return event


@transaction.atomic
def edit_event(*, event: Event, version: str, by: User, **facts) -> Event:
    """Change facts of an event. Raises RuleError (stale, over, by field); people or teams stays once there are entries."""
    contest, before = _locked(event, by)
    check_version(before, version)
    facts = cleaned(facts, EVENT_CLEANERS)
    refuse_unusable(facts, EVENT_TABLES, stored=before)
    after = Event.objects.get(pk=before.pk)
    for name, value in facts.items():
        setattr(after, name, value)
    if after.is_team != before.is_team and before.entries.exists():
        raise RuleError({"is_team": "已有报名记录，不能在个人项目和团体项目之间更改"})
    after.full_clean()
    changes = audit.differences(before, after, EVENT_FIELDS)
    if not changes:
        return after
    after.version = before.version + 1
    after.save()
    _record(by, "competitions.event_edit", contest, after, changes)
    return after


@transaction.atomic
def remove_event(*, event: Event, by: User) -> Contest:
    """Take an event away while its contest is planned; returns the contest. Raises RuleError later on."""
    contest, event = _locked(event, by)
    if contest.state != Contest.State.PLANNED:
        raise RuleError("开放报名之后不能删除比赛项目")
    if event.entries.exists():
        raise RuleError("这个项目已有报名记录，不能删除")
    changes = {
        name: [after, None] for name, (_, after) in audit.differences(None, event, EVENT_FIELDS).items()
    }
    for stage in event.stages.all():
        clear_stage(stage)
        stage.delete()
    event.prizes.all().delete()
    _record(by, "competitions.event_remove", contest, event, changes)
    event.delete()
    return contest


@transaction.atomic
def add_stage(*, event: Event, by: User, **facts) -> Stage:
    """Add a stage to an event. Raises RuleError by field, also when the shares would pass 100 percent."""
    contest, event = _locked(event, by)
    stage = Stage(event=event, **cleaned(facts, STAGE_CLEANERS))
    _save(stage, contest)
    _record(by, "competitions.stage_add", contest, event, audit.differences(None, stage, STAGE_FIELDS))
    return stage


@transaction.atomic
def edit_stage(*, stage: Stage, version: str, by: User, **facts) -> Stage:
    """Change facts of a stage. Raises RuleError (stale, by field), also when the shares would pass 100 percent."""
    contest, event = _locked(stage.event, by)
    before = event.stages.get(pk=stage.pk)
    check_version(before, version)
    after = event.stages.get(pk=stage.pk)
    for name, value in cleaned(facts, STAGE_CLEANERS).items():
        setattr(after, name, value)
    changes = audit.differences(before, after, STAGE_FIELDS)
    if changes:
        after.version = before.version + 1
        _save(after, contest)
        _record(by, "competitions.stage_edit", contest, event, changes)
    return after


@transaction.atomic
def remove_stage(*, stage: Stage, by: User) -> Event:
    """Take a stage away before the contest runs; returns its event. Raises RuleError later on."""
    contest, event = _locked(stage.event, by)
    if contest.state == Contest.State.RUNNING:
        raise RuleError("竞赛已经开始，不能删除环节")
    stage = event.stages.get(pk=stage.pk)
    clear_stage(stage)
    changes = {
        name: [after, None] for name, (_, after) in audit.differences(None, stage, STAGE_FIELDS).items()
    }
    stage.delete()
    _record(by, "competitions.stage_remove", contest, event, changes)
    return event


def _locked(event: Event, by: User) -> tuple[Contest, Event]:
    """The contest first, as everybody who changes it does; then its event."""
    contest = locked_contest(event.contest, by)
    refuse_when_over(contest)
    event = Event.objects.select_for_update().get(pk=event.pk)
    refuse_when_frozen(event)
    return contest, event


def _save(stage: Stage, contest: Contest) -> None:
    stage.full_clean()
    others = sum(other.weight for other in stage.event.stages.exclude(pk=stage.pk))
    if others + stage.weight > WHOLE:
        rest = (WHOLE - others).normalize() if others else WHOLE
        raise RuleError({"weight": f"各环节权重合计不能超过 100%，本环节最多还可填 {rest:f}"})
    if stage.held_on and not contest.starts_on <= stage.held_on <= contest.ends_on:
        days = f"{contest.starts_on} 至 {contest.ends_on}"
        raise RuleError({"held_on": f"日期应在竞赛起止日期之内（{days}）"})
    stage.save()


def _record(by: User, action: str, contest: Contest, event: Event, changes: dict) -> None:
    audit.record(by, action, contest, union_id=contest.union_id, event=event.pk, changes=changes)
