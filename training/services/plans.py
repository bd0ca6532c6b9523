"""Yearly plans of training: drafted line by line, published with a date, taken over into the next year."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.forms import check_version
from core.text import clean_short
from training.models import PlanLine, TrainingPlan
from training.rules.plans import checked_lines
from unions.models import Union
from unions.scoping import require_editable
from workers.rules import stated_reason

State = TrainingPlan.State
LINE_FIELDS = ["title", "kind", "trade", "level", "people", "hours", "quarter", "fund_source"]


@transaction.atomic
def draft_plan(*, union: Union, year: int, by: User, cloned_from: TrainingPlan | None = None) -> TrainingPlan:
    """Begin the plan of a union for a year; a union has one per year. Raises RuleError by field."""
    union = Union.objects.select_for_update(no_key=True).get(pk=union.pk)
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    plan = TrainingPlan(union=union, year=year, created_by=by, cloned_from=cloned_from)
    plan.full_clean()
    plan.save()
    require_editable(plan, by)
    origin = {"cloned_from": cloned_from.pk} if cloned_from else {}
    audit.record(by, "training.plan_draft", plan, union_id=union.pk, year=year, **origin)
    return plan


@transaction.atomic
def write_plan(
    *, plan: TrainingPlan, text: str, lines: Sequence[Mapping], version: str, by: User
) -> TrainingPlan:
    """Set the text and lines of a draft; a line with ``line`` (its key) stays the same one, those not named go.

    Raises RuleError for a published plan, a stale version, a faulty line, and for a line that classes fulfil.
    """
    plan = _locked(plan, by)
    check_version(plan, version)
    _require_draft(plan)
    known = plan.lines.in_bulk()
    rows = [
        _line(plan, place, dict(facts), known)
        for place, facts in enumerate(checked_lines(list(lines), stored=known), start=1)
    ]
    gone = known.keys() - {row.pk for row in rows}
    _refuse_used(plan, gone)
    changes = _changes(known, rows, gone)
    plan.lines.filter(pk__in=gone).delete()
    for row in rows:
        row.save()
    plan.text, plan.version = clean_short(text, longest=1000), plan.version + 1
    plan.full_clean()
    plan.save()
    audit.record(by, "training.plan_write", plan, union_id=plan.union_id, lines=len(rows), **changes)
    return plan


@transaction.atomic
def publish_plan(*, plan: TrainingPlan, version: str, by: User) -> TrainingPlan:
    """Make a draft known to the unions below, as of today. Raises RuleError without lines."""
    plan = _locked(plan, by)
    check_version(plan, version)
    _require_draft(plan)
    if not plan.lines.exists():
        raise RuleError("计划中还没有项目，不能发布。请先编辑项目。")
    return _move(plan, State.PUBLISHED, timezone.localdate(), by, "training.plan_publish")


@transaction.atomic
def reopen_plan(*, plan: TrainingPlan, reason: str, version: str, by: User) -> TrainingPlan:
    """Take a published plan back to be changed. Raises RuleError without a reason."""
    plan = _locked(plan, by)
    check_version(plan, version)
    if plan.state != State.PUBLISHED:
        raise RuleError("计划还是草稿，可以直接编辑")
    reason = stated_reason(reason, "reason")
    return _move(plan, State.DRAFT, None, by, "training.plan_reopen", reason=reason)


@transaction.atomic
def delete_plan(*, plan: TrainingPlan, version: str, by: User) -> TrainingPlan:
    """Delete a draft with its lines. Raises RuleError for a published plan, for lines that classes fulfil, and when the plan
    of another year was taken over from it."""
    plan = _locked(plan, by)
    check_version(plan, version)
    _require_draft(plan)
    lines = list(plan.lines.all())
    _refuse_used(plan, {line.pk for line in lines})
    if clone := plan.clones.order_by("year").first():
        raise RuleError(f"{clone.year} 年度的计划沿用自它，不能删除")
    told = {"year": plan.year, "lines": [line.title for line in lines]}
    plan.lines.all().delete()
    TrainingPlan.objects.filter(pk=plan.pk).delete()  # the object keeps its key for the trail
    audit.record(by, "training.plan_delete", plan, union_id=plan.union_id, **told)
    return plan


@transaction.atomic
def clone_plan(*, plan: TrainingPlan, by: User) -> TrainingPlan:
    """Draft the same plan for the next year; a year in a title moves on. Raises RuleError if there is one."""
    if TrainingPlan.objects.filter(union=plan.union, year=plan.year + 1).exists():
        raise RuleError(f"{plan.union.name}已有 {plan.year + 1} 年度的培训计划")
    made = draft_plan(union=plan.union, year=plan.year + 1, by=by, cloned_from=plan)
    lines = list(plan.lines.all())
    for line in lines:
        line.pk, line.plan = None, made
        line.title = line.title.replace(str(plan.year), str(made.year))
    PlanLine.objects.bulk_create(lines)
    return made


def _line(plan: TrainingPlan, place: int, facts: dict, known: dict[int, PlanLine]) -> PlanLine:
    key = facts.pop("line", None)
    row = PlanLine(plan=plan, pk=key if key in known else None, position=place, **facts)
    row.full_clean(exclude=["plan"], validate_unique=False)
    return row


def _changes(known: dict[int, PlanLine], rows: list[PlanLine], gone: set[int]) -> dict:
    """What a writing changes, line by line, for the trail."""
    edited = {}
    for row in rows:
        if differences := audit.differences(known.get(row.pk), row, LINE_FIELDS):
            edited[f"{row.position} {row.title}"] = differences
    return {"changes": edited, "removed": [known[key].title for key in sorted(gone)]}


def _refuse_used(plan: TrainingPlan, gone: set[int]) -> None:
    used = plan.lines.filter(pk__in=gone, training_classes__isnull=False).order_by("position").distinct()
    if titles := list(used.values_list("title", flat=True)):
        listed = "、".join(titles[:3])
        raise RuleError(f"项目“{listed}”已有班次，不能删除。请先在班次中取消对应的计划项目。")


def _require_draft(plan: TrainingPlan) -> None:
    if plan.state != State.DRAFT:
        raise RuleError(f"计划已于 {plan.published_on} 发布，不能直接修改。请先撤回修改。")


def _locked(plan: TrainingPlan, by: User) -> TrainingPlan:
    plan = TrainingPlan.objects.select_for_update(of=("self",)).select_related("union").get(pk=plan.pk)
    require_editable(plan, by)
    return plan


def _move(plan: TrainingPlan, state: str, day, by: User, action: str, **said) -> TrainingPlan:
    plan.state, plan.published_on = state, day
    plan.version += 1
    plan.save(update_fields=["state", "published_on", "version", "updated_at"])
    require_editable(plan, by)
    audit.record(by, action, plan, union_id=plan.union_id, year=plan.year, **said)
    return plan


def refuse_unusable_line(line: PlanLine | None, union: Union, *, stored: PlanLine | None = None) -> None:
    """Raise RuleError for a line of a draft, or of a union that is not the class's own or above it; the line a
    class fulfils already may stay."""
    if line is None or line == stored:
        return
    plans = TrainingPlan.objects.select_for_update(of=("self",), no_key=True).select_related("union")
    plan = plans.get(pk=line.plan_id)
    if plan.state != State.PUBLISHED or not union.path.startswith(plan.union.path):
        raise RuleError({"plan_line": "只能选择本工会或上级工会已发布计划中的项目"})
