"""Rows of 附件一 into the register of firms and unions and back, through the services."""

import json
from collections import Counter

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.db.utils import IntegrityError

from core.exchange import FILL, Staged
from core.forms import version_of
from core.text import parse_date
from unions import amending, services
from unions.matching import DECIDED, FIRM_FIELDS, UNION_FIELDS, Register, replaces, rows_of
from unions.models import COMMITTEES, FEDERATIONS, Coverage, Employer, Headcount, Union

KEPT = "导入之后有人修改过，保留现状"
IN_USE = "已有其他记录引用，不能删除"
MOVED = "建会覆盖已经改变，请在单位页面办理"

DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
VALUES (%(row)s, %(target)s, 'applied', '', %(effects)s::jsonb)
"""
APPLIED = """
SELECT e.row_id, e.target_id, e.effects::text, r.before::text
FROM {effects} e JOIN {rows} r ON r.id = e.row_id WHERE {of_run} AND e.outcome = 'applied' ORDER BY e.row_id DESC
"""
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = %(row)s"


def lock() -> None:
    """Put all changes of the tree in one queue."""
    list(Union.objects.select_for_update().filter(parent=None))


def apply(staged: Staged, kind) -> None:
    """Write the rows; a row waits until the union above its own is there. A refused row becomes a problem."""
    waiting = rows_of(staged, ("new", "changed"))
    while waiting:
        register = Register(kind)
        waiting = [row for row in waiting if amending.complete(row, register)]
        ready = [row for row in waiting if _is_ready(row["fields"], register, kind)]
        federations = [row for row in ready if row["fields"].get("org_type") in FEDERATIONS]
        if not ready:
            _refuse(staged, waiting, "上级工会没有写入，本行无法写入。")
            return
        batch = federations or ready
        for row in batch:
            _apply_row(staged, row, kind)
        done = {row["id"] for row in batch}
        waiting = [row for row in waiting if row["id"] not in done]


def _is_ready(fields: dict, register: Register, kind) -> bool:
    """The union of a row is there, or the one above it, or the row only fills blanks."""
    known = register.union(fields) or register.named(fields["parent"])
    return bool(known or (kind.rule == FILL and register.firm(fields)))


def _apply_row(staged: Staged, row: dict, kind) -> None:
    try:
        with transaction.atomic():
            target, effects = _write(row["fields"], kind)
    except ValidationError as error:
        _refuse(staged, [row], " ".join(error.messages))
        return
    staged.execute(DONE, row=row["id"], target=target, effects=json.dumps(effects))


def _refuse(staged: Staged, rows: list[dict], message: str) -> None:
    problem = {"column": "", "value": "", "message": message, "level": "error", "code": "refused"}
    found = [
        {"number": r["number"], "verdict": "problem", "target": None, "problems": [problem]} for r in rows
    ]
    staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


def _write(fields: dict, kind) -> tuple[int, dict]:
    register, by = Register(kind), kind.by
    firm = register.firm(fields)
    if firm and kind.rule == FILL:
        return _fill(firm, fields, register, kind)
    union, effects = _write_union(fields, register, kind)
    covers = union.org_type in COMMITTEES
    start = union.founded_on or kind.today
    facts = {name: fields[name] for name in FIRM_FIELDS if name in fields}
    if firm is None:
        firm = services.create_employer(
            name=fields["name"], union=union, by=by, covered_from=start if covers else None, **facts
        )
        effects["firm_created"] = True
    elif any(getattr(firm, name) != value for name, value in facts.items()):
        firm = services.edit_employer(employer=firm, version=version_of(firm), by=by, name=firm.name, **facts)
    if covers and firm.union_id != union.pk:
        covered = firm.coverages.filter(end=None).exists()
        services.cover_employer(employer=firm, union=union, start=kind.today if covered else start, by=by)
        effects["moved"] = True
    effects["headcount"] = _declare(firm, fields, register, kind)
    firm.refresh_from_db()
    return firm.pk, effects | {"firm_version": firm.version}


def _write_union(fields: dict, register: Register, kind) -> tuple[Union, dict]:
    facts = _union_facts(fields)
    union, created = register.union(fields), False
    if union is None:
        parent = register.named(fields["parent"])
        union = services.create_union(
            name=fields["union_name"], org_type=fields["org_type"], parent=parent, by=kind.by, **facts
        )
        created = True
    else:
        union = _edit_union(union, facts, kind)
    return union, {"union": union.pk, "union_created": created, "union_version": union.version}


def _edit_union(union: Union, facts: dict, kind) -> Union:
    """The facts that the match rule lets into a union that is registered already."""
    facts = {name: value for name, value in facts.items() if replaces(value, getattr(union, name), kind.rule)}
    if not facts:
        return union
    return services.edit_union(union=union, version=version_of(union), by=kind.by, **facts)


def _union_facts(fields: dict) -> dict:
    facts = {field: fields[name] for name, field in UNION_FIELDS.items() if name in fields}
    if "founded_on" in facts:
        facts["founded_on"] = parse_date(facts["founded_on"])
    return facts


def _fill(firm: Employer, fields: dict, register: Register, kind) -> tuple[int, dict]:
    """What is blank of a firm and of its union when the union is known; nothing moves."""
    facts = {
        name: fields[name]
        for name in FIRM_FIELDS
        if name in fields and replaces(fields[name], getattr(firm, name), FILL)
    }
    if facts:
        firm = services.edit_employer(
            employer=firm, version=version_of(firm), by=kind.by, name=firm.name, **facts
        )
    union = register.union(fields)
    if union:
        union = _edit_union(union, _union_facts(fields), kind)
    missing = register.employees.get(firm.pk) is None
    headcount = _declare(firm, fields, register, kind) if missing else None
    firm.refresh_from_db()
    effects = {"union": firm.union_id, "union_created": False, "headcount": headcount}
    if union:
        effects |= {"union": union.pk, "union_version": union.version}
    return firm.pk, effects | {"firm_version": firm.version}


def _declare(firm: Employer, fields: dict, register: Register, kind) -> int | None:
    """Declared employees as of 填报日期, or of the day of the upload; returns the new row's key."""
    number = fields.get("employees")
    if number is None or register.employees.get(firm.pk) == number:
        return None
    try:
        day = min(parse_date(kind.facts.get("filled_on", "")) or kind.today, kind.today)
    except ValidationError:
        day = kind.today
    if firm.headcounts.filter(on=day).exists():
        firm.headcounts.filter(on=day).update(employees=number)
        return None
    return services.declare_headcount(employer=firm, on=day, employees=number, by=kind.by).pk


