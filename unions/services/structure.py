"""The tree itself: founding, editing, moving and dissolving unions."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Concat, Greatest, Substr
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.forms import check_version
from unions.models import COMMITTEES, OrgType, Union
from unions.rules import UNION_CLEANERS, cleaned, past_or_today
from unions.scoping import require_editable
from unions.services.placements import begin_placement, change_placement, end_placement, follow_founding
from unions.services.profiles import save_profile, split_facts

UNION_FIELDS = [
    "name",
    "short_name",
    "org_type",
    "parent",
    "credit_code",
    "founded_on",
    "dissolved_on",
    "declared_members",
    "head_name",
    "head_phone",
    "can_register",
    "is_holding",
]
BELOW_COMMITTEES = (OrgType.BRANCH, OrgType.GROUP)


@transaction.atomic
def found_town(*, name: str, code: str, by: User | None = None) -> Union:
    """Create the root of an empty tree. Raises RuleError when there is one."""
    if Union.objects.filter(parent=None).exists():
        raise RuleError("镇总工会已经建立，只能有一个")
    town = Union(name=name, code=code, org_type=OrgType.TOWN, path=_unplaced())
    town.full_clean(exclude=["path"])
    town.save()
    _place(town, "")
    audit.record(by, "unions.create", town, union_id=town.pk, changes=audit.differences(None, town, ["name"]))
    return town


@transaction.atomic
def create_union(*, name: str, org_type: str, parent: Union, by: User, code: str = "", **facts) -> Union:
    """Add a union below ``parent``; without a code it gets the next number. Raises RuleError by field.

    ``facts`` are those of the union and of its profile.
    """
    facts, further = split_facts(cleaned({"name": name, **facts}, UNION_CLEANERS))
    parent = _locked_parent(parent)
    _check_place(org_type, parent)
    _refuse_twin(parent, facts["name"])
    _refuse_shared_code(facts.get("credit_code", ""))
    union = Union(code=code or _unplaced()[:20], org_type=org_type, parent=parent, path=_unplaced(), **facts)
    union.full_clean(exclude=["path"])
    union.save()
    if not code:
        union.code = f"U{union.pk:05d}"
    _place(union, parent.path)
    begin_placement(union)
    told = save_profile(union, further)
    require_editable(union, by)
    changes = audit.differences(None, union, UNION_FIELDS) | told
    audit.record(by, "unions.create", union, union_id=union.pk, changes=changes)
    return union


@transaction.atomic
def edit_union(*, union: Union, version: str, by: User, **facts) -> Union:
    """Change facts of a union; ``parent`` changes through ``move_union``. Raises RuleError (stale, by field)."""
    before = Union.objects.select_for_update().get(pk=union.pk)
    check_version(before, version)
    facts, further = split_facts(cleaned(facts, UNION_CLEANERS))
    after = Union.objects.get(pk=union.pk)
    for name, value in facts.items():
        setattr(after, name, value)
    if after.org_type != before.org_type:
        _check_kind_change(before, after)
    _refuse_shared_code(after.credit_code, but=after.pk)
    after.full_clean(exclude=["path"])
    if after.parent_id:
        follow_founding(after)
    after.version = F("version") + 1
    after.save()
    after.refresh_from_db()
    told = save_profile(after, further)
    require_editable(after, by)
    changes = audit.differences(before, after, UNION_FIELDS) | told
    audit.record(by, "unions.edit", after, union_id=after.pk, changes=changes)
    return after


@transaction.atomic
def move_union(*, union: Union, parent: Union, by: User, on: dt.date | None = None) -> Union:
    """Hang a union and all below it under another parent from a day on (today, or one that has passed).

    Every path of the subtree follows; the placement before stays readable. Raises RuleError by field.
    """
    on = past_or_today(on) or timezone.localdate()
    require_editable(union, by)
    parent = _locked_parent(parent)
    union = Union.objects.select_for_update(of=("self",)).select_related("parent").get(pk=union.pk)
    if union.dissolved_on:
        raise RuleError(f"该工会已于 {union.dissolved_on} 撤销，不能变更上级工会")
    if parent.path.startswith(union.path):
        raise RuleError({"parent": "不能移到自己或自己的下级工会之下"})
    _check_place(union.org_type, parent)
    if union.parent_id == parent.pk:
        return union
    old = union.parent
    change_placement(union, parent, on)
    _hang_below(union, parent)
    require_editable(union, by)
    changes = {"parent": [str(old), str(parent)]}
    audit.record(by, "unions.move", union, union_id=union.pk, on=str(on), changes=changes)
    return union


@transaction.atomic
def dissolve_union(*, union: Union, on: dt.date, by: User) -> Union:
    """Close a union. Its firms, members and member unions must have gone elsewhere; its posts end that day."""
    past_or_today(on)
    lock_tree()
    union = Union.objects.select_for_update().get(pk=union.pk)
    if union.parent_id is None:
        raise RuleError("镇总工会不能撤销")
    if union.dissolved_on:
        raise RuleError(f"该工会已于 {union.dissolved_on} 撤销")
    refuse_contents(union)
    refuse_later_spells(union, on)
    union.dissolved_on = on
    union.full_clean(exclude=["path"])
    end_placement(union, on)
    union.version = F("version") + 1
    union.save()
    union.refresh_from_db()
    ended = end_posts(union, on)
    require_editable(union, by)
    audit.record(
        by,
        "unions.dissolve",
        union,
        union_id=union.pk,
        changes={"dissolved_on": [None, str(on)]},
        posts=ended,
    )
    return union


def _unplaced() -> str:
    return f"new-{uuid.uuid4().hex}"


def _place(union: Union, prefix: str) -> None:
    union.path = f"{prefix}{union.pk}/"
    union.save(update_fields=["path", "code"])


def _hang_below(union: Union, parent: Union) -> None:
    """Parent and paths as of today, for the union and all below it."""
    old_path, new_path = union.path, f"{parent.path}{union.pk}/"
    Union.objects.filter(path__startswith=old_path).update(
        path=Concat(Value(new_path), Substr("path", len(old_path) + 1))
    )
    Union.objects.filter(pk=union.pk).update(
        parent=parent, version=F("version") + 1, updated_at=timezone.now()
    )
    union.refresh_from_db()


def lock_tree() -> None:
    """Put all changes of the tree in one queue, until the transaction ends."""
    Union.objects.select_for_update().get(parent=None)


def _locked_parent(parent: Union) -> Union:
    """The parent as stored."""
    lock_tree()
    return Union.objects.get(pk=parent.pk)


def _check_place(org_type: str, parent: Union) -> None:
    if org_type == OrgType.TOWN:
        raise RuleError({"org_type": "镇总工会只能有一个，不能新增或移动"})
    if parent.dissolved_on:
        raise RuleError({"parent": "上级工会已撤销，请另选"})
    if org_type in BELOW_COMMITTEES:
        if parent.org_type not in (*COMMITTEES, OrgType.BRANCH):
            raise RuleError({"parent": "分工会和工会小组应设在基层工会之下"})
    elif not parent.is_federation:
        raise RuleError({"parent": "上级工会只能是镇总工会或工会联合会（基层工会下面没有成员工会）"})


def _refuse_twin(parent: Union, name: str) -> None:
    if parent.children.filter(name=name, dissolved_on=None).exists():
        raise RuleError({"name": f"{parent.name}之下已有同名工会"})


def _refuse_shared_code(credit_code: str, but: int | None = None) -> None:
    if credit_code and Union.objects.filter(credit_code=credit_code).exclude(pk=but).exists():
        raise RuleError({"credit_code": "该工会统一社会信用代码已被其他工会使用"})


def _check_kind_change(before: Union, after: Union) -> None:
    """A federation has no direct firms or members; a grassroots union has no member unions (domain facts 4)."""
    if after.parent_id is None or after.org_type == OrgType.TOWN:
        raise RuleError({"org_type": "镇总工会的类型不能改变，也不能改为镇总工会"})
    _check_place(after.org_type, before.parent)
    open_firms = before.coverages.filter(end=None).count()
    if after.is_federation and (open_firms or before.memberships.filter(end=None).exists()):
        raise RuleError({"org_type": "该工会仍有直属单位或会员，不能改为联合会"})
    if not after.is_federation and before.children.filter(dissolved_on=None).exclude(
        org_type__in=BELOW_COMMITTEES
    ):
        raise RuleError({"org_type": "该工会仍有成员工会，不能改为基层工会"})
    if after.org_type == OrgType.GRASSROOTS and open_firms > 1:
        raise RuleError({"org_type": f"该工会覆盖 {open_firms} 个单位，独立基层工会只覆盖一个单位"})


def end_posts(union: Union, on: dt.date) -> int:
    """End the posts over a union that closes on the day; one that began later holds its first day only."""
    ends = Greatest(Value(on, output_field=DateField()), F("start") + 1, output_field=DateField())
    return union.posts.annotate(ends=ends).filter(Q(end=None) | Q(end__gt=F("ends"))).update(end=ends)


def refuse_contents(union: Union, *, but_firms: bool = False) -> None:
    """Raise RuleError when member unions, members or (unless they pass over) firms are left in the union."""
    left = []
    if children := union.children.filter(dissolved_on=None).count():
        left.append(f"{children} 个下级工会")
    firms = 0 if but_firms else union.employers.filter(closed_on=None).count()
    if firms:
        left.append(f"{firms} 个归口单位")
    if members := union.memberships.filter(end=None).count():
        left.append(f"{members} 名会员")
    if left:
        raise RuleError(f"撤销前请先转出：{'、'.join(left)}")


def refuse_later_spells(union: Union, on: dt.date) -> None:
    """Raise RuleError when firms, member unions or members left the union after the day."""
    covered = Q(end=None, start__gte=on) | Q(end__gt=on)
    ended = Q(end__gt=on)
    spells = [
        *union.coverages.filter(covered),
        *union.placed.filter(ended),
        *union.memberships.filter(ended).order_by("-end")[:1],
    ]
    if spells:
        last = max(spell.end or spell.start for spell in spells)
        raise RuleError({"on": f"该工会在 {last} 还有单位、下级或会籍变动的记录，请填写更晚的日期"})
