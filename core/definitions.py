"""What the words that law and plan leave open mean here (关键岗位, 产业工人 …), in writing, from a day on."""

import datetime as dt
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html

from core import auditing
from core.access import Permission
from core.errors import RuleError
from core.models import Definition
from core.text import clean_lines, clean_text

LEAST, MOST = 10, 2000
SOURCE_MOST = 200


@dataclass
class Word:
    """A defined word: the wording in force, those to come (by day) and the former ones, newest first."""

    code: str
    title: str
    current: Definition | None = None
    coming: list[Definition] = field(default_factory=list)
    former: list[Definition] = field(default_factory=list)


def wording(code: str, *, on: dt.date | None = None) -> str:
    """The rule in force on the day (today by default), empty when there is none."""
    rules = Definition.objects.filter(code=code, valid_from__lte=on or timezone.localdate())
    return rules.order_by("-valid_from").values_list("text", flat=True).first() or ""


def help_texts(*codes: str) -> dict[str, str]:
    """Code → the rule in force today as help beside a form's field: folded, escaped markup."""
    rules = Definition.objects.filter(code__in=codes, valid_from__lte=timezone.localdate())
    return {
        rule.code: format_html(
            "<details><summary>认定规则（{} 起）</summary><div>{}</div></details>", rule.valid_from, rule.text
        )
        for rule in rules.order_by("valid_from")
    }


def words() -> list[Word]:
    """Every defined word with all its wordings."""
    today, found = timezone.localdate(), {}
    for rule in Definition.objects.order_by("code", "-valid_from"):
        word = found.setdefault(rule.code, Word(rule.code, rule.title))
        if rule.valid_from > today:
            word.coming.insert(0, rule)
        elif word.current is None:
            word.current = rule
        else:
            word.former.append(rule)
    return list(found.values())


@transaction.atomic
def issue_wording(*, code: str, text: str, valid_from: dt.date, source: str, by) -> Definition:
    """Put a new wording in force from a day; the old ones stay. Raises RuleError by field."""
    if not by.has_perm(Permission.EDIT_CODES):
        raise PermissionDenied
    last = Definition.objects.select_for_update().filter(code=code).order_by("-valid_from").first()
    if last is None:
        raise RuleError("没有这条认定规则，请从规则列表进入")
    text, source = clean_lines(text), clean_text(source)
    faults = {}
    if not LEAST <= len(text) <= MOST:
        faults["text"] = (
            f"认定规则应有 {LEAST} 至 {MOST} 个字，现有 {len(text)} 个字。请写清哪些人算、哪些人不算。"
        )
    if not source or len(source) > SOURCE_MOST:
        faults["source"] = f"请写明依据（文件或会议名称、日期），最多 {SOURCE_MOST} 个字"
    if valid_from <= last.valid_from:
        faults["valid_from"] = f"施行日期应晚于上一条规则的 {last.valid_from}；已施行的规则不能改写"
    elif text == last.text:
        faults["text"] = "与上一条规则的文字相同，无需另发"
    if faults:
        raise RuleError(faults)
    rule = Definition.objects.create(
        code=code, title=last.title, text=text, valid_from=valid_from, source=source
    )
    auditing.record(
        by, "codes.definition", rule, title=rule.title, start=str(valid_from), before=last.text, after=text
    )
    return rule