def undo(staged: Staged, kind) -> None:
    """Take rows back from the last to the first; unions that several rows share go with the first of them."""
    applied = staged.fetch(APPLIED)
    shared = Counter(json.loads(effects)["union"] for _, _, effects, _ in applied)
    for row, target, effects, before in applied:
        effects = json.loads(effects)
        shared[effects["union"]] -= 1
        try:
            with transaction.atomic():
                reason = _take_back(
                    target, effects, json.loads(before), last=not shared[effects["union"]], by=kind.by
                )
        except (ProtectedError, IntegrityError):
            outcome, reason = "impossible", IN_USE
        except ValidationError as error:
            outcome, reason = "impossible", " ".join(error.messages)[:200]
        else:
            outcome = {"": "reverted", KEPT: "kept"}.get(reason, "impossible")
        staged.execute(OUTCOME, row=row, outcome=outcome, reason=reason)


def _take_back(target: int, effects: dict, before: dict, *, last: bool, by) -> str:
    firm = Employer.objects.select_for_update().filter(pk=target).first()
    union = Union.objects.select_for_update().filter(pk=effects["union"]).first()
    if firm is None or union is None:
        return IN_USE
    if firm.version != effects["firm_version"]:
        return KEPT
    if effects.get("headcount"):
        Headcount.objects.filter(pk=effects["headcount"]).delete()
    if effects.get("firm_created"):
        Coverage.objects.filter(employer=firm).delete()
        firm.delete()
    elif effects.get("moved"):
        return MOVED
    else:
        old = {name: before["fields"][name] for name in FIRM_FIELDS if name in before["fields"]}
        if old:
            services.edit_employer(employer=firm, version=version_of(firm), by=by, name=firm.name, **old)
    return _take_union_back(union, effects, before, last=last, by=by)


def _take_union_back(union: Union, effects: dict, before: dict, *, last: bool, by) -> str:
    if not last:
        return ""
    if effects["union_created"]:
        union.delete()
        return ""
    old = {field: before["fields"][name] for name, field in UNION_FIELDS.items() if name in before["fields"]}
    if old:
        if "founded_on" in old:
            old["founded_on"] = parse_date(old["founded_on"] or "")
        services.edit_union(union=union, version=version_of(union), by=by, **old)
    return ""
