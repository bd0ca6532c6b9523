"""Rows of 附件一 against the register of firms and unions: what is known, and what would change."""

import datetime as dt
import json

from core.exchange import FILL, KNOWN, SKIP, UPDATE, Staged
from unions import amending
from unions.models import COMMITTEES, FEDERATIONS, Employer, Headcount, OrgType, Union
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
ONLY_BLANKS = "按“只补空白项”导入：单位归属的工会没有改动。"

ROWS = """
SELECT r.id, r.number, r.verdict, (r."values" -> 'fields')::text, r.before::text, r.target_id,
       (r."values" ->> 'keyed')::bigint
FROM {rows} r WHERE {of_run} AND r.verdict = ANY(%(verdicts)s) ORDER BY r.number
"""
DECIDED = """
UPDATE {rows} r
SET verdict = x.verdict, target_id = x.target, before = x.before,
    problems = r.problems || coalesce(x.problems, '[]'::jsonb)
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (number int, verdict text, target bigint, before jsonb, problems jsonb)
WHERE {of_run} AND r.number = x.number
"""


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


def compare(staged: Staged, kind) -> None:
    """Verdicts of the rows without errors."""
    register = Register(kind)
    rows = rows_of(staged, ("new",))
    everything = rows if staged.numbers is None else rows_of(_whole(staged), ("new", "changed", "unchanged"))
    everything = [row for row in everything if not row["keyed"]]
    arriving = {employer_key(row["fields"]["union_name"]): row["fields"] for row in everything}
    found = [
        _compared(row, register, arriving, kind)
        if amending.complete(row, register)
        else amending.refused(row, register)
        for row in rows
    ]
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
    if firm and kind.rule == SKIP:
        say("name", KNOWN, level="note", code="known")
        return _found(row, "skipped", firm, None, problems)
    holder = register.firm_by_code.get(fields.get("credit_code", ""))
    if firm and holder and holder != firm:
        say("credit_code", f"这个代码已登记在“{holder.name}”名下。请核对单位名称和代码。", code="taken")
    if firm and kind.rule == FILL:
        if union is None or firm.union_id != union.pk:
            say("union_name", ONLY_BLANKS, level="note", code="only_blanks")
    elif union is None:
        _check_new_union(fields, register, arriving, say)
    elif kind.rule == UPDATE:
        _compare_union(fields, union, say)
    verdict, before = _difference(fields, firm, union, register, kind.rule)
    if any(problem["level"] == "error" for problem in problems):
        verdict, before = "problem", None
    return _found(row, verdict, firm if verdict != "problem" else None, before, problems)


def _found(row: dict, verdict: str, firm: Employer | None, before: dict | None, problems: list) -> dict:
    target = firm.pk if firm else None
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


def _difference(fields: dict, firm, union, register: Register, rule: str) -> tuple[str, dict | None]:
    """new, changed or unchanged, with the old values of what changes by the match rule."""
    if firm is None:
        return "new", {"fields": {}, "union": union.pk if union else None}
    old = {name: getattr(firm, name) for name in FIRM_FIELDS if name in fields}
    old["employees"] = register.employees.get(firm.pk)
    if union:
        old |= {name: getattr(union, field) for name, field in UNION_FIELDS.items()}
    old = {name: str(value) if isinstance(value, dt.date) else value for name, value in old.items()}
    changed = {
        name: value for name, value in old.items() if name in fields and replaces(fields[name], value, rule)
    }
    moves = union is None or (union.org_type in COMMITTEES and firm.union_id != union.pk)
    if rule == UPDATE and moves:
        changed["union_name"] = register_name(register, firm.union_id)
    versions = {"firm": firm.version, "union_version": union.version if union else None}
    before = {"fields": changed, "union": union.pk if union else None, **versions}
    return ("changed" if changed else "unchanged"), before


def replaces(new, old, rule: str) -> bool:
    """True when the match rule puts what a cell says over what is registered."""
    return rule != SKIP and new != old and (rule == UPDATE or old in (None, ""))


def register_name(register: Register, union_id: int) -> str:
    """The name of a union of the register, for the preview."""
    return next((union.name for union in register.unions if union.pk == union_id), "")


def rows_of(staged: Staged, verdicts: tuple[str, ...]) -> list[dict]:
    """Staged rows with these verdicts, in the order of the sheet."""
    names = ("id", "number", "verdict", "fields", "before", "target_id", "keyed")
    rows = [dict(zip(names, row, strict=True)) for row in staged.fetch(ROWS, verdicts=list(verdicts))]
    for row in rows:
        row["fields"] = json.loads(row["fields"])
        row["fields"].setdefault("parent", "")
    return rows
