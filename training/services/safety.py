"""Which rule of safety training a firm falls under: entered with its day, corrected, taken back."""

import copy
import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import User
from core.access import Permission
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from core.text import clean_short
from training.models import SafetyProfile
from unions.models import Employer
from unions.scoping import require_editable
from workers.rules import stated_reason

FACTS = ("risk", "three_levels", "source")
TABLES = {"risk": "safety_risk"}


@transaction.atomic
def enter_profile(
    *, employer: Employer, risk: str, three_levels: bool, start: dt.date, source: str, by: User
) -> SafetyProfile:
    """The firm falls under this rule from ``start`` on; the one before ends there. Raises RuleError by field where a
    later one is entered already."""
    employer = _locked(employer.pk, by)
    refuse_unusable({"risk": risk}, TABLES)
    later = employer.safety_profiles.filter(start__gte=start).order_by("start").first()
    if later:
        text = f"该单位已登记自 {later.start} 起的规则。请填写其后的日期；那一条登记有误的，先修改或删去。"
        raise RuleError({"start": text})
    employer.safety_profiles.on(start).update(end=start)
    profile = SafetyProfile(
        employer=employer,
        risk=risk,
        three_levels=three_levels,
        start=start,
        entered_by=by,
        source=_source(source),
    )
    profile.full_clean()
    profile.save()
    require_editable(profile, by)
    facts = {"risk": risk, "three_levels": three_levels, "start": str(start)}
    _record(by, "training.safety_enter", profile, **facts)
    return profile


@transaction.atomic
def edit_profile(
    *, profile: SafetyProfile, version: str, risk: str, three_levels: bool, source: str, by: User
) -> SafetyProfile:
    """Correct what was entered, not its days. Raises RuleError by field, ``stale`` when somebody was faster."""
    employer = _locked(profile.employer_id, by)
    profile = _current(profile, employer)
    check_version(profile, version)
    before = copy.copy(profile)
    refuse_unusable({"risk": risk}, TABLES, stored=before)
    profile.risk, profile.three_levels, profile.source = risk, three_levels, _source(source)
    profile.full_clean()
    changes = audit.differences(before, profile, list(FACTS))
    if not changes:
        return profile
    profile.version += 1
    profile.save(update_fields=[*FACTS, "version"])
    require_editable(profile, by)
    _record(by, "training.safety_edit", profile, changes=changes)
    return profile


@transaction.atomic
def strike_profile(*, profile: SafetyProfile, note: str, by: User) -> Employer:
    """Take back a rule entered by mistake; the one before it goes on where it stood. Raises RuleError without a
    reason."""
    employer = _locked(profile.employer_id, by)
    profile = _current(profile, employer)
    note = stated_reason(note, "note")
    require_editable(profile, by)
    start, end, key = profile.start, profile.end, profile.pk
    profile.delete()
    employer.safety_profiles.filter(end=start).update(end=end)
    profile.pk = key
    _record(by, "training.safety_strike", profile, start=str(start), risk=profile.risk, note=note)
    return employer


def _locked(pk: int, by: User) -> Employer:
    """The firm, locked. Raises PermissionDenied out of reach."""
    employer = Employer.objects.select_for_update().get(pk=pk)
    if not Employer.objects.within_reach(by, Permission.EDIT_TRAINING).filter(pk=pk).exists():
        raise PermissionDenied
    return employer


def _current(profile: SafetyProfile, employer: Employer) -> SafetyProfile:
    found = employer.safety_profiles.filter(pk=profile.pk).first()
    if found is None:
        raise RuleError("这条登记已被他人删去，请刷新页面")
    return found


def _source(text: str) -> str:
    text = clean_short(text, longest=200)
    if not text:
        raise RuleError({"source": "请写明依据，例如安全生产许可证或主管部门的名单"})
    return text


def _record(by: User, action: str, profile: SafetyProfile, **details) -> None:
    audit.record(
        by, action, profile, union_id=profile.employer.union_id, employer=profile.employer_id, **details
    )
