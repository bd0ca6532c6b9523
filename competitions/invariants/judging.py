"""What must hold between judges, seats, criteria and marks."""

from django.db.models import Exists, F, OuterRef, Q

from competitions.models import Absence, Conflict, Cut, Mark, Seat, Typing

LIMIT = 20


def _keys(rows) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:LIMIT])


def _seats_stay_in_their_contest() -> list[str]:
    rows = Seat.objects.exclude(judge__contest=F("stage__event__contest"))
    return [f"Seat {pk}: the judge is one of another contest" for pk in _keys(rows)]


def _marks_stay_in_their_event() -> list[str]:
    rows = Mark.objects.filter(
        ~Q(criterion__stage=F("seat__stage")) | ~Q(entry__event=F("seat__stage__event"))
    )
    return [f"Mark {pk}: seat, criterion and entry do not belong together" for pk in _keys(rows)]


def _marks_keep_to_the_full_mark() -> list[str]:
    rows = Mark.objects.filter(points__gt=F("criterion__most"))
    return [f"Mark {pk}: more points than the criterion gives" for pk in _keys(rows)]


def _nobody_marks_against_a_conflict() -> list[str]:
    declared = Conflict.objects.filter(judge=OuterRef("seat__judge"), entry=OuterRef("entry"))
    rows = Mark.objects.filter(Exists(declared))
    return [f"Mark {pk}: the judge is kept apart from the entry" for pk in _keys(rows)]


def _absences_stay_in_their_event() -> list[str]:
    rows = Absence.objects.exclude(entry__event=F("stage__event"))
    return [f"Absence {pk}: the entry is one of another event" for pk in _keys(rows)]


def _cuts_are_confirmed() -> list[str]:
    rows = Cut.objects.filter(~Q(entry__event=F("stage__event")) | Q(stage__sieved_at=None))
    return [f"Cut {pk}: of another event, or of a stage without a confirmed line-up" for pk in _keys(rows)]


def _typings_are_settled_together() -> list[str]:
    other = Typing.objects.filter(seat=OuterRef("seat"), settled_at__isnull=True)
    rows = Typing.objects.filter(Exists(other), settled_at__isnull=False)
    return [f"Typing {pk}: settled without its other round" for pk in _keys(rows)]


INVARIANTS = [
    ("judges sit in the contest they judge", _seats_stay_in_their_contest),
    ("seat, criterion and entry of a mark belong together", _marks_stay_in_their_event),
    ("marks keep to what their criterion gives", _marks_keep_to_the_full_mark),
    ("nobody marks against a declared conflict", _nobody_marks_against_a_conflict),
    ("absences lie in the event of their entry", _absences_stay_in_their_event),
    ("cuts lie in the event of their entry, at a confirmed stage", _cuts_are_confirmed),
    ("both typings of a sheet are settled together", _typings_are_settled_together),
]
