"""What a judge sees, by account or by personal link: the own seats, a card for each entry, and how judges differ.

Entries are told by start number alone: no names of people or unions, and nobody else's marks (docs/adr/0031). The pages
by link are public, are never cached, send no address on and know nothing of a signed-in user.
"""

import functools
from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from competitions import services
from competitions.models import Contest, Entry, Event, Judge, Seat
from competitions.queries.competing import sieves_before
from competitions.queries.marks import card_versions, marks_of, panel_of, progress_of, spreads_for, with_seats
from competitions.queries.panel import judge_of
from competitions.rules.judging import plain_number
from competitions.services.marks import StaleMarksError
from core.access import Permission, public, requires

CLOSED = "competitions/judge_closed.html"


@dataclass(frozen=True)
class Place:
    """A judge on the way by which the pages are reached: ``token`` of the link, or "" for the account."""

    judge: Judge
    token: str = ""

    def address(self, name: str, *arguments) -> str:
        """The page of this name for this judge."""
        if self.token:
            return reverse(f"judging:{name}", args=[self.token, *arguments])
        return reverse(f"competitions:my_{name}", args=arguments)


def by_link(view):
    """Give the view the judge whose link it is. Unknown links get one page, whatever is wrong with them; many of them
    from one address, or many requests by one link, get 429."""

    @functools.wraps(view)
    def guarded(request, token, *args, **kwargs):
        judge = judge_of(token)
        action, key = ("judge", str(judge.pk)) if judge else ("judge_unknown", None)
        limits = {"app": "allauth.account", "action": action, "key": key, "limit_get": True}
        if ratelimit.consume(request, **limits) is None:
            return _sealed(render(request, CLOSED, {"is_busy": True}, status=429))
        if judge is None:
            return _sealed(render(request, CLOSED, {"is_busy": False}, status=404))
        return _sealed(view(request, Place(judge, token), *args, **kwargs))

    return guarded


@public
@never_cache
@require_safe
@by_link
def home(request, place):
    """The seats of the judge whose link it is."""
    return _home(request, Judge.objects.filter(pk=place.judge.pk), place.token)


@public
@never_cache
@require_safe
@by_link
def seat(request, place, pk):
    """The cards of one of the judge's seats."""
    return _seat(request, place, _own_seat(place.judge, pk))


@public
@never_cache
@require_POST
@by_link
def card(request, place, pk, entry):
    """Save what the judge gives one entry."""
    return _card(request, place, _own_seat(place.judge, pk), entry)


@public
@never_cache
@require_safe
@by_link
def spread(request, place, pk):
    """How the judges of an event differ, for its chief judge."""
    return _spread(request, place, pk)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def my_home(request):
    """The seats of the user in all contests."""
    return _home(request, Judge.objects.filter(user=request.user).order_by("-contest__starts_on", "pk"))


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def my_seat(request, pk):
    """The cards of one of the user's seats."""
    held = _seat_of_user(request.user, pk)
    return _seat(request, Place(held.judge), held)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_POST
def my_card(request, pk, entry):
    """Save what the user gives one entry as a judge."""
    held = _seat_of_user(request.user, pk)
    return _card(request, Place(held.judge), held, entry)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def my_spread(request, pk):
    """How the judges of an event differ, for the user who is its chief judge."""
    judge = get_object_or_404(Judge, contest__events=pk, user=request.user)
    return _spread(request, Place(judge), pk)


def _home(request, judges, token: str = ""):
    held = []
    for judge in with_seats(judges):
        place = Place(judge, token)
        events = judge.contest.events.all() if judge.is_chief else []
        held.append(
            {
                "judge": judge,
                "contest": judge.contest,
                "seats": [(row, place.address("seat", row.pk)) for row in judge.seats.all()],
                "spreads": [(event, place.address("spread", event.pk)) for event in events],
            }
        )
    return render(request, "competitions/judge_home.html", {"held": held, "is_own": not token})


def _seat(request, place: Place, held: Seat, *, refused=None):
    """``refused``: (entry, texts typed, messages by name of the field) of a card that was not saved."""
    panel = panel_of(held.stage.event, held)
    versions = card_versions(held)  # before the marks: one that comes between is refused, not overwritten
    criteria, marks = panel.criteria.get(held.stage_id, []), marks_of(held)
    entries = [one for one in panel.entries_for(held) if one.start_number]
    context = {
        "seat": held,
        "stage": held.stage,
        "event": held.stage.event,
        "contest": held.stage.event.contest,
        "home": place.address("home"),
        "sieves": sieves_before(held.stage),
        "full": plain_number(panel.full_mark(held.stage_id)),
        "cards": [
            _card_of(place, held, entry, criteria, marks.get(entry.pk, {}), refused)
            | {"version": versions.get(entry.pk, 0)}
            for entry in entries
        ],
        "is_open": held.stage.event.phase == Event.Phase.SCORING
        and held.stage.event.contest.state == Contest.State.RUNNING,
    }
    response = render(request, "competitions/judge_seat.html", context)
    response["Referrer-Policy"] = "strict-origin"
    return response


