"""Key posts: entering, correcting, changing what they ask, ending. Past figures stay, since rows are dated."""

import copy
import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from training.models import KeyPost, KeyPostHolder
from training.rules.key_posts import (
    CLEANERS,
    FACTS,
    REQUIREMENTS,
    TABLES,
    most_at_once,
    refuse_foreign_firm,
)
from unions.models import Union
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.rules import stated_reason


@transaction.atomic
def enter_key_post(*, union: Union, by: User, **facts) -> KeyPost:
    """Record a post of a union: FACTS, of which title and start are needed. Raises RuleError by field."""
    union = Union.objects.select_for_update(no_key=True).get(pk=union.pk)
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    facts = cleaned(facts, CLEANERS)
    refuse_unusable(facts, TABLES)
    refuse_foreign_firm(facts.get("employer"), union)
    key_post = KeyPost(union=union, entered_by=by, **facts)
    key_post.full_clean()
    key_post.save()
    require_editable(key_post, by)
    changes = audit.differences(None, key_post, list(FACTS))
    audit.record(by, "training.key_post_enter", key_post, union_id=union.pk, changes=changes)
    return key_post


@transaction.atomic
def edit_key_post(*, key_post: KeyPost, version: str, by: User, **facts) -> KeyPost:
    """Correct what was entered wrongly; it then holds for the past as well. Raises RuleError (stale, by field)."""
    before = locked_post(key_post.pk, by)
    check_version(before, version)
    refuse_ended(before, "修改")
    facts = cleaned(facts, CLEANERS)
    refuse_unusable(facts, TABLES, stored=before)
    after = copy.copy(before)
    for name, value in facts.items():
        setattr(after, name, value)
    if after.employer_id != before.employer_id:
        refuse_foreign_firm(after.employer, after.union)
    after.full_clean()
    _refuse_what_does_not_fit(after)
    changes = audit.differences(before, after, list(FACTS))
    if not changes:
        return before
    after.version += 1
    after.save()
    require_editable(after, by)
    audit.record(by, "training.key_post_edit", after, union_id=after.union_id, changes=changes)
    return after


@transaction.atomic
def change_requirements(*, key_post: KeyPost, version: str, on: dt.date, by: User, **facts) -> KeyPost:
    """From ``on`` the post asks for something else (REQUIREMENTS): it ends, and one that follows it goes on with the
    same people. Returns the new one. Raises RuleError (stale, by field)."""
    before = locked_post(key_post.pk, by)
    check_version(before, version)
    refuse_ended(before, "变更要求")
    _refuse_end(before, on)
    refuse_unusable(facts, TABLES, stored=before)
    kept = {name: getattr(before, name) for name in FACTS if name not in REQUIREMENTS}
    asked = {name: facts[name] for name in REQUIREMENTS}
    after = KeyPost(union=before.union, follows=before, entered_by=by, **(kept | asked | {"start": on}))
    changes = audit.differences(before, after, list(REQUIREMENTS))
    if not changes:
        raise RuleError("要求没有变化。录入错误请用“修改”。")
    spells = list(before.holders.on(on))
    if len(spells) > after.seats:
        raise RuleError({"seats": f"{on} 有 {len(spells)} 人在岗，席位不能少于这个数。请先登记离岗。"})
    _end(before, on)
    after.full_clean()
    after.save()
    for spell in spells:
        KeyPostHolder.objects.create(
            key_post=after, worker_id=spell.worker_id, start=on, entered_by=spell.entered_by
        )
    require_editable(after, by)
    about = {"on": str(on), "follows": before.pk, "changes": changes}
    audit.record(by, "training.key_post_change", after, union_id=after.union_id, **about)
    return after


@transaction.atomic
def end_key_post(*, key_post: KeyPost, version: str, on: dt.date, note: str, by: User) -> KeyPost:
    """The post exists no more from ``on``; who holds it then stops that day. Raises RuleError (stale, by field)."""
    key_post = locked_post(key_post.pk, by)
    check_version(key_post, version)
    refuse_ended(key_post, "撤岗")
    note = stated_reason(note, "note")
    _refuse_end(key_post, on)
    _end(key_post, on)
    require_editable(key_post, by)
    audit.record(by, "training.key_post_end", key_post, union_id=key_post.union_id, on=str(on), note=note)
    return key_post


def locked_post(pk: int, by: User) -> KeyPost:
    """The post, locked. Raises PermissionDenied out of reach."""
    rows = KeyPost.objects.select_for_update(of=("self",)).select_related("union", "employer__union")
    key_post = rows.get(pk=pk)
    require_editable(key_post, by)
    return key_post


def refuse_ended(key_post: KeyPost, what: str) -> None:
    """Raise RuleError for a post that exists no more."""
    if key_post.end:
        raise RuleError(f"该岗位已于 {key_post.end} 撤销，不能再{what}")


def _refuse_end(key_post: KeyPost, on: dt.date) -> None:
    if on > timezone.localdate():
        raise RuleError({"on": f"日期不能晚于今天，现填 {on}"})
    if on <= key_post.start:
        raise RuleError({"on": f"日期应晚于设岗日期 {key_post.start}。录入错误请用“修改”更正。"})
    if late := key_post.holders.filter(start__gte=on).order_by("start").first():
        raise RuleError({"on": f"有人 {late.start} 上岗，不早于这个日期。请核对日期，或先删去登记错的人员。"})


def _end(key_post: KeyPost, on: dt.date) -> None:
    key_post.holders.on(on).update(end=on)
    key_post.end = on
    key_post.version += 1
    key_post.save(update_fields=["end", "version", "updated_at"])


def _refuse_what_does_not_fit(key_post: KeyPost) -> None:
    """Raise RuleError when corrected facts leave holders outside the post or without a seat."""
    spells = list(key_post.holders.order_by("start").values_list("start", "end"))
    if spells and spells[0][0] < key_post.start:
        raise RuleError({"start": f"已有人 {spells[0][0]} 上岗，设岗日期不能更晚"})
    if (most := most_at_once(spells)) > key_post.seats:
        raise RuleError({"seats": f"曾有 {most} 人同时在岗，席位不能少于这个数"})
