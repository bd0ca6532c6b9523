"""Surveys of the demand for training: the town asks, the unions answer."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.forms import check_version
from core.text import clean_short
from training.models import DemandLine, DemandReturn, DemandSurvey
from training.rules.plans import checked_lines
from unions.models import Union
from unions.scoping import require_editable

SURVEY_FIELDS = ["title", "year", "deadline", "text"]


@transaction.atomic
def open_survey(*, union: Union, by: User, **facts) -> DemandSurvey:
    """Ask the unions below ``union`` what training they need. Raises RuleError by field."""
    survey = DemandSurvey(union=union, created_by=by, **_cleaned(facts))
    survey.full_clean()
    _refuse_past(survey)
    survey.save()
    require_editable(survey, by)
    changes = audit.differences(None, survey, SURVEY_FIELDS)
    audit.record(by, "training.survey_open", survey, union_id=union.pk, changes=changes)
    return survey


@transaction.atomic
def edit_survey(*, survey: DemandSurvey, version: str, by: User, **facts) -> DemandSurvey:
    """Change a survey that is not closed; a later deadline takes answers again. Raises RuleError."""
    before = _locked(survey, by)
    check_version(before, version)
    _refuse_closed(before)
    after = DemandSurvey.objects.get(pk=before.pk)
    for name, value in _cleaned(facts).items():
        setattr(after, name, value)
    after.full_clean()
    if after.deadline != before.deadline:
        _refuse_past(after)
    changes = audit.differences(before, after, SURVEY_FIELDS)
    if not changes:
        return after
    after.version = F("version") + 1
    after.save()
    after.refresh_from_db()
    require_editable(after, by)
    audit.record(by, "training.survey_edit", after, union_id=after.union_id, changes=changes)
    return after


@transaction.atomic
def close_survey(*, survey: DemandSurvey, by: User) -> DemandSurvey:
    """Take no answers any more. Raises RuleError when it is closed already."""
    survey = _locked(survey, by)
    _refuse_closed(survey)
    survey.closed_at = timezone.now()
    survey.version += 1
    survey.save(update_fields=["closed_at", "version"])
    audit.record(by, "training.survey_close", survey, union_id=survey.union_id)
    return survey


@transaction.atomic
def reopen_survey(*, survey: DemandSurvey, by: User) -> DemandSurvey:
    """Take answers again, as long as the deadline allows. Raises RuleError unless it is closed."""
    survey = _locked(survey, by)
    if survey.closed_at is None:
        raise RuleError("调查没有结束，不用恢复。截止日期已过的，请修改截止日期。")
    survey.closed_at = None
    survey.version += 1
    survey.save(update_fields=["closed_at", "version"])
    audit.record(by, "training.survey_reopen", survey, union_id=survey.union_id)
    return survey


@transaction.atomic
def return_demand(
    *,
    survey: DemandSurvey,
    union: Union,
    lines: Sequence[Mapping],
    no_demand: bool,
    version: str,
    by: User,
) -> DemandReturn:
    """Answer a survey for a union, or change the answer: all its lines, or that there is no demand.

    ``version`` is that of the answer the user saw, "" for none. Raises RuleError after the deadline, for an answer
    without lines, for one with both, and naming a faulty line.
    """
    survey = DemandSurvey.objects.select_for_update(of=("self",)).select_related("union").get(pk=survey.pk)
    if not survey.takes_returns(timezone.localdate()):
        raise RuleError("调查已截止或已结束，不能再填报。需要补报的，请联系镇总工会恢复填报或延长截止日期。")
    if not union.path.startswith(survey.union.path):
        raise PermissionDenied
    if no_demand == bool(lines):
        said = (
            "已勾选“无培训需求”，请清空各行，或取消勾选" if lines else "请填写需求；没有的请勾选“无培训需求”"
        )
        raise RuleError(said)
    facts = checked_lines(list(lines))
    answer = DemandReturn.objects.select_for_update().filter(survey=survey, union=union).first()
    _refuse_stale(answer, version)
    answer = answer or DemandReturn(survey=survey, union=union, version=0)
    answer.no_demand, answer.returned_by = no_demand, by
    answer.version += 1
    answer.save()
    require_editable(answer, by)
    answer.lines.all().delete()
    rows = [DemandLine(demand_return=answer, position=at, **row) for at, row in enumerate(facts, start=1)]
    for row in rows:
        row.clean_fields(exclude=["demand_return"])
    DemandLine.objects.bulk_create(rows)
    said = {"lines": len(rows), "people": sum(row.people for row in rows), "survey": survey.pk}
    audit.record(by, "training.demand_return", answer, union_id=union.pk, **said)
    return answer


def _cleaned(facts: dict) -> dict:
    longest = {"title": 100, "text": 1000}
    return {
        name: clean_short(value, longest=longest[name]) if name in longest else value
        for name, value in facts.items()
    }


def _locked(survey: DemandSurvey, by: User) -> DemandSurvey:
    survey = DemandSurvey.objects.select_for_update().get(pk=survey.pk)
    require_editable(survey, by)
    return survey


def _refuse_closed(survey: DemandSurvey) -> None:
    if survey.closed_at:
        raise RuleError(f"调查已于 {timezone.localtime(survey.closed_at):%Y-%m-%d} 结束")


def _refuse_past(survey: DemandSurvey) -> None:
    if survey.deadline < timezone.localdate():
        raise RuleError({"deadline": "截止日期不能早于今天"})


def _refuse_stale(answer: DemandReturn | None, version: str) -> None:
    if version != (str(answer.version) if answer else ""):
        raise RuleError(
            "在您填报期间，本工会的填报已被其他人提交或修改。请刷新页面，核对后重新提交。", code="stale"
        )
