"""Who holds a key post: from when, until when; and what becomes of it when two records of a person are merged."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from training.models import KeyPost, KeyPostHolder
from training.rules.key_posts import most_at_once, refuse_day_outside
from training.services.key_posts import locked_post
from training.services.proofs import locked_worker
from unions.scoping import require_editable
from workers.models import Standing, Worker
from workers.rules import stated_reason


@transaction.atomic
def assign_holder(*, key_post: KeyPost, worker: Worker, start: dt.date, by: User) -> KeyPostHolder:
    """The person holds the post from ``start``. Raises RuleError by field: no seat free, a day outside the post, or
    held already; PermissionDenied for a person or post out of reach."""
    worker = locked_worker(worker.pk, by)
    key_post = locked_post(key_post.pk, by)
    if worker.standing == Standing.LEFT:
        raise RuleError({"worker": f"{worker.name}已离会，不能登记上岗。请先在名册中更正。"})
    if start > timezone.localdate():
        raise RuleError({"start": f"上岗日期不能晚于今天，现填 {start}"})
    refuse_day_outside(key_post, start)
    holding = KeyPostHolder(key_post=key_post, worker=worker, start=start, end=key_post.end, entered_by=by)
    holding.full_clean()
    spells = list(key_post.holders.values_list("start", "end"))
    if most_at_once(spells, (start, key_post.end)) >= key_post.seats:
        text = f"{key_post.seats} 个席位在 {start} 以后已有人。请先登记原来的人离岗，或修改岗位的席位。"
        raise RuleError({"start": text})
    holding.save()
    require_editable(holding, by)
    _tell(by, "training.key_post_assign", holding, start=str(start))
    return holding


@transaction.atomic
def release_holder(*, holding: KeyPostHolder, end: dt.date, by: User) -> KeyPostHolder:
    """The person holds the post no more from ``end``. Raises RuleError by field, and when somebody said so before."""
    holding = _locked(holding, by)
    if holding.end:
        raise RuleError(f"已登记 {holding.end} 离岗，请刷新页面")
    if end > timezone.localdate():
        raise RuleError({"end": f"离岗日期不能晚于今天，现填 {end}"})
    if end <= holding.start:
        raise RuleError({"end": f"离岗日期应晚于上岗日期 {holding.start}。登记错了人的，请用“删去”。"})
    holding.end = end
    holding.save(update_fields=["end"])
    require_editable(holding, by)
    _tell(by, "training.key_post_release", holding, end=str(end))
    return holding


@transaction.atomic
def strike_holder(*, holding: KeyPostHolder, note: str, by: User) -> KeyPost:
    """Take back what was entered by mistake: the person never held the post. Raises RuleError without a reason."""
    holding = _locked(holding, by)
    note = stated_reason(note, "note")
    _tell(
        by,
        "training.key_post_strike",
        holding,
        start=str(holding.start),
        end=str(holding.end or ""),
        note=note,
    )
    holding.delete()
    return holding.key_post


def move_holdings(kept: Worker, absorbed: Worker) -> None:
    """What the absorbed record held goes over to the kept one; days that both have of one post become one spell
    (settings.PERSON_MOVERS)."""
    for row in KeyPostHolder.objects.select_for_update().filter(worker=absorbed).order_by("start", "pk"):
        rows = KeyPostHolder.objects.filter(worker=kept, key_post=row.key_post_id)
        both = [own for own in rows if _overlap(own, row)]
        start = min([row.start, *(own.start for own in both)])
        ends = [row.end, *(own.end for own in both)]
        KeyPostHolder.objects.filter(pk__in=[own.pk for own in both]).delete()
        row.start, row.end, row.worker = start, None if None in ends else max(ends), kept
        row.save(update_fields=["start", "end", "worker"])


def _overlap(one: KeyPostHolder, other: KeyPostHolder) -> bool:
    return most_at_once([(one.start, one.end), (other.start, other.end)]) == 2


def _locked(holding: KeyPostHolder, by: User) -> KeyPostHolder:
    """The post first, then the row. Raises PermissionDenied out of reach, RuleError when it is gone."""
    key_post = locked_post(holding.key_post_id, by)
    found = key_post.holders.select_for_update(of=("self",)).filter(pk=holding.pk).first()
    if found is None:
        raise RuleError("这一行已被他人删去，请刷新页面")
    if not KeyPostHolder.objects.editable_by(by).filter(pk=found.pk).exists():
        raise PermissionDenied
    found.key_post = key_post
    return found


def _tell(by: User, action: str, holding: KeyPostHolder, **about) -> None:
    about |= {"worker": holding.worker_id}
    audit.record(by, action, holding.key_post, union_id=holding.key_post.union_id, **about)
