"""Changes to code tables by the town office: atomic, audited, refused where the software knows the codes.

Records store codes, so a code is never deleted: it is withdrawn from a day, and old records keep its name.
"""

import datetime as dt
import re

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from core import auditing
from core.access import Permission
from core.codetables import TABLES
from core.errors import RuleError
from core.forms import check_version
from core.models import Code, CodeAlias
from core.text import clean_number, clean_text, match_key

NAME_MOST, STANDARD_MOST = 50, 200
CODE_MOST = 10  # records keep ten characters of a code
_CODE = re.compile("[0-9A-Z]+")


@transaction.atomic
def add_code(*, table: str, code: str, name: str, valid_from: dt.date, standard: str = "", by) -> Code:
    """Add a local code that may be entered from a day on. Raises RuleError by field."""
    rows = _locked(table, by)
    _refuse_closed(table)
    code, name, standard = clean_number(code).upper(), clean_text(name), clean_text(standard)
    faults = {}
    if not _CODE.fullmatch(code) or len(code) > CODE_MOST:
        faults["code"] = f"代码只能用数字和字母，1 至 {CODE_MOST} 位，例如 Z01"
    elif taken := next((row for row in rows if row.code == code), None):
        faults["code"] = f"代码“{code}”已用于“{taken.name}”，停用的代码也不能改作他用。请换一个代码。"
    if fault := _fault_of_text(rows, table, name):
        faults["name"] = fault
    if len(standard) > STANDARD_MOST:
        faults["standard"] = _too_long(standard, STANDARD_MOST)
    if faults:
        raise RuleError(faults)
    last = max((row.rank for row in rows), default=0)
    made = Code.objects.create(
        table=table, code=code, name=name, rank=last + 1, standard=standard or "本地增补",
        valid_from=valid_from, is_local=True,
    )  # fmt: skip
    auditing.record(by, "codes.add", made, table=table, code=code, name=name, start=str(valid_from))
    return made


@transaction.atomic
def rename_code(*, code: Code, version: str, name: str, by) -> Code:
    """Change the shown name of a code; records are not touched, they hold the code. Raises RuleError."""
    rows = _locked(code.table, by)
    code = next(row for row in rows if row.pk == code.pk)
    check_version(code, version)
    name = clean_text(name)
    if fault := _fault_of_text(rows, code.table, name, but=code.code):
        raise RuleError({"name": fault})
    if name == code.name:
        raise RuleError({"name": "与现在的名称相同"})
    before, code.name = code.name, name
    return _stored(code, by, "codes.rename", changes={"name": [before, name]})


@transaction.atomic
def withdraw_code(*, code: Code, version: str, on: dt.date, by) -> Code:
    """From the day on the code is no longer offered and imports refuse it. Raises RuleError."""
    rows = _locked(code.table, by)
    _refuse_closed(code.table)
    code = next(row for row in rows if row.pk == code.pk)
    check_version(code, version)
    if code.valid_to is not None:
        raise RuleError(f"该代码已定于 {code.valid_to} 停用")
    if on < timezone.localdate():
        raise RuleError({"on": "停用日期不能早于今天：已按此代码录入的记录不受影响"})
    if code.valid_from and on <= code.valid_from:
        raise RuleError({"on": f"停用日期应晚于启用日期 {code.valid_from}"})
    if not any(row.valid_to is None for row in rows if row.pk != code.pk):
        raise RuleError("这是本表最后一个可用的代码，停用后将无法录入。请先增加新的代码。")
    code.valid_to = on
    return _stored(code, by, "codes.withdraw", end=str(on))


@transaction.atomic
def reinstate_code(*, code: Code, version: str, by) -> Code:
    """Take a withdrawal back. Raises RuleError when another code goes by its name now."""
    rows = _locked(code.table, by)
    code = next(row for row in rows if row.pk == code.pk)
    check_version(code, version)
    if code.valid_to is None:
        raise RuleError("该代码没有停用")
    if fault := _fault_of_text(rows, code.table, code.name, but=code.code):
        raise RuleError(f"不能恢复：{fault}")
    before, code.valid_to = code.valid_to, None
    return _stored(code, by, "codes.reinstate", changes={"valid_to": [str(before), None]})


@transaction.atomic
def add_alias(*, code: Code, text: str, by) -> CodeAlias:
    """Let another text mean the code, on imported sheets too. Raises RuleError."""
    rows = _locked(code.table, by)
    text = clean_text(text)
    if fault := _fault_of_text(rows, code.table, text, but=code.code):
        raise RuleError({"text": fault})
    known = {match_key(alias): alias for alias in _aliases(code.table, code.code)}
    if match_key(text) in {match_key(code.name), match_key(code.code), *known}:
        raise RuleError(
            {"text": f"“{text}”已经认作“{code.name}”，无需再加（全半角、空格、大小写不影响识别）"}
        )
    if CodeAlias.objects.filter(table=code.table, text=text).exists():
        raise RuleError({"text": f"“{text}”是一个已停用代码的别名。请换一个文字。"})
    alias = CodeAlias.objects.create(table=code.table, text=text, code=code.code, is_local=True)
    auditing.record(by, "codes.alias", code, table=code.table, code=code.code, text=text)
    return alias


@transaction.atomic
def remove_alias(*, alias: CodeAlias, by) -> Code:
    """Take a local alias away; the ones that came with the software stay. Returns its code."""
    rows = _locked(alias.table, by)
    alias = CodeAlias.objects.select_for_update().get(pk=alias.pk)
    if not alias.is_local:
        raise RuleError("随软件提供的别名不能删除")
    code = next(row for row in rows if row.code == alias.code)
    text = alias.text
    alias.delete()
    auditing.record(by, "codes.unalias", code, table=code.table, code=code.code, text=text)
    return code


def _locked(table: str, by) -> list[Code]:
    """All codes of a table, locked in one order. Raises PermissionDenied."""
    if not by.has_perm(Permission.EDIT_CODES):
        raise PermissionDenied
    return list(Code.objects.select_for_update().filter(table=table).order_by("pk"))


def _refuse_closed(table: str) -> None:
    if TABLES[table].closed:
        raise RuleError(TABLES[table].why_closed)


def _fault_of_text(rows: list[Code], table: str, text: str, *, but: str = "") -> str:
    """Why a text cannot mean a code of its own (``but`` is that code): blank, long, or meaning another valid one."""
    if not text or not match_key(text):
        return "没有填写。请填写文字。"
    if len(text) > NAME_MOST:
        return _too_long(text, NAME_MOST)
    key, today = match_key(text), timezone.localdate()
    names = {row.code: row.name for row in rows if row.valid_to is None or row.valid_to > today}
    for code, name in names.items():
        if code != but and key in (match_key(name), match_key(code)):
            return f"“{text}”已是代码 {code}“{name}”。请换一个文字。"
    for alias, code in CodeAlias.objects.filter(table=table).exclude(code=but).values_list("text", "code"):
        if match_key(alias) == key and code in names:
            return f"“{text}”已是“{names[code]}”的别名。请换一个文字，或先删除那个别名。"
    return ""


def _too_long(text: str, most: int) -> str:
    return f"最多 {most} 个字，现有 {len(text)} 个字。请缩短后重新填写。"


def _aliases(table: str, code: str):
    return CodeAlias.objects.filter(table=table, code=code).values_list("text", flat=True)


def _stored(code: Code, by, action: str, **details) -> Code:
    code.version += 1
    code.save(update_fields=["name", "valid_to", "version"])
    auditing.record(by, action, code, table=code.table, code=code.code, **details)
    return code
