"""Training bases: the town recognises, corrects and withdraws them, and evaluates them once a year."""

import copy
import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from training.models import BaseEvaluation, TrainingBase
from training.rules.bases import (
    BASE_CLEANERS,
    BASE_FACTS,
    BASE_TABLES,
    EVALUATION_CLEANERS,
    EVALUATION_FACTS,
    refuse_year,
)
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.rules import stated_reason


@transaction.atomic
def enter_base(*, by: User, **facts) -> TrainingBase:
    """Record a recognised base: BASE_FACTS. Raises RuleError by field."""
    facts = cleaned(facts, BASE_CLEANERS)
    refuse_unusable(facts, BASE_TABLES)
    base = TrainingBase(entered_by=by, **facts)
    base.full_clean()
    base.save()
    require_editable(base, by)
    _tell(by, "training.base_enter", base, changes=audit.differences(None, base, list(BASE_FACTS)))
    return base


@transaction.atomic
def edit_base(*, base: TrainingBase, version: str, by: User, **facts) -> TrainingBase:
    """Correct the facts of a base. Raises RuleError (stale, by field)."""
    before = _locked(base, by)
    check_version(before, version)
    _refuse_withdrawn(before, "修改")
    facts = cleaned(facts, BASE_CLEANERS)
    refuse_unusable(facts, BASE_TABLES, stored=before)
    after = copy.copy(before)
    for name, value in facts.items():
        setattr(after, name, value)
    after.full_clean()
    _refuse_stray_records(after)
    changes = audit.differences(before, after, list(BASE_FACTS))
    if not changes:
        return before
    after.version += 1
    after.save()
    require_editable(after, by)
    _tell(by, "training.base_edit", after, changes=changes)
    return after


@transaction.atomic
def withdraw_base(*, base: TrainingBase, version: str, on: dt.date, note: str, by: User) -> TrainingBase:
    """The base is recognised no more from ``on``. Raises RuleError (stale, by field)."""
    base = _locked(base, by)
    check_version(base, version)
    _refuse_withdrawn(base, "撤销")
    note = stated_reason(note, "note")
    if on > timezone.localdate():
        raise RuleError({"on": f"撤销日期不能晚于今天，现填 {on}"})
    if on <= base.recognised_on:
        raise RuleError({"on": f"撤销日期应晚于认定日期 {base.recognised_on}，现填 {on}"})
    base.withdrawn_on, base.withdrawal_note = on, note
    _refuse_stray_records(base, field="on")
    base.version += 1
    base.save(update_fields=["withdrawn_on", "withdrawal_note", "version", "updated_at"])
    require_editable(base, by)
    _tell(by, "training.base_withdraw", base, on=str(on), note=note)
    return base


@transaction.atomic
def restore_base(*, base: TrainingBase, version: str, note: str, by: User) -> TrainingBase:
    """The withdrawal was recorded by mistake: recognised again, also for the days since. Raises RuleError (stale, without a
    reason, and when a base of the same name was recorded since)."""
    base = _locked(base, by)
    check_version(base, version)
    if not base.withdrawn_on:
        raise RuleError("该基地没有登记撤销")
    was, note = base.withdrawn_on, stated_reason(note, "note")
    base.withdrawn_on, base.withdrawal_note = None, ""
    base.full_clean()
    base.version += 1
    base.save(update_fields=["withdrawn_on", "withdrawal_note", "version", "updated_at"])
    require_editable(base, by)
    _tell(by, "training.base_restore", base, was=str(was), note=note)
    return base


@transaction.atomic
def evaluate_base(*, base: TrainingBase, by: User, **facts) -> BaseEvaluation:
    """Record the evaluation of a year (EVALUATION_FACTS), each year once. Raises RuleError by field."""
    base = _locked(base, by)
    evaluation = BaseEvaluation(base=base, entered_by=by, **cleaned(facts, EVALUATION_CLEANERS))
    evaluation.full_clean()
    refuse_year(base, evaluation.year, timezone.localdate())
    evaluation.save()
    require_editable(evaluation, by)
    changes = audit.differences(None, evaluation, list(EVALUATION_FACTS))
    _tell(by, "training.base_evaluate", base, changes=changes)
    return evaluation


@transaction.atomic
def edit_evaluation(*, evaluation: BaseEvaluation, version: str, by: User, **facts) -> BaseEvaluation:
    """Correct an evaluation; its year stays. Raises RuleError (stale, by field)."""
    base = _locked(evaluation.base, by)
    before = BaseEvaluation.objects.select_for_update().get(pk=evaluation.pk)
    check_version(before, version)
    after = copy.copy(before)
    for name, value in cleaned(facts, EVALUATION_CLEANERS).items():
        setattr(after, name, value)
    after.full_clean()
    changes = audit.differences(before, after, list(EVALUATION_FACTS))
    if not changes:
        return before
    after.version += 1
    after.save()
    require_editable(after, by)
    _tell(by, "training.base_evaluation_edit", base, year=before.year, changes=changes)
    return after


def _locked(base: TrainingBase, by: User) -> TrainingBase:
    found = TrainingBase.objects.select_for_update(of=("self",)).select_related("union").get(pk=base.pk)
    require_editable(found, by)
    return found


def _refuse_withdrawn(base: TrainingBase, what: str) -> None:
    if base.withdrawn_on:
        raise RuleError(f"该基地已于 {base.withdrawn_on} 撤销，不能再{what}")


def _refuse_stray_records(base: TrainingBase, field: str = "recognised_on") -> None:
    """Raise RuleError when these days leave a class or an evaluation outside the time the base is recognised."""
    classes = base.classes.exclude(state="cancelled").order_by("starts_on")
    early = classes.filter(starts_on__lt=base.recognised_on)
    late = classes.filter(starts_on__gte=base.withdrawn_on) if base.withdrawn_on else classes.none()
    if stray := early.first() or late.last():
        text = (
            f"班次 {stray.code} 于 {stray.starts_on} 在该基地开班，不在认定期间。请核对日期，或先修改班次。"
        )
        raise RuleError({field: text})
    years = base.evaluations.exclude(
        year__range=(base.recognised_on.year, base.withdrawn_on.year if base.withdrawn_on else 9999)
    )
    if stray := years.first():
        raise RuleError({field: f"已登记 {stray.year} 年度的评估，不在认定期间。请核对日期。"})


def _tell(by: User, action: str, base: TrainingBase, **about) -> None:
    audit.record(by, action, base, union_id=base.union_id, **about)
