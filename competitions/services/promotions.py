"""Where methods are taken over: entered for a unit, confirmed with the effect by that unit's union, taken back."""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Innovation, Promotion
from core.errors import RuleError
from core.text import clean_lines
from unions.models import Employer, Union
from unions.scoping import require_editable


@transaction.atomic
def add_promotion(
    *, innovation: Innovation, union: Union, since: dt.date, by: User, employer: Employer | None = None
) -> Promotion:
    """A unit works by the method since a day. Entered by whoever keeps that unit's union; it counts once it is
    confirmed. Raises RuleError by field, and for anything but a method that the town has accepted."""
    innovation = Innovation.objects.select_for_update(of=("self",)).get(pk=innovation.pk)
    if not innovation.is_method or innovation.state != Innovation.State.ACCEPTED:
        raise RuleError("只有评审通过的先进操作法可以登记推广应用")
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    if employer is not None and not employer.union.path.startswith(union.path):
        raise RuleError({"employer": f"{employer}不是{union.name}覆盖的单位"})
    if since > timezone.localdate():
        raise RuleError({"since": f"应用开始日期不能晚于今天，现填 {since}"})
    if since < innovation.done_on:
        raise RuleError({"since": f"应用开始日期不能早于命名日期 {innovation.done_on}，现填 {since}"})
    row = Promotion(innovation=innovation, union=union, employer=employer, since=since, entered_by=by)
    row.full_clean()
    row.save()
    if not Promotion.objects.elsewhere().filter(pk=row.pk).exists():
        raise RuleError({"union": f"{row.place}就是首创单位自己。请选择推广到的单位。"})
    require_editable(row, by)
    _tell(by, "competitions.promotion_add", row, since=str(since))
    return row


@transaction.atomic
def confirm_promotion(
    *, promotion: Promotion, effect: str, by: User, effect_yuan: Decimal | None = None
) -> Promotion:
    """The union of the unit that took it over confirms the effect (yuan a year where it is known). Raises RuleError
    when it was confirmed already."""
    promotion = _locked(promotion, by)
    if promotion.confirmed_at:
        raise RuleError("已确认过，请刷新页面")
    promotion.effect, promotion.effect_yuan = clean_lines(effect), effect_yuan
    promotion.confirmed_by, promotion.confirmed_at = by, timezone.now()
    if not promotion.effect:
        raise RuleError({"effect": "请写明应用成效"})
    promotion.full_clean()
    promotion.save()
    require_editable(promotion, by)
    _tell(by, "competitions.promotion_confirm", promotion)
    return promotion


@transaction.atomic
def remove_promotion(*, promotion: Promotion, by: User) -> Innovation:
    """Take back what was entered by mistake; returns the method."""
    promotion = _locked(promotion, by)
    _tell(by, "competitions.promotion_remove", promotion, since=str(promotion.since))
    promotion.delete()
    return promotion.innovation


def _locked(promotion: Promotion, by: User) -> Promotion:
    rows = Promotion.objects.select_for_update(of=("self",)).select_related("innovation", "union", "employer")
    found = rows.filter(pk=promotion.pk).first()
    if found is None:
        raise RuleError("这一行已被他人删去，请刷新页面")
    if not Promotion.objects.editable_by(by).filter(pk=found.pk).exists():
        raise PermissionDenied
    return found


def _tell(by: User, action: str, row: Promotion, **details) -> None:
    audit.record(by, action, row.innovation, union_id=row.union_id, promotion=row.pk, **details)
