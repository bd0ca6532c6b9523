"""Where unions hang in the tree, as dated rows. Called by the services of the tree, inside their transaction."""

import datetime as dt
from collections import defaultdict

from django.db.models import F, Q

from core.errors import RuleError
from unions.models import Placement, Union

EVER = dt.date.max


def begin_placement(union: Union) -> Placement:
    """The first row of a new union: from its founding, or from an open start."""
    placement = Placement(union=union, parent=union.parent, start=union.founded_on)
    placement.full_clean()
    placement.save()
    return placement


def change_placement(union: Union, parent: Union, on: dt.date) -> Placement:
    """Hang the union below another parent from the day on; earlier days stay as they were.

    A row that began the same day is a mistake put right. Raises RuleError for a day that does not fit, or
    when on some later day the union would hang below itself.
    """
    current = union.placements.get(end=None)
    if current.start and on < current.start:
        raise RuleError({"on": f"日期不能早于现隶属关系的起始日期 {current.start}"})
    if parent.founded_on and on < parent.founded_on:
        raise RuleError({"on": f"日期不能早于{parent.name}的建会日期 {parent.founded_on}"})
    if _would_circle(union, parent, on):
        raise RuleError({"on": f"{parent.name}在 {on} 之后曾隶属于该工会或其下级，请填写更晚的日期"})
    if current.start == on:
        current.parent = parent
        current.save(update_fields=["parent"])
        return current
    current.end = on
    current.save(update_fields=["end"])
    return Placement.objects.create(union=union, parent=parent, start=on)


def end_placement(union: Union, on: dt.date) -> None:
    """Close the row in effect on the day. Raises RuleError when it began that day or later."""
    current = union.placements.get(end=None)
    if current.start and on <= current.start:
        raise RuleError({"on": f"日期应晚于现隶属关系的起始日期 {current.start}"})
    current.end = on
    current.save(update_fields=["end"])


def follow_founding(union: Union) -> None:
    """Let the first row begin with the founding day. Raises RuleError when the union had moved before."""
    first = union.placements.order_by(F("start").asc(nulls_first=True)).first()
    if first is None or first.start == union.founded_on:
        return
    if first.end and union.founded_on and union.founded_on >= first.end:
        raise RuleError({"founded_on": f"建会日期应早于隶属变更的日期 {first.end}"})
    if _would_circle(union, first.parent, union.founded_on or dt.date.min, first.end or EVER):
        raise RuleError({"founded_on": f"{first.parent.name}当时隶属于该工会或其下级，请核对日期"})
    first.start = union.founded_on
    first.save(update_fields=["start"])


def _would_circle(union: Union, parent: Union, on: dt.date, until: dt.date = EVER) -> bool:
    """True if some day from ``on`` to before ``until`` the parent hangs, directly or not, below the union."""
    later = Placement.objects.filter(Q(end=None) | Q(end__gt=on)).exclude(union=union)
    above = defaultdict(list)
    for child, *spell in later.values_list("union", "parent", "start", "end"):
        above[child].append(spell)
    waiting, seen = [(parent.pk, on, until)], set()
    while waiting:
        place = waiting.pop()
        key, first, last = place
        if key == union.pk:
            return True
        if place in seen:
            continue
        seen.add(place)
        for higher, start, end in above[key]:
            spell = max(first, start or first), min(last, end or EVER)
            if spell[0] < spell[1]:
                waiting.append((higher, *spell))
    return False
