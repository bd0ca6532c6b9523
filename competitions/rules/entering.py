"""Who may be entered where: what pages and sheets refuse alike, each refusal in words ("" for none).

Whether somebody meets the conditions of an event is decided on admission (``competitions.rules.eligibility``).
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from competitions.models import Contest, Event
from workers.models import Worker

OUTSIDE = "不在主办工会范围内"
LEFT = "已离会"
ENTERED = "已报名这个项目"


def closed_because(contest: Contest, today: dt.date, *, keeps: bool) -> str:
    """Why the contest takes no entries today; its holder (``keeps``) enters people after the last day too."""
    if contest.state != Contest.State.OPEN:
        return f"竞赛现在是“{contest.get_state_display()}”，不接受报名"
    if contest.entries_from and today < contest.entries_from:
        return f"报名从 {contest.entries_from} 开始"
    if contest.entries_until and today > contest.entries_until and not keeps:
        return f"报名已于 {contest.entries_until} 截止，请联系主办工会补报"
    return ""


def barred_because(contest: Contest, person: Worker) -> str:
    """Why the person (with ``union``) cannot be entered in any event of the contest."""
    if not person.union.path.startswith(contest.union.path):
        return OUTSIDE
    return LEFT if person.standing == "left" and person.employer_id is None else ""


def team_refused(event: Event, unions: Collection[int]) -> str:
    """Why these people, by their unions, are no team of the event."""
    if not event.team_least <= len(unions) <= event.team_most:
        return f"每队 {event.team_least} 至 {event.team_most} 人，本次报了 {len(unions)} 人"
    if len(set(unions)) > 1:
        return "一队的人应属于同一个工会，请分别报名"
    return ""


@dataclass
class Places:
    """The places of an event that are taken, all together and by union. Entries are counted: a team takes one."""

    event: Event
    by_union: Counter = field(default_factory=Counter)

    @classmethod
    def of(cls, event: Event) -> "Places":
        """As they are now; reads only for an event with limits."""
        if event.capacity is None and event.quota is None:
            return cls(event)
        return cls(event, Counter(event.entries.standing().order_by().values_list("union", flat=True)))

    def refusal(self, asked: Counter) -> str:
        """Why there is no room for so many more entries of each union (by key)."""
        capacity, quota = self.event.capacity, self.event.quota
        if capacity is not None and (free := capacity - self.by_union.total()) < asked.total():
            return f"这个项目共 {capacity} 个名额，还剩 {max(free, 0)} 个，本次报了 {asked.total()} 个"
        if quota is None:
            return ""
        for union, more in asked.items():
            if self.by_union[union] + more > quota:
                free = max(quota - self.by_union[union], 0)
                return f"每个工会限报 {quota} 个，还可报 {free} 个，本次报了 {more} 个"
        return ""

    def take(self, union: int) -> str:
        """Take one more place of the union; the refusal when none is free."""
        refused = self.refusal(Counter([union]))
        if not refused:
            self.by_union[union] += 1
        return refused
