"""What the town office enters about subsidies: rates, trades in short supply, limits.

A rule that claims rest on is never rewritten or deleted: it ends, and a new one follows.
"""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import User
from core import codes
from core.access import Permission
from core.codes import refuse_unusable
from core.errors import RuleError
from training.models import ShortageTrade, SubsidyClaim, SubsidyLimit, SubsidyRate
from training.rules.subsidies import RULE_CLEANERS, clean_shortage_trade, told
from unions.rules import cleaned
from unions.scoping import reaches_all


@transaction.atomic
def enter_rate(*, by: User, **facts) -> SubsidyRate:
    """A rate for a level and a trade (blank: every trade) from a day on. Raises RuleError by field."""
    _require_town(by)
    facts = cleaned(facts, RULE_CLEANERS)
    refuse_unusable(facts, {"level": "skill_level"})
    return _enter(SubsidyRate(entered_by=by, **facts), by)


@transaction.atomic
def enter_shortage(*, by: User, **facts) -> ShortageTrade:
    """A trade of the list of those in short supply from a day on. Raises RuleError by field."""
    _require_town(by)
    facts = cleaned(facts, RULE_CLEANERS | {"trade": clean_shortage_trade})
    return _enter(ShortageTrade(entered_by=by, **facts), by)


@transaction.atomic
def enter_limit(*, by: User, **facts) -> SubsidyLimit:
    """A limit from a day on; no value: from then on without one. Raises RuleError by field."""
    _require_town(by)
    return _enter(SubsidyLimit(entered_by=by, **cleaned(facts, RULE_CLEANERS)), by)


@transaction.atomic
def end_rule(*, rule: SubsidyRate | ShortageTrade, end: dt.date, by: User):
    """The rule holds until before ``end``, whatever was said before. Raises RuleError when claims rest on a day from
    ``end`` on, or when another rule holds there."""
    _require_town(by)
    rule = type(rule).objects.select_for_update().get(pk=rule.pk)
    was = rule.end
    if end <= rule.start:
        raise RuleError({"end": f"停止日期应晚于施行日期 {rule.start}。录错的请删除"})
    last = _resting(rule).order_by("-issued_on").values_list("issued_on", flat=True).first()
    if last and end <= last:
        text = f"已有 {last} 发的证书按此申报补贴，停止日期应晚于这一天"
        raise RuleError({"end": text})
    rule.end = end
    rule.full_clean()
    rule.save(update_fields=["end"])
    audit.record(by, "training.subsidy_rule_end", rule, what=str(rule), end=str(end), was=str(was or ""))
    return rule


@transaction.atomic
def remove_rule(*, rule: SubsidyRate | ShortageTrade | SubsidyLimit, by: User) -> None:
    """Take back what was entered by mistake. Raises RuleError when a claim was made by it."""
    _require_town(by)
    rule = type(rule).objects.select_for_update().get(pk=rule.pk)
    if _resting(rule).exists():
        way = "录入新的规定" if isinstance(rule, SubsidyLimit) else "填写停止日期，再录入新的规定"
        named = told(rule, codes.names("skill_level"))
        raise RuleError(f"已有申报以“{named}”为准，不能删除。请{way}。")
    audit.record(by, "training.subsidy_rule_remove", rule, what=str(rule), start=str(rule.start))
    rule.delete()


def _resting(rule):
    """The claims that were decided by the rule, refused and withdrawn ones included."""
    if isinstance(rule, SubsidyRate):
        return SubsidyClaim.objects.filter(rate=rule)
    since = SubsidyClaim.objects.filter(claimed_at__gte=rule.entered_at)
    if isinstance(rule, ShortageTrade):
        return since.filter(trade=rule.trade, surcharge__gt=0, issued_on__gte=rule.start)
    if rule.kind == SubsidyLimit.Kind.DEADLINE:
        return since.filter(issued_on__gte=rule.start)
    return since.filter(claimed_on__gte=rule.start)


def _enter(rule, by: User):
    rule.full_clean()
    rule.save()
    audit.record(
        by,
        "training.subsidy_rule_enter",
        rule,
        kind=rule._meta.model_name,
        what=str(rule),
        start=str(rule.start),
    )
    return rule


def _require_town(by: User) -> None:
    if not reaches_all(by, Permission.DECIDE_TRAINING):
        raise PermissionDenied
