"""Templates of shares: the ones that come with the software, and what the town office enters, ends and takes back."""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.models import User
from competitions.models import ShareRule
from competitions.rules.selections import clean_source
from core.access import Permission
from core.codes import refuse_unusable
from core.errors import RuleError
from unions.rules import cleaned
from unions.scoping import reaches_all

SHIPPED = Path(__file__).parents[1] / "data" / "share_rules.csv"
TABLES = {"honour_type": "honour_type"}


@transaction.atomic
def enter_share_rule(*, by: User, **facts) -> ShareRule:
    """A share of an honour from a day on: honour_type, category, percent, start, source. Raises RuleError by field."""
    _require_town(by)
    facts = cleaned(facts, {"source": clean_source})
    refuse_unusable(facts, TABLES)
    rule = ShareRule(entered_by=by, **facts)
    rule.full_clean()
    rule.save()
    told = {"what": str(rule), "start": str(rule.start)}
    audit.record(by, "competitions.share_rule_enter", rule, **told)
    return rule


@transaction.atomic
def end_share_rule(*, rule: ShareRule, end: dt.date, by: User) -> ShareRule:
    """The template holds until before ``end``; selections keep what they copied. Raises RuleError."""
    rule = _locked(rule, by)
    if rule.end is not None:
        raise RuleError(f"已于 {rule.end} 停止")
    if end <= rule.start:
        raise RuleError({"end": f"停止日期应晚于施行日期 {rule.start}，现填 {end}。录错的请删除。"})
    rule.end = end
    rule.save(update_fields=["end"])
    audit.record(by, "competitions.share_rule_end", rule, what=str(rule), end=str(end))
    return rule


@transaction.atomic
def remove_share_rule(*, rule: ShareRule, by: User) -> None:
    """Take back what was entered by mistake; selections keep what they copied. Raises RuleError for what came with the
    software: it would come again."""
    rule = _locked(rule, by)
    if rule.entered_by_id is None:
        raise RuleError("这是随软件提供的数字，不能删除。不再适用的请填写停止日期。")
    audit.record(by, "competitions.share_rule_remove", rule, what=str(rule), start=str(rule.start))
    rule.delete()


def load_share_rules() -> dict[str, int]:
    """Insert the templates that come with the software where nothing of their honour and category overlaps them:
    what the office ended or replaced stays (settings.REFERENCE_DATA). Returns how many the file holds."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        start = dt.date.fromisoformat(row["start"])
        known = ShareRule.objects.filter(honour_type=row["honour_type"], category=row["category"])
        if known.filter(Q(end=None) | Q(end__gt=start)).exists():
            continue
        ShareRule.objects.create(
            honour_type=row["honour_type"],
            category=row["category"],
            percent=Decimal(row["percent"]),
            start=start,
            is_national=row["is_national"] == "1",
            source=row["source"],
        )
    return {"share rules": len(rows)}


def _locked(rule: ShareRule, by: User) -> ShareRule:
    _require_town(by)
    return ShareRule.objects.select_for_update().get(pk=rule.pk)


def _require_town(by: User) -> None:
    """What holds for the whole town is entered by those who decide for the whole town. Raises PermissionDenied."""
    if not reaches_all(by, Permission.DECIDE_CONTESTS):
        raise PermissionDenied
