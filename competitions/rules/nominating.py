"""Who may be put forward in which selection: what pages and sheets refuse alike, each refusal in words ("" for none)."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from competitions.models import Selection
from workers.models import Standing, Worker

OUTSIDE = "不在主办工会范围内"
LEFT = "已离会"


def closed_because(selection: Selection) -> str:
    """Why the selection takes no nominations, not even drafts."""
    if selection.phase == Selection.Phase.OPEN:
        return ""
    return f"推荐评选现在是“{selection.get_phase_display()}”，不接受推荐"


def late_because(selection: Selection, today: dt.date, *, keeps: bool) -> str:
    """Why nothing is submitted any more today; its holder (``keeps``) submits after the last day too."""
    if today <= selection.deadline or keeps:
        return ""
    return f"推荐已于 {selection.deadline} 截止，请联系{selection.union.name}补报"


def barred_because(selection: Selection, person: Worker) -> str:
    """Why the person (with ``union``) cannot be put forward in the selection."""
    if not person.union.path.startswith(selection.union.path):
        return OUTSIDE
    return LEFT if person.standing == Standing.LEFT else ""


@dataclass
class Quota:
    """How many each union may put forward in a selection, and how many ``used`` up. The places in all bound the town's
    list, not what is put forward."""

    each: int | None
    own: dict[int, int]
    used: Counter

    @classmethod
    def of(cls, selection: Selection, counted) -> "Quota":
        """As it is now; ``counted`` are the nominations that take up places."""
        own = dict(selection.union_places.values_list("union", "places"))
        used = Counter(counted.order_by().values_list("union", flat=True))
        return cls(selection.places_each, own, used)

    def places(self, union: int) -> int | None:
        """How many the union may put forward; None: as many as it likes."""
        return self.own.get(union, self.each)

    def free(self, union: int) -> int | None:
        """How many more the union may put forward; None: as many as it likes."""
        places = self.places(union)
        return None if places is None else max(places - self.used[union], 0)

    def take(self, union: int) -> bool:
        """Take one more place of the union; False when none is free."""
        if self.free(union) == 0:
            return False
        self.used[union] += 1
        return True
