"""What must hold between marks and results."""

from django.db.models import Exists, OuterRef, Q

from competitions.models import Event, Result, ResultNotice
from competitions.queries.scores import outcomes_of, rows_of

LIMIT = 20
LONG_FINAL = {Result.Standing.MISSING: Result.Standing.ABSENT}


def _results_are_what_the_marks_give() -> list[str]:
    """Computed again, each event that is not scored any more gives the results it has. Final ones of before a result could
    be missing say absent."""
    faults = []
    events = Event.objects.exclude(phase=Event.Phase.SCORING).select_related("contest__union").order_by("pk")
    for event in events:
        wanted = rows_of(outcomes_of(event))
        if event.phase == Event.Phase.FINAL:
            for facts in wanted.values():
                facts["standing"] = LONG_FINAL.get(facts["standing"], facts["standing"])
        stored = {row.entry_id: row for row in event.results.all()}
        if wanted.keys() != stored.keys():
            faults.append(f"Event {event.pk}: not every entry has a result")
        faults += [
            f"Result {stored[entry].pk}: not what the marks give"
            for entry, facts in wanted.items()
            if entry in stored and any(getattr(stored[entry], name) != value for name, value in facts.items())
        ]
    return faults[:LIMIT]


def _notices_tell_what_came_out() -> list[str]:
    """Nobody is told of results that are not out, or of an event without results of theirs."""
    out = Q(event__phase=Event.Phase.FINAL) | Q(event__phase=Event.Phase.PRELIMINARY, step="preliminary")
    theirs = Result.objects.filter(event=OuterRef("event"), entry__union=OuterRef("union"))
    rows = ResultNotice.objects.exclude(out & Exists(theirs)).order_by("pk")
    return [
        f"ResultNotice {pk}: of results that are not out or not theirs"
        for pk in rows.values_list("pk", flat=True)[:LIMIT]
    ]


INVARIANTS = [
    ("results are what the marks give", _results_are_what_the_marks_give),
    ("notices tell what came out", _notices_tell_what_came_out),
]
