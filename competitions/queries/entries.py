"""Reads over entries: who is in an event, who could be, and how a person stands to the rules."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from competitions.models import Contest, Entrant, Entry, Event
from competitions.rules.eligibility import Rules
from core.access import Permission
from unions.models import Union
from workers.models import Worker
from workers.picking import people_within


@dataclass(frozen=True)
class Line:
    """An entry with the people in it now, those who left it, and what speaks against them (name: rule)."""

    entry: Entry
    competing: list[Entrant]
    left: list[Entrant]
    faults: list[str]


def unions_that_enter(event: Event, user):
    """Unions of the holder whose people the user may enter."""
    unions = Union.objects.within(event.contest.union).within_reach(user, Permission.EDIT_CONTESTS)
    return unions.order_by("path")


@dataclass(frozen=True)
class Used:
    """How many places of an event a union has used, and how many more it may use."""

    name: str
    used: int
    free: int


@dataclass(frozen=True)
class Places:
    """What is left of an event's places: of all together (None without a limit), and of each of some unions."""

    free: int | None
    unions: list[Used]


def places_of(event: Event, unions) -> Places:
    """What these unions can still enter: those that have entered somebody, or the only one there is."""
    entries = event.entries.standing().order_by()
    free = None if event.capacity is None else max(event.capacity - entries.count(), 0)
    if event.quota is None:
        return Places(free, [])
    used = dict(entries.filter(union__in=unions).values_list("union").annotate(n=Count("pk")))
    some = list(unions[:2])
    shown = some if len(some) == 1 else unions.filter(pk__in=used)
    rows = [(union.name, used.get(union.pk, 0)) for union in shown]
    return Places(free, [Used(name, n, max(event.quota - n, 0)) for name, n in rows])


def candidates(event: Event, user):
    """People the user may enter in the event and who are not in it, by name."""
    taken = event.entrants.competing().filter(worker=OuterRef("pk"))
    people = people_within(event.contest.union, user, Permission.EDIT_CONTESTS)
    return people.exclude(Exists(taken))


def entries_of(event: Event, user):
    """The entries of the event that the user may see, by start number, then those without one in the order of entering,
    with their people."""
    people = Entrant.objects.select_related("worker__employer").defer("worker__phone", "worker__phone_index")
    seen = Exists(Worker.objects.visible_to(user).filter(pk=OuterRef("worker")))
    people = people.annotate(opens=seen).order_by("pk")
    rows = event.entries.visible_to(user).select_related("union")
    return rows.prefetch_related(Prefetch("entrants", queryset=people))


def lines_of(event: Event, entries) -> list[Line]:
    """The entries with what speaks against their people; two queries whatever their number."""
    rows = list(entries)
    people = [row.worker for entry in rows for row in entry.entrants.all() if row.left_at is None]
    rules = Rules.about(event, people)
    return [_line(entry, rules) for entry in rows]


def unmet_of(event: Event, people: list[Worker]) -> dict[int, str]:
    """By key, which rules of the event each of the people does not meet, in words; nothing for an event that takes
    everybody. One query at the most."""
    rules = Rules.about(event, people)
    return {person.pk: rules.unmet(person) for person in people if rules.checks(person)}


def counts_of(event: Event, user) -> dict[str, int]:
    """How many entries there are by state, of those the user may see."""
    rows = event.entries.visible_to(user)
    return rows.aggregate(**{state: Count("pk", filter=Q(state=state)) for state in Entry.State.values})


def keeps(contest: Contest, user) -> bool:
    """Whether the user keeps the contest: admits, draws and judges."""
    return Contest.objects.editable_by(user).filter(pk=contest.pk).exists()


def _line(entry: Entry, rules: Rules) -> Line:
    rows = list(entry.entrants.all())
    competing = [row for row in rows if row.left_at is None]
    found = [(row.worker.name, rules.unmet(row.worker)) for row in competing]
    faults = [f"{name}：{fault}" for name, fault in found if fault]
    return Line(entry, competing, [row for row in rows if row.left_at is not None], faults)
