"""Inspections, and each hazard's way: found, answered, looked at again and closed."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.access import Permission
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from rights.models import Hazard, Inspection
from rights.rules.inspections import HAZARD_CLEANERS, HAZARD_TABLES, INSPECTION_CLEANERS
from unions.models import Employer, Union
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.rules import stated_reason

INSPECTION_FIELDS = ["employer", "on", "inspectors", "scope", "note"]
HAZARD_FIELDS = ["what", "level", "proposal", "due_on", "replied_on", "reply", "closed_on", "recheck"]


@transaction.atomic
def record_inspection(*, union: Union, employer: Employer, by: User, **facts) -> Inspection:
    """Record a visit of the union to a firm in reach. Raises PermissionDenied, RuleError by field."""
    if not Employer.objects.within_reach(by, Permission.EDIT_SUPERVISION).filter(pk=employer.pk).exists():
        raise PermissionDenied
    inspection = Inspection(
        union=union, employer=employer, created_by=by, **cleaned(facts, INSPECTION_CLEANERS)
    )
    _refuse_days_to_come(inspection, "on")
    inspection.full_clean()
    inspection.save()
    require_editable(inspection, by)
    _record(
        by, "rights.inspection_record", inspection, audit.differences(None, inspection, INSPECTION_FIELDS)
    )
    return inspection


@transaction.atomic
def edit_inspection(*, inspection: Inspection, version: str, by: User, **facts) -> Inspection:
    """Correct an inspection; firm and union stay. Raises RuleError (stale, by field)."""
    before = _locked(inspection, by)
    check_version(before, version)
    after = Inspection.objects.select_related("employer").get(pk=before.pk)
    for name, value in cleaned(facts, INSPECTION_CLEANERS).items():
        setattr(after, name, value)
    _refuse_days_to_come(after, "on")
    after.full_clean()
    first = after.hazards.order_by("due_on").first()
    if first and first.due_on < after.on:
        raise RuleError({"on": f"检查日期不能晚于隐患的整改期限 {first.due_on}"})
    if changes := audit.differences(before, after, INSPECTION_FIELDS):
        after.version += 1
        after.save()
        _record(by, "rights.inspection_edit", after, changes)
    return after


@transaction.atomic
def add_hazard(*, inspection: Inspection, by: User, **facts) -> Hazard:
    """Add a hazard that the visit found. Raises RuleError by field."""
    inspection = _locked(inspection, by)
    facts = cleaned(facts, HAZARD_CLEANERS)
    refuse_unusable(facts, HAZARD_TABLES)
    hazard = Hazard(inspection=inspection, **facts)
    _save(hazard)
    _record(by, "rights.hazard_add", inspection, audit.differences(None, hazard, HAZARD_FIELDS), hazard)
    return hazard


def edit_hazard(*, hazard: Hazard, version: str, by: User, **facts) -> Hazard:
    """Correct what was found, proposed or set as deadline. Raises RuleError (stale, closed, by field)."""
    return _change(hazard, version, by, "rights.hazard_edit", facts)


def record_reply(*, hazard: Hazard, version: str, by: User, **facts) -> Hazard:
    """Note when and what the firm answered. Raises RuleError (stale, closed, by field)."""
    return _change(hazard, version, by, "rights.hazard_reply", facts)


def close_hazard(*, hazard: Hazard, version: str, by: User, **facts) -> Hazard:
    """Close a hazard after the second look. Raises RuleError (stale, closed already, by field)."""
    return _change(hazard, version, by, "rights.hazard_close", facts)


@transaction.atomic
def reopen_hazard(*, hazard: Hazard, reason: str, by: User) -> Hazard:
    """Take back a closing that was entered by mistake, with the reason. Raises RuleError."""
    inspection = _locked(hazard.inspection, by)
    before = Hazard.objects.select_for_update().get(pk=hazard.pk)
    if before.closed_on is None:
        raise RuleError("这条隐患没有销号，请刷新页面")
    reason = stated_reason(reason, "reason")
    after = Hazard.objects.get(pk=before.pk)
    after.closed_on, after.recheck = None, ""
    after.version += 1
    after.save()
    changes = audit.differences(before, after, HAZARD_FIELDS)
    _record(by, "rights.hazard_reopen", inspection, changes, after, reason=reason)
    return after


@transaction.atomic
def _change(hazard: Hazard, version: str, by: User, action: str, facts: dict) -> Hazard:
    inspection = _locked(hazard.inspection, by)
    before = Hazard.objects.select_for_update().get(pk=hazard.pk)
    check_version(before, version)
    if before.closed_on:
        raise RuleError(f"这条隐患已于 {before.closed_on} 销号，不能再修改")
    facts = cleaned(facts, HAZARD_CLEANERS)
    refuse_unusable(facts, HAZARD_TABLES, stored=before)
    after = Hazard.objects.select_related("inspection").get(pk=before.pk)
    for name, value in facts.items():
        setattr(after, name, value)
    if changes := audit.differences(before, after, HAZARD_FIELDS):
        after.version += 1
        _save(after)
        _record(by, action, inspection, changes, after)
    return after


def _locked(inspection: Inspection, by: User) -> Inspection:
    found = Inspection.objects.select_for_update(of=("self",)).select_related("employer")
    inspection = found.get(pk=inspection.pk)
    require_editable(inspection, by)
    return inspection


def _save(hazard: Hazard) -> None:
    hazard.full_clean()
    visit = hazard.inspection.on
    for name, title in (("due_on", "整改期限"), ("replied_on", "答复日期"), ("closed_on", "复查销号日期")):
        day: dt.date | None = getattr(hazard, name)
        if day and day < visit:
            raise RuleError({name: f"{title}不能早于检查日期 {visit}"})
    _refuse_days_to_come(hazard, "replied_on")
    _refuse_days_to_come(hazard, "closed_on")
    hazard.save()


def _refuse_days_to_come(row, name: str) -> None:
    day = getattr(row, name)
    if isinstance(day, dt.date) and day > timezone.localdate():
        raise RuleError({name: f"{row._meta.get_field(name).verbose_name}不能晚于今天，现填 {day}"})


def _record(by: User, action: str, inspection: Inspection, changes, hazard=None, **details) -> None:
    about = {"hazard": hazard.pk} if hazard is not None else {}
    audit.record(by, action, inspection, union_id=inspection.union_id, changes=changes, **about, **details)
