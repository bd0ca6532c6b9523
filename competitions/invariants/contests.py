"""What must hold between contests, events and stages."""

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from competitions.models import Contest, Draw, Entrant, Entry, Event, Stage
from competitions.rules.contests import CONTEST_TABLES, EVENT_TABLES, WHOLE
from core.invariants import unknown_codes

LIMIT = 20


def _counted_events_are_whole() -> list[str]:
    """Of events whose results are counted or whose contest is over; before that the holder may still arrange them."""
    counted = Q(contest__state=Contest.State.FINISHED) | ~Q(phase=Event.Phase.SCORING)
    rows = Event.objects.with_weights().filter(counted)
    keys = rows.exclude(weights=WHOLE).order_by("pk").values_list("pk", flat=True)[:LIMIT]
    return [f"Event {pk}: the shares of its stages do not add up to {WHOLE} percent" for pk in keys]


def _stages_lie_within_their_contest() -> list[str]:
    contest = "event__contest"
    rows = Stage.objects.filter(
        Q(held_on__lt=F(f"{contest}__starts_on")) | Q(held_on__gt=F(f"{contest}__ends_on"))
    )
    keys = rows.order_by("pk").values_list("pk", flat=True)[:LIMIT]
    return [f"Stage {pk}: outside the dates of its contest" for pk in keys]


def _codes_are_known() -> list[str]:
    tables = [(Contest, CONTEST_TABLES), (Event, EVENT_TABLES)]
    return [
        fault
        for model, named in tables
        for field, table in named.items()
        for fault in unknown_codes(model, field, table)
    ]


def _entrants_stand_in_the_event_of_their_entry() -> list[str]:
    rows = Entrant.objects.exclude(event=F("entry__event")).order_by("pk")
    return [
        f"Entrant {pk}: not in the event of its entry" for pk in rows.values_list("pk", flat=True)[:LIMIT]
    ]


def _entries_hold_people_while_they_stand() -> list[str]:
    held = Entrant.objects.competing().filter(entry=OuterRef("pk"))
    empty = Entry.objects.standing().exclude(Exists(held))
    gone = Entry.objects.exclude(pk__in=Entry.objects.standing().values("pk")).filter(Exists(held))
    return [
        f"Entry {pk}: {why}"
        for rows, why in ((empty, "nobody is in it"), (gone, "people are still in it"))
        for pk in rows.order_by("pk").values_list("pk", flat=True)[:LIMIT]
    ]


def _drawn_numbers_were_given() -> list[str]:
    numbered = Entry.objects.filter(
        event=OuterRef("event"), start_number__gte=OuterRef("first"), start_number__lte=OuterRef("last")
    )
    given = numbered.order_by().values("event").annotate(found=Count("pk")).values("found")
    rows = Draw.objects.annotate(given=Coalesce(Subquery(given), 0))
    rows = rows.exclude(given=F("last") - F("first") + 1).order_by("pk")
    return [f"Draw {pk}: not all of its numbers stand" for pk in rows.values_list("pk", flat=True)[:LIMIT]]


INVARIANTS = [
    ("events that are counted have shares of 100 percent", _counted_events_are_whole),
    ("stages lie within the dates of their contest", _stages_lie_within_their_contest),
    ("entrants stand in the event of their entry", _entrants_stand_in_the_event_of_their_entry),
    ("entries hold people as long as they stand", _entries_hold_people_while_they_stand),
    ("numbers that were drawn stand with an entry", _drawn_numbers_were_given),
    ("codes of contests and events exist", _codes_are_known),
]
