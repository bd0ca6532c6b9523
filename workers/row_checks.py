"""Rules of one line of a file about people that need several of its columns."""

import datetime as dt

from core.errors import RuleError
from core.exchange import Exchange, Problems
from core.idnumbers import CITIZEN, DocumentError, age_on, check_age, check_document
from workers.models import Change
from workers.movements import LEAVING, PENSIONED

RETIRED = (*PENSIONED, "6")
YOUNGEST_MEMBER = 16  # 劳动法第十五条


def check_number(kind: Exchange, values: dict, raw: dict, problems: Problems):
    """The number by its document type, which is that of a citizen where none is stated; takes the number out of
    ``values`` and leaves the type in. Returns what was found of it, or None."""
    number = values.pop("number", None)
    if number is None or ("doc_type" in raw and "doc_type" not in values):
        return None
    stated = "doc_type" in values
    doc_type = values.setdefault("doc_type", CITIZEN)
    column = kind.column("number")
    try:
        check = check_document(doc_type, number, on=kind.today)
    except RuleError as error:
        if not stated and isinstance(error, DocumentError) and error.code == "wrong_type":
            column = kind.column("doc_type")
        problems.refuse(column, raw["number"], error)
        return None
    for warning in check.warnings:
        problems.add(column, raw["number"], warning, level="warning", code="number.warning")
    if not stated and "doc_type" in kind.positions:
        message = "没有填写有效证件类别，已按居民身份证核对。"
        problems.add(kind.column("doc_type"), "", message, level="warning", code="doc_type.blank")
    return check


def complete_birth(kind: Exchange, values: dict, problems: Problems, check) -> None:
    """A month of birth is made a day by the identity number (``check`` is what was found of it), if that agrees."""
    born = values.get("birth_date") or ""
    if len(born) != len("YYYY-MM"):
        return
    del values["birth_date"]
    column = kind.column("birth_date")
    derived = check.birth_date.isoformat() if check and check.birth_date else None
    if check is None:
        message = "出生日期只写到月，证件号码改正后按号码补全。"
        problems.add(column, born, message, level="warning", code="birth_date.month_only")
    elif derived is None:
        problems.add(column, born, "出生日期只写到月。请补全年、月、日。", code="birth_date.month_only")
    elif not derived.startswith(born):
        message = f"出生年月 {born} 与证件号码不一致。请核对出生日期和证件号码。"
        problems.add(column, born, message, code="birth_date.disagrees")
    else:
        values["birth_date"] = derived


def check_birth(kind: Exchange, born: str, problems: Problems) -> None:
    """The age that a stated day of birth makes."""
    column = kind.column("birth_date")
    try:
        for warning in check_age(dt.date.fromisoformat(born), on=kind.today):
            problems.add(column, born, warning, level="warning", code="birth_date.age")
    except RuleError as error:
        problems.refuse(column, born, error)


def check_movement(kind: Exchange, values: dict, raw: dict, problems: Problems) -> None:
    """The change against the state of work, its reason, its day, and the age on that day."""
    change, on = values.get("change"), values.get("on")
    if change == Change.JOIN and values.get("employment_status") in RETIRED:
        column = kind.column("employment_status")
        message = "退休、离休、退职人员不能作为新会员入会。已是会员的请把会籍变化类型改为“保留”。"
        problems.add(column, raw["employment_status"], message, code="employment_status.retired_joins")
    if change in (*LEAVING, Change.RETAIN) and "reason" not in raw:
        column = kind.column("reason")
        message = f"会籍变化类型是“{Change(change).label}”，没有填写会籍变化原因。"
        problems.add(column, "", message, level="warning", code="reason.blank")
    if on is None:
        return
    column = kind.column("on")
    if on > kind.today.isoformat():
        problems.add(column, raw["on"], "会籍变化日期在今天之后。请核对日期。", code="on.future")
    born = values.get("birth_date")
    if born and age_on(dt.date.fromisoformat(born), dt.date.fromisoformat(on)) < YOUNGEST_MEMBER:
        message = f"会籍变化日期时此人未满 {YOUNGEST_MEMBER} 周岁。请核对出生日期和会籍变化日期。"
        problems.add(column, raw["on"], message, code="on.under_age")
