"""Rows of exported lists of firms that come back: edited facts of known firms, told by row keys."""

from core.edited_cells import clean_edited
from core.exchange import Cleaned, Exchange, Problems
from unions.models import COMMITTEES

OF_UNION = ("union_code", "founded_on", "declared_members", "head_name", "head_phone")
UNKNOWN = (
    "没有这一行所指的单位，或者不在您的范围内，本行没有导入。请重新导出后再修改；新增单位请清空“行标识”一格。"
)
NO_UNION = "该单位还没有建立工会，工会信息无处登记。请先登记建会覆盖，再填写。"
OF_ANOTHER = "这个代码已登记在“{name}”名下。请核对工会的代码。"
NOT_EMPTY = "职工人数不能清空。请填写人数，或改回原来的内容。"


def amended(kind: Exchange, pk: int, texts: dict) -> Cleaned:
    """The staged form of a row that says these cells about the firm with this key."""
    problems = Problems()
    values, raw, emptied = clean_edited(kind, texts, problems)
    if "employees" in emptied:
        problems.add(kind.column("employees"), "", NOT_EMPTY, code="employees.blank")
    founded = values.get("founded_on")
    if founded and founded > kind.today.isoformat():
        message = "建会日期在今天之后。请核对日期。"
        problems.add(kind.column("founded_on"), raw["founded_on"], message, code="founded_on.future")
    fields = values | {name: None if name == "declared_members" else "" for name in emptied}
    return Cleaned(None, {"keyed": pk, "shown": "", "fields": fields}, problems)


def complete(row: dict, register) -> bool:
    """Give a row with a row key the names of its firm and union, so that it is compared and written like any other;
    False if it cannot be (``refused`` says why). Rows without one stay as they are."""
    if not row["keyed"]:
        return True
    if _fault(row, register):
        return False
    firm = register.firms[row["keyed"]]
    union = _union_of(firm, register)
    above = union.parent.name if union.parent else ""
    row["fields"] |= {"name": firm.name, "union_name": union.name, "parent": above}
    return True


def refused(row: dict, register) -> dict:
    """The verdict of a row that cannot be completed."""
    code, message = _fault(row, register)
    problem = {
        "column": "",
        "value": "",
        "message": message,
        "level": "error",
        "code": code,
        "compared": True,
    }
    return {
        "number": row["number"],
        "verdict": "problem",
        "target": None,
        "before": None,
        "problems": [problem],
    }


def _fault(row: dict, register) -> tuple[str, str] | None:
    firm = register.firms.get(row["keyed"])
    union = firm and _union_of(firm, register)
    if not union:
        return "row_key.unknown", UNKNOWN
    said = row["fields"].keys() & set(OF_UNION)
    if said and union.org_type not in COMMITTEES:
        return "union_name.none", NO_UNION
    holder = register.union_by_code.get(row["fields"].get("union_code") or "")
    if holder and holder != union:
        return "union_code.taken", OF_ANOTHER.format(name=holder.name)
    return None


def _union_of(firm, register):
    return next((union for union in register.unions if union.pk == firm.union_id), None)
