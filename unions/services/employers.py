"""Firms: their facts, declared headcounts, and which union covers them from when to when."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.forms import check_version
from unions.models import COMMITTEES, Coverage, Employer, Headcount, OrgType, Union
from unions.naming import employer_key
from unions.rules import EMPLOYER_CLEANERS, cleaned, past_or_today
from unions.scoping import require_editable

EMPLOYER_FIELDS = [
    "name",
    "credit_code",
    "legacy_code",
    "union",
    "address",
    "district",
    "nature",
    "economy",
    "industry",
    "opened_on",
    "closed_on",
]


@transaction.atomic
def create_employer(
    *, name: str, union: Union, by: User, covered_from: dt.date | None = None, **facts
) -> Employer:
    """Add a firm in the charge of a union.

    Under a grassroots or joint union the firm is covered from ``covered_from``; a federation only has it in
    its charge, as a firm without a union. Raises RuleError by field.
    """
    if union.org_type in COMMITTEES and covered_from is None:
        raise RuleError({"covered_from": "请填写该工会覆盖此单位的起始日期"})
    if union.org_type not in COMMITTEES and covered_from is not None:
        raise RuleError({"covered_from": "联合会不直接覆盖单位，请留空，或改选基层工会"})
    employer = Employer(union=union, **cleaned({"name": name, **facts}, EMPLOYER_CLEANERS))
    _check_employer(employer)
    employer.save()
    if covered_from:
        _cover(employer, union, covered_from)
    require_editable(employer, by)
    changes = audit.differences(None, employer, EMPLOYER_FIELDS)
    audit.record(by, "employers.create", employer, union_id=union.pk, changes=changes)
    return employer


@transaction.atomic
def edit_employer(*, employer: Employer, version: str, by: User, **facts) -> Employer:
    """Change facts of a firm; its union changes through coverage. Raises RuleError (stale, by field)."""
    before = Employer.objects.select_for_update().get(pk=employer.pk)
    check_version(before, version)
    after = Employer.objects.get(pk=employer.pk)
    for name, value in cleaned(facts, EMPLOYER_CLEANERS).items():
        setattr(after, name, value)
    _check_employer(after)
    after.version = F("version") + 1
    after.save()
    after.refresh_from_db()
    require_editable(after, by)
    changes = audit.differences(before, after, EMPLOYER_FIELDS)
    audit.record(by, "employers.edit", after, union_id=after.union_id, changes=changes)
    return after


@transaction.atomic
def declare_headcount(
    *, employer: Employer, on: dt.date, employees: int, by: User, women: int | None = None
) -> Headcount:
    """Record the employees a firm declares for a day. One declaration a day; earlier ones stay."""
    past_or_today(on)
    headcount = Headcount(employer=employer, on=on, employees=employees, women=women)
    headcount.full_clean()
    headcount.save()
    require_editable(headcount, by)
    audit.record(
        by,
        "employers.declare",
        employer,
        union_id=employer.union_id,
        on=str(on),
        employees=employees,
        women=women,
    )
    return headcount


@transaction.atomic
def cover_employer(*, employer: Employer, union: Union, start: dt.date, by: User) -> Coverage:
    """Let a union cover the firm from a day; a coverage in effect ends that day (joint → own union)."""
    past_or_today(start)
    employer = Employer.objects.select_for_update().get(pk=employer.pk)
    require_editable(employer, by)
    before = employer.union
    current = employer.coverages.filter(end=None).select_related("union").first()
    if current and current.union_id == union.pk:
        raise RuleError({"union": f"该单位自 {current.start} 起已由此工会覆盖"})
    if current:
        _end(current, start)
    coverage = _cover(employer, union, start)
    _put_in_charge(employer, union)
    require_editable(employer, by)
    changes = {"union": [str(before), str(union)]}
    audit.record(by, "employers.cover", employer, union_id=union.pk, start=str(start), changes=changes)
    return coverage


@transaction.atomic
def end_coverage(*, employer: Employer, end: dt.date, by: User, union: Union | None = None) -> Employer:
    """End the coverage in effect. The firm passes into the charge of ``union``, by default the nearest
    federation above."""
    past_or_today(end)
    employer = Employer.objects.select_for_update().get(pk=employer.pk)
    current = employer.coverages.filter(end=None).select_related("union").first()
    if current is None:
        raise RuleError("该单位目前没有工会覆盖")
    require_editable(employer, by)
    heir = union or _federation_above(current.union)
    if not heir.is_federation:
        raise RuleError({"union": "没有工会覆盖的单位应归口到镇总工会或工会联合会"})
    _end(current, end)
    _put_in_charge(employer, heir)
    require_editable(employer, by)
    changes = {"union": [str(current.union), str(heir)]}
    audit.record(by, "employers.uncover", employer, union_id=heir.pk, end=str(end), changes=changes)
    return employer


def _check_employer(employer: Employer) -> None:
    """``name_key`` has no place on the form: its clash is told at the name."""
    employer.name_key = employer_key(employer.name)
    if employer.opened_on and employer.closed_on and employer.closed_on <= employer.opened_on:
        raise RuleError({"closed_on": "关停日期应晚于成立日期"})
    if employer.closed_on and employer.pk and employer.coverages.filter(end=None).exists():
        raise RuleError({"closed_on": "该单位仍由工会覆盖，请先终止覆盖"})
    twin = Employer.objects.filter(name_key=employer.name_key).exclude(pk=employer.pk)
    if employer.name_key and twin.exists():
        raise RuleError({"name": "该单位已登记（全角、半角和括号写法不同也视为同名）"})
    others = Employer.objects.filter(credit_code=employer.credit_code).exclude(pk=employer.pk)
    if employer.credit_code and others.exists():
        raise RuleError({"credit_code": "该单位统一社会信用代码已登记"})
    employer.full_clean(exclude=["name_key"])


def _cover(employer: Employer, union: Union, start: dt.date) -> Coverage:
    past_or_today(start)
    # As stored, and locked: two clerks could each give an own union its "only" firm, or one close it meanwhile.
    union = Union.objects.select_for_update().get(pk=union.pk)
    if union.org_type not in COMMITTEES:
        raise RuleError({"union": "只有基层工会或联合基层工会可以覆盖单位，联合会下设成员工会"})
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    if union.founded_on and start < union.founded_on:
        raise RuleError(f"覆盖起始日期不能早于建会日期 {union.founded_on}")
    others = union.coverages.filter(end=None).exclude(employer=employer)
    if union.org_type == OrgType.GRASSROOTS and others.exists():
        raise RuleError({"union": "独立基层工会只覆盖一个单位；覆盖多个单位请改为联合基层工会"})
    coverage = Coverage(employer=employer, union=union, start=start)
    coverage.full_clean()
    coverage.save()
    return coverage


def _end(coverage: Coverage, end: dt.date) -> None:
    if end <= coverage.start:
        raise RuleError(f"日期应晚于现有覆盖的起始日期 {coverage.start}")
    coverage.end = end
    coverage.save(update_fields=["end"])


def _put_in_charge(employer: Employer, union: Union) -> None:
    employer.union = union
    employer.version = F("version") + 1
    employer.save(update_fields=["union", "version", "updated_at"])
    employer.refresh_from_db()


def _federation_above(union: Union) -> Union:
    above = Union.objects.filter(pk__in=[int(pk) for pk in union.path.split("/")[:-2]]).order_by("-path")
    return next(parent for parent in above if parent.is_federation)
