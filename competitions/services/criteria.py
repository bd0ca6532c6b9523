"""The criteria of a stage. They stay as they are once somebody has marked by them."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from competitions.models import Criterion, Event, Mark, Stage, TypedMark
from competitions.rules.judging import CRITERION_CLEANERS
from competitions.services.contests import locked_contest, refuse_when_over
from competitions.services.freezing import refuse_when_frozen
from competitions.services.stage_parts import CRITERION_FIELDS
from core.errors import RuleError
from core.forms import check_version
from unions.rules import cleaned


@transaction.atomic
def add_criterion(*, stage: Stage, by: User, **facts) -> Criterion:
    """Add a criterion to a stage. Raises RuleError by field, or once there are marks."""
    stage = _locked(stage, by)
    criterion = Criterion(stage=stage, **cleaned(facts, CRITERION_CLEANERS))
    criterion.full_clean()
    criterion.save()
    changes = audit.differences(None, criterion, CRITERION_FIELDS)
    _record(by, "competitions.criterion_add", stage, criterion.pk, changes)
    return criterion


@transaction.atomic
def edit_criterion(*, criterion: Criterion, version: str, by: User, **facts) -> Criterion:
    """Change facts of a criterion. Raises RuleError (stale, by field), or once there are marks."""
    stage = _locked(criterion.stage, by)
    before, after = stage.criteria.get(pk=criterion.pk), stage.criteria.get(pk=criterion.pk)
    check_version(before, version)
    for name, value in cleaned(facts, CRITERION_CLEANERS).items():
        setattr(after, name, value)
    after.full_clean()
    if changes := audit.differences(before, after, CRITERION_FIELDS):
        after.version = before.version + 1
        after.save()
        _record(by, "competitions.criterion_edit", stage, after.pk, changes)
    return after


@transaction.atomic
def remove_criterion(*, criterion: Criterion, by: User) -> Stage:
    """Take a criterion away; returns its stage. Raises RuleError once there are marks."""
    stage = _locked(criterion.stage, by)
    criterion = stage.criteria.get(pk=criterion.pk)
    named = audit.differences(None, criterion, CRITERION_FIELDS).items()
    changes = {name: [after, None] for name, (_, after) in named}
    key = criterion.pk
    criterion.delete()
    _record(by, "competitions.criterion_remove", stage, key, changes)
    return stage


def _locked(stage: Stage, by: User) -> Stage:
    """The stage of a contest that is not over, with its seats and its event locked: marks and typings on their way are
    in, later ones wait."""
    contest = locked_contest(stage.event.contest, by)
    refuse_when_over(contest)
    list(stage.seats.select_for_update(no_key=True).order_by("pk"))
    event = Event.objects.select_for_update().get(pk=stage.event_id)
    refuse_when_frozen(event)
    if Mark.objects.filter(criterion__stage=stage).exists():
        raise RuleError("已按这些评分项评分，不能再增减或修改。评分标准有误的，请先与裁判长商定处理办法")
    if TypedMark.objects.filter(criterion__stage=stage).exists():
        raise RuleError("评分表已按这些评分项录入，不能再增减或修改。请先撤销录入")
    return Stage.objects.select_related("event__contest").get(pk=stage.pk)


def _record(by: User, action: str, stage: Stage, key: int, changes: dict) -> None:
    contest = stage.event.contest
    details = {"event": stage.event_id, "stage": stage.pk, "criterion": key, "changes": changes}
    audit.record(by, action, contest, union_id=contest.union_id, **details)
