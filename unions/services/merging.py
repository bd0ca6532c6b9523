"""A union closes into another one (并入): its firms pass over on the day, its history stays with it."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from unions.models import COMMITTEES, Coverage, OrgType, Union
from unions.rules import past_or_today
from unions.scoping import require_editable
from unions.services.placements import end_placement
from unions.services.structure import end_posts, lock_tree, refuse_contents, refuse_later_spells


@transaction.atomic
def close_into(*, union: Union, into: Union, on: dt.date, by: User) -> Union:
    """Dissolve a grassroots or joint union on a day; the union ``into`` covers its firms from that day.

    Posts over it end, members must have gone before (the roll's business). Raises RuleError when it still has
    member unions or members, when ``into`` cannot take firms over, and when the day does not fit the spells
    that are recorded.
    """
    past_or_today(on)
    lock_tree()
    # Firms before unions, as covering a firm does: else the two could wait for each other.
    list(union.employers.select_for_update().order_by("pk"))
    locked = {row.pk: row for row in Union.objects.select_for_update().filter(pk__in=[union.pk, into.pk])}
    union, into = locked[union.pk], locked[into.pk]
    require_editable(union, by)
    _check_pair(union, into, on)
    refuse_contents(union, but_firms=True)
    refuse_later_spells(union, on)
    firms = _hand_over_firms(union, into, on)
    union.dissolved_on, union.merged_into = on, into
    union.full_clean(exclude=["path", "merged_into"])
    end_placement(union, on)
    union.version = F("version") + 1
    union.save()
    union.refresh_from_db()
    ended = end_posts(union, on)
    require_editable(union, by)
    require_editable(into, by)
    changes = {"dissolved_on": [None, str(on)], "merged_into": [None, str(into)]}
    audit.record(by, "unions.merge", union, union_id=into.pk, changes=changes, firms=firms, posts=ended)
    return union


def _check_pair(union: Union, into: Union, on: dt.date) -> None:
    if union.pk == into.pk:
        raise RuleError({"into": "不能并入自己，请另选工会"})
    if union.dissolved_on:
        raise RuleError(f"该工会已于 {union.dissolved_on} 撤销")
    if union.org_type not in COMMITTEES:
        raise RuleError(f"{union.get_org_type_display()}不能并入其他工会，只有基层工会和联合基层工会可以")
    if into.org_type not in COMMITTEES:
        raise RuleError({"into": f"{into.name}是{into.get_org_type_display()}，不直接接收单位和会员，请另选"})
    if into.dissolved_on:
        raise RuleError({"into": f"{into.name}已于 {into.dissolved_on} 撤销，请另选"})
    if into.founded_on and on < into.founded_on:
        raise RuleError({"on": f"并入日期不能早于{into.name}的建会日期 {into.founded_on}"})
    firms = Coverage.objects.filter(union__in=[union, into], end=None).count()
    if into.org_type == OrgType.GRASSROOTS and firms > 1:
        raise RuleError(
            {"into": f"并入后将覆盖 {firms} 个单位，独立基层工会只覆盖一个，请先改为联合基层工会"}
        )


def _hand_over_firms(union: Union, into: Union, on: dt.date) -> int:
    """End the open coverages and open them at the other union; every firm in the charge of the union follows."""
    covered = list(union.coverages.filter(end=None).values_list("employer", flat=True))
    union.coverages.filter(end=None).update(end=on)
    Coverage.objects.bulk_create(Coverage(employer_id=firm, union=into, start=on) for firm in covered)
    return union.employers.update(union=into, version=F("version") + 1, updated_at=timezone.now())
