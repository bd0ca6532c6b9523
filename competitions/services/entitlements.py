"""What the town office enters about who gains what. A rule counts once it is confirmed; one that promises rest on is
never rewritten or deleted: it ends, and a new one follows."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Entitlement
from competitions.rules.follow import ENTITLEMENT_TABLES, FOLLOW_CLEANERS, NO_RUNGS
from core.access import Permission
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from unions.rules import cleaned
from unions.scoping import reaches_all

ENTITLEMENT_FIELDS = [
    *("contest_kind", "contest_level", "from_rank", "to_rank", "gain", "honour_type", "level", "amount"),
    *("detail", "due_months", "start", "source"),
]


@transaction.atomic
def enter_entitlement(*, by: User, **facts) -> Entitlement:
    """Enter a rule, which counts from its confirmation. Raises RuleError by field."""
    _require_town(by)
    facts = cleaned(facts, FOLLOW_CLEANERS)
    refuse_unusable(facts, ENTITLEMENT_TABLES)
    rule = Entitlement(entered_by=by, **facts)
    _check(rule)
    rule.save()
    changes = audit.differences(None, rule, ENTITLEMENT_FIELDS)
    audit.record(by, "competitions.entitlement_enter", rule, changes=changes)
    return rule


@transaction.atomic
def edit_entitlement(*, rule: Entitlement, version: str, by: User, **facts) -> Entitlement:
    """Correct a rule that nothing rests on; it waits for confirmation again. Raises RuleError by field, or stale."""
    before = _locked(rule, by)
    check_version(before, version)
    _refuse_used(before)
    facts = cleaned(facts, FOLLOW_CLEANERS)
    refuse_unusable(facts, ENTITLEMENT_TABLES, stored=before)
    after = Entitlement.objects.get(pk=before.pk)
    for name, value in facts.items():
        setattr(after, name, value)
    _check(after)
    changes = audit.differences(before, after, ENTITLEMENT_FIELDS)
    if not changes:
        return after
    after.confirmed_by = after.confirmed_at = None
    after.version += 1
    after.save()
    audit.record(by, "competitions.entitlement_edit", after, changes=changes)
    return after


@transaction.atomic
def confirm_entitlement(*, rule: Entitlement, version: str, by: User) -> Entitlement:
    """The town has compared the rule with the document in force. Raises RuleError (stale, confirmed already)."""
    rule = _locked(rule, by)
    check_version(rule, version)
    if rule.confirmed_by_id:
        raise RuleError("这条奖励政策已经确认，请刷新页面")
    rule.confirmed_by, rule.confirmed_at = by, timezone.now()
    rule.version += 1
    rule.save(update_fields=["confirmed_by", "confirmed_at", "version"])
    audit.record(by, "competitions.entitlement_confirm", rule, start=str(rule.start))
    return rule


@transaction.atomic
def end_entitlement(*, rule: Entitlement, end: dt.date, by: User) -> Entitlement:
    """The rule holds until before ``end``. Raises RuleError when it ended already, or when something was promised by
    it for a contest from that day on."""
    rule = _locked(rule, by)
    if rule.end is not None:
        raise RuleError(f"已于 {rule.end} 停止")
    if end <= rule.start:
        raise RuleError({"end": f"停止日期应晚于施行日期 {rule.start}，现填 {end}"})
    late = rule.promises.order_by("-event__contest__ends_on")
    last = late.values_list("event__contest__ends_on", flat=True).first()
    if last and end <= last:
        raise RuleError({"end": f"{last} 结束的竞赛已按此登记待兑现事项，停止日期应晚于这一天，现填 {end}"})
    rule.end = end
    rule.version += 1
    rule.save(update_fields=["end", "version"])
    audit.record(by, "competitions.entitlement_end", rule, end=str(end))
    return rule


@transaction.atomic
def remove_entitlement(*, rule: Entitlement, by: User) -> None:
    """Take back a rule entered by mistake. Raises RuleError when something was promised by it."""
    rule = _locked(rule, by)
    _refuse_used(rule)
    gone = {name: [was, None] for name, (_, was) in audit.differences(None, rule, ENTITLEMENT_FIELDS).items()}
    audit.record(by, "competitions.entitlement_remove", rule, changes=gone)
    rule.delete()


def _check(rule: Entitlement) -> None:
    if rule.level in NO_RUNGS:
        raise RuleError({"level": "请选择初级工至首席技师中的一级"})
    rule.full_clean()


def _refuse_used(rule: Entitlement) -> None:
    if rule.promises.exists():
        raise RuleError("已有待兑现事项以此为准，不能修改或删除。请登记停止日期，再另录新的规定。")


def _locked(rule: Entitlement, by: User) -> Entitlement:
    _require_town(by)
    return Entitlement.objects.select_for_update(of=("self",)).get(pk=rule.pk)


def _require_town(by: User) -> None:
    if not reaches_all(by, Permission.DECIDE_CONTESTS):
        raise PermissionDenied
