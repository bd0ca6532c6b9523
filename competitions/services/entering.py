"""Entering people in an event: from the page, and what the sheet of entries shares with it.

Whatever decides about places locks the event first, so that no quota is exceeded by two at once.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Contest, Entrant, Entry, Event
from competitions.rules import entering
from core.access import Permission
from core.errors import RuleError
from core.text import clean_short
from unions.scoping import require_all_editable
from workers.models import Worker

NAMED = 5  # people a refusal names
BATCH = 2000


@dataclass(frozen=True)
class Group:
    """One entry to be made: a person, or the people of a team, by key."""

    union: int
    people: Sequence[int]
    team_name: str = ""
    remark: str = ""


@transaction.atomic
def enter(
    *, event: Event, workers: Sequence[int], by: User, team_name: str = "", remark: str = ""
) -> list[Entry]:
    """Enter people (their keys): one entry each, or all of them as one team in an event for teams.

    All of them or nobody. Raises PermissionDenied for a contest out of reach; RuleError when the contest takes no
    entries, a quota or the places are used up, or somebody is out of reach, gone, or entered already. Who does not
    meet the rules of the event may be entered: that is decided on admission.
    """
    event = locked_event(event)
    _require_open(event.contest, by)
    people = require_people(event, list(dict.fromkeys(workers)), by)
    remark = clean_short(remark, longest=200)
    if event.is_team:
        groups = [_team(event, people, team_name, remark, by)]
    else:
        groups = [Group(person.union_id, [person.pk], remark=remark) for person in people]
    if refused := entering.Places.of(event).refusal(Counter(group.union for group in groups)):
        raise RuleError(refused)
    entries = make_entries(event, groups, by)
    require_all_editable(entries, by)
    keys = [person.pk for person in people]
    record_entries(by, "competitions.enter", event, entries=[entry.pk for entry in entries], workers=keys)
    return entries


def make_entries(event: Event, groups: Iterable[Group], by: User) -> list[Entry]:
    """Write entries that have been found good, in the order of the groups; the caller holds the lock of the event."""
    groups = list(groups)
    entries = Entry.objects.bulk_create(
        [
            Entry(
                event=event,
                union_id=group.union,
                team_name=group.team_name,
                remark=group.remark,
                entered_by=by,
            )
            for group in groups
        ],
        BATCH,
    )
    Entrant.objects.bulk_create(
        [
            Entrant(entry=entry, event=event, worker_id=person)
            for entry, group in zip(entries, groups, strict=True)
            for person in group.people
        ],
        BATCH,
    )
    return entries


def locked_event(event: Event) -> Event:
    """The event, locked, with its contest and holder as they are now that the lock is held."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    event.contest = Contest.objects.select_related("union").get(pk=event.contest_id)
    return event


def require_people(event: Event, keys: list[int], by: User) -> list[Worker]:
    """The people of these keys in their order. Raises RuleError naming some of those who cannot be entered."""
    if not keys:
        raise RuleError("请勾选要报名的职工")
    found = Worker.objects.within_reach(by, Permission.EDIT_CONTESTS).filter(anonymised_on=None)
    people = found.select_related("union", "employer").defer("phone").in_bulk(keys)
    if len(people) < len(keys):
        raise RuleError(f"有 {len(keys) - len(people)} 人不在您的管理范围内，请刷新页面后重新勾选")
    ordered = [people[key] for key in keys]
    barred = {one.pk: entering.barred_because(event.contest, one) for one in ordered}
    for why in (entering.OUTSIDE, entering.LEFT):
        _refuse_named([one for one in ordered if barred[one.pk] == why], why)
    taken = set(event.entrants.competing().filter(worker__in=keys).values_list("worker", flat=True))
    _refuse_named([one for one in ordered if one.pk in taken], entering.ENTERED)
    return ordered


def record_entries(by: User, action: str, event: Event, **details) -> None:
    """Write down what was done with entries of an event; ``details`` are keys."""
    audit.record(by, action, event.contest, union_id=event.contest.union_id, event=event.pk, **details)


def _require_open(contest: Contest, by: User) -> None:
    keeps = Contest.objects.editable_by(by).filter(pk=contest.pk).exists()
    if not keeps and not Contest.objects.visible_to(by).filter(pk=contest.pk).exists():
        raise PermissionDenied
    if closed := entering.closed_because(contest, timezone.localdate(), keeps=keeps):
        raise RuleError(closed)


def _team(event: Event, people: list[Worker], team_name: str, remark: str, by: User) -> Group:
    team_name = clean_short(team_name, longest=50)
    if not team_name:
        raise RuleError({"team_name": "团体项目请填写队名"})
    if refused := entering.team_refused(event, [person.union_id for person in people]):
        raise RuleError(refused)
    union = people[0].union_id
    Entry(event=event, union_id=union, team_name=team_name, remark=remark, entered_by=by).full_clean()
    return Group(union, [person.pk for person in people], team_name, remark)


def _refuse_named(people: list[Worker], why: str) -> None:
    if people:
        more = f"等 {len(people)} 人" if len(people) > NAMED else ""
        raise RuleError(f"{'、'.join(person.name for person in people[:NAMED])}{more}{why}")