def _card_of(place: Place, held: Seat, entry: Entry, criteria, marks, refused) -> dict:
    texts, messages = (refused[1], refused[2]) if refused and refused[0] == entry.pk else ({}, {})
    return {
        "entry": entry,
        "url": place.address("card", held.pk, entry.pk),
        "is_done": 0 < len(criteria) == len(marks),
        "fields": [
            {
                "criterion": one,
                "name": f"points-{one.pk}",
                "most": plain_number(one.most),
                "value": texts.get(one.pk, plain_number(marks[one.pk].points) if one.pk in marks else ""),
                "error": messages.get(f"points-{one.pk}", ""),
            }
            for one in criteria
        ],
        "error": messages.get("", ""),
    }


def _card(request, place: Place, held: Seat, key: int):
    """Answers the page's script with JSON and a plain form with the page."""
    entry = get_object_or_404(Entry, pk=key, event=held.stage.event_id)
    points, seen = _typed(request)
    try:
        by = None if place.token else request.user
        version = services.give_marks(seat=held, entry=entry, points=points, seen=seen, by=by)
    except ValidationError as error:
        return _refusal(request, place, held, entry, points, error)
    if _wants_json(request):
        return JsonResponse({"version": version})
    return redirect(f"{place.address('seat', held.pk)}#e{entry.pk}")


def _refusal(request, place: Place, held: Seat, entry: Entry, points: dict, error: ValidationError):
    """Status 200 with a ``code``: answers of 400 and above are logged with their path, which holds the link."""
    if hasattr(error, "error_dict"):
        messages = {name: " ".join(texts) for name, texts in error.message_dict.items()}
    else:
        messages = {"": " ".join(error.messages)}
    answer = {"message": "；".join(messages.values()), "code": getattr(error, "code", None) or "refused"}
    if isinstance(error, StaleMarksError):
        answer |= {"version": error.version}
        answer |= {"stored": {f"points-{key}": plain_number(value) for key, value in error.stored.items()}}
        messages |= {
            f"points-{key}": f"系统里是 {plain_number(value)}" for key, value in error.stored.items()
        }
    if _wants_json(request):
        return JsonResponse(answer)
    return _seat(request, place, held, refused=(entry.pk, points, messages))


def _typed(request) -> tuple[dict[int, str], int]:
    """(points by criterion, version seen) of what the form sent; names that are no criterion are left out."""
    points = {}
    for name, text in request.POST.items():
        key = name.removeprefix("points-")
        if name.startswith("points-") and key.isascii() and key.isdigit() and len(key) <= 18:
            points[int(key)] = text
    seen = request.POST.get("version", "")
    return points, int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= 9 else 0


def _spread(request, place: Place, pk: int):
    event = get_object_or_404(Event, pk=pk, contest=place.judge.contest_id)
    if not place.judge.is_chief:
        raise Http404
    panel = panel_of(event)
    context = {
        "event": panel.event,
        "contest": panel.event.contest,
        "home": place.address("home"),
        "keeps": False,
        "is_open": False,
        "progress": progress_of(panel),
        "spreads": spreads_for(panel, [seat for seat in panel.seats if seat.judge_id == place.judge.pk]),
    }
    return render(request, "competitions/judge_spread.html", context)


def _wants_json(request) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _own_seat(judge: Judge, pk: int) -> Seat:
    rows = Seat.objects.filter(judge=judge).select_related("stage__event__contest__union", "judge__union")
    return get_object_or_404(rows, pk=pk)


def _seat_of_user(user, pk: int) -> Seat:
    rows = Seat.objects.filter(judge__user=user)
    return get_object_or_404(rows.select_related("stage__event__contest__union", "judge__union"), pk=pk)


def _sealed(response):
    """Nothing of the address leaves the page, and no search engine keeps it. The page with forms asks for another
    policy: under ``no-referrer`` a browser sends ``Origin: null`` with them, which the CSRF check refuses."""
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
