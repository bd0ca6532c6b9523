"""Rows of 附件一 against the register of firms and unions, and into it, through the services."""

import datetime as dt
import json
from collections import Counter

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.db.utils import IntegrityError

from core.exchange import Staged
from core.forms import version_of
from core.text import parse_date
from unions import services
from unions.models import COMMITTEES, FEDERATIONS, Coverage, Employer, Headcount, OrgType, Union
from unions.naming import employer_key

FIRM_FIELDS = ("credit_code", "address", "district", "nature", "economy", "industry")
# Field of the form → field of Union.
UNION_FIELDS = {
    "union_code": "credit_code",
    "founded_on": "founded_on",
    "declared_members": "declared_members",
    "head_name": "head_name",
    "head_phone": "head_phone",
}
KEPT = "导入之后有人修改过，保留现状"
IN_USE = "已有其他记录引用，不能删除"
MOVED = "建会覆盖已经改变，请在单位页面办理"

ROWS = """
SELECT r.id, r.number, r.verdict, (r."values" -> 'fields')::text, r.before::text, r.target_id
FROM {rows} r WHERE {of_run} AND r.verdict = ANY(%(verdicts)s) ORDER BY r.number
"""
DECIDED = """
UPDATE {rows} r
SET verdict = x.verdict, target_id = x.target, before = x.before,
    problems = r.problems || coalesce(x.problems, '[]'::jsonb)
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (number int, verdict text, target bigint, before jsonb, problems jsonb)
WHERE {of_run} AND r.number = x.number
"""
DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
VALUES (%(row)s, %(target)s, 'applied', '', %(effects)s::jsonb)
"""
APPLIED = """
SELECT e.row_id, e.target_id, e.effects::text, r.before::text
FROM {effects} e JOIN {rows} r ON r.id = e.row_id WHERE {of_run} AND e.outcome = 'applied' ORDER BY e.row_id DESC
"""
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = %(row)s"


class Register:
    """Firms and unions by name and code, within the reach of the person who imports."""

    def __init__(self, kind):
        unions = Union.objects.within_reach(kind.by, kind.permission).select_related("parent")
        firms = Employer.objects.within_reach(kind.by, kind.permission)
        if kind.union:
            unions, firms = unions.within(kind.union), firms.filter(union__path__startswith=kind.union.path)
        self.unions = list(unions)
        self.union_by_code = {union.credit_code: union for union in self.unions if union.credit_code}
        self.unions_by_name: dict[str, list[Union]] = {}
        for union in self.unions:
            self.unions_by_name.setdefault(employer_key(union.name), []).append(union)
        self.firms = {firm.pk: firm for firm in firms}
        self.firm_by_code = {firm.credit_code: firm for firm in self.firms.values() if firm.credit_code}
        self.firm_by_key = {firm.name_key: firm for firm in self.firms.values()}
        latest = Headcount.objects.filter(employer__in=self.firms, on__lte=kind.today).order_by("on")
        self.employees = dict(latest.values_list("employer", "employees"))

    def union(self, fields: dict) -> Union | None:
        """The union a row means: by its code, else by its name (and parent where names repeat)."""
        if found := self.union_by_code.get(fields.get("union_code", "")):
            return found
        named = self.unions_by_name.get(employer_key(fields["union_name"]), [])
        if len(named) > 1 and fields.get("parent"):
            above = employer_key(fields["parent"])
            named = [union for union in named if union.parent and employer_key(union.parent.name) == above]
        return named[0] if len(named) == 1 else None

    def firm(self, fields: dict) -> Employer | None:
        """The firm a row means: by its name, else by its code."""
        return self.firm_by_key.get(employer_key(fields["name"])) or self.firm_by_code.get(
            fields.get("credit_code", "")
        )

    def named(self, name: str) -> Union | None:
        """A union by name."""
        return next(iter(self.unions_by_name.get(employer_key(name), [])), None)


def lock() -> None:
    """Put all changes of the tree in one queue."""
    list(Union.objects.select_for_update().filter(parent=None))


def compare(staged: Staged, kind) -> None:
    """Verdicts of the rows without errors."""
    register = Register(kind)
    rows = _rows(staged, ("new",))
    everything = rows if staged.numbers is None else _rows(_whole(staged), ("new", "changed", "unchanged"))
    arriving = {employer_key(row["fields"]["union_name"]): row["fields"] for row in everything}
    found = [_compared(row, register, arriving, kind) for row in rows]
    if found:
        staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


def _whole(staged: Staged) -> Staged:
    return Staged(staged.table, staged.effects, staged.run_id)


def _compared(row: dict, register: Register, arriving: dict, kind) -> dict:
    fields, problems = row["fields"], []

    def say(attribute, message, *, level="error", code="invalid"):
        column = kind.column(attribute)
        shown = column.shown(fields.get(attribute, ""))
        code = f"{attribute}.{code}"
        problem = {
            "column": column.column_name,
            "value": shown,
            "message": message,
            "level": level,
            "code": code,
        }
        problems.append(problem | {"compared": True})

    firm, union = register.firm(fields), register.union(fields)
    holder = register.firm_by_code.get(fields.get("credit_code", ""))
    if firm and holder and holder != firm:
        say("credit_code", f"这个代码已登记在“{holder.name}”名下。请核对单位名称和代码。", code="taken")
    if union is None:
        _check_new_union(fields, register, arriving, say)
    else:
        _compare_union(fields, union, say)
    verdict, before = _difference(fields, firm, union, register)
    if any(problem["level"] == "error" for problem in problems):
        verdict, before = "problem", None
    target = firm.pk if firm and verdict != "problem" else None
    return {
        "number": row["number"],
        "verdict": verdict,
        "target": target,
        "before": before,
        "problems": problems,
    }


def _check_new_union(fields: dict, register: Register, arriving: dict, say) -> None:
    if len(register.unions_by_name.get(employer_key(fields["union_name"]), [])) > 1:
        say("union_name", "有几个同名的工会。请填写上级工会名称或工会的统一社会信用代码。", code="several")
        return
    if not fields.get("org_type"):
        say("org_type", "新建的工会没有填写工会类型。请从下拉列表中选择。", code="blank")
    elif fields["org_type"] == OrgType.TOWN:
        say("org_type", "镇总工会只能有一个，名称与登记的不符。请核对工会名称和类型。", code="second_town")
    name = fields.get("parent")
    if not name:
        say("parent", "新建的工会没有填写上级工会名称。请补填。", code="blank")
        return
    above, coming = register.named(name), arriving.get(employer_key(name))
    if above is None and coming is None:
        known = [union.name for union in register.unions if union.is_federation][:6]
        say("parent", f"没有登记过这个上级工会。现有的有：{'、'.join(known)}。请核对名称。", code="unknown")
    elif (above.org_type if above else coming.get("org_type")) not in FEDERATIONS:
        say("parent", "上级工会只能是镇总工会或工会联合会。请核对名称。", code="not_federation")


def _compare_union(fields: dict, union: Union, say) -> None:
    stated = fields.get("parent")
    if stated and union.parent and employer_key(stated) != employer_key(union.parent.name):
        message = f"登记的上级工会是“{union.parent.name}”，导入不移动工会；如需调整请在工会页面办理。"
        say("parent", message, level="warning", code="differs")
    if fields.get("org_type") and fields["org_type"] != union.org_type:
        message = f"登记的类型是“{union.get_org_type_display()}”，导入不改类型；如需调整请在工会页面办理。"
        say("org_type", message, level="warning", code="differs")


def _difference(fields: dict, firm, union, register: Register) -> tuple[str, dict | None]:
    """new, changed or unchanged, with the old values of what changes."""
    if firm is None:
        return "new", {"fields": {}, "union": union.pk if union else None}
    old = {name: getattr(firm, name) for name in FIRM_FIELDS if name in fields}
    old["employees"] = register.employees.get(firm.pk)
    if union:
        old |= {name: getattr(union, field) for name, field in UNION_FIELDS.items()}
    old = {name: str(value) if isinstance(value, dt.date) else value for name, value in old.items()}
    changed = {name: value for name, value in old.items() if name in fields and fields[name] != value}
    if union is None or (union.org_type in COMMITTEES and firm.union_id != union.pk):
        changed["union_name"] = register_name(register, firm.union_id)
    versions = {"firm": firm.version, "union_version": union.version if union else None}
    before = {"fields": changed, "union": union.pk if union else None, **versions}
    return ("changed" if changed else "unchanged"), before


def register_name(register: Register, union_id: int) -> str:
    """The name of a union of the register, for the preview."""
    return next((union.name for union in register.unions if union.pk == union_id), "")


def apply(staged: Staged, kind) -> None:
    """Write the rows; a row waits until the union above its own is there. A refused row becomes a problem."""
    waiting = _rows(staged, ("new", "changed"))
    while waiting:
        register = Register(kind)
        ready = [
            row for row in waiting if register.union(row["fields"]) or register.named(row["fields"]["parent"])
        ]
        federations = [row for row in ready if row["fields"].get("org_type") in FEDERATIONS]
        if not ready:
            _refuse(staged, waiting, "上级工会没有写入，本行无法写入。")
            return
        batch = federations or ready
        for row in batch:
            _apply_row(staged, row, kind)
        done = {row["id"] for row in batch}
        waiting = [row for row in waiting if row["id"] not in done]


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
    union, effects = _write_union(fields, register, kind)
    covers = union.org_type in COMMITTEES
    start = union.founded_on or kind.today
    firm = register.firm(fields)
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
    facts = {field: fields[name] for name, field in UNION_FIELDS.items() if name in fields}
    if "founded_on" in facts:
        facts["founded_on"] = parse_date(facts["founded_on"])
    union, created = register.union(fields), False
    if union is None:
        parent = register.named(fields["parent"])
        union = services.create_union(
            name=fields["union_name"], org_type=fields["org_type"], parent=parent, by=kind.by, **facts
        )
        created = True
    elif any(getattr(union, name) != value for name, value in facts.items()):
        union = services.edit_union(union=union, version=version_of(union), by=kind.by, **facts)
    return union, {"union": union.pk, "union_created": created, "union_version": union.version}


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


def _rows(staged: Staged, verdicts: tuple[str, ...]) -> list[dict]:
    names = ("id", "number", "verdict", "fields", "before", "target_id")
    rows = [dict(zip(names, row, strict=True)) for row in staged.fetch(ROWS, verdicts=list(verdicts))]
    for row in rows:
        row["fields"] = json.loads(row["fields"])
        row["fields"].setdefault("parent", "")
    return rows
