"""The pages a person without an account reaches by the personal link of an online course.

They are public: whoever has the link may learn and answer for this one course. They name the person by surname only,
show no numbers, are never cached, send no referrer, and know nothing of a signed-in user (docs/adr/0028).
"""

import functools

from allauth.core.internal import ratelimit
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import public
from training.models import CourseSection, Learner
from training.queries.learners import learner_of, outline_of
from training.services.learning_time import begin_attempt, count_beat, submit_attempt
from training.views.streaming import stream_section

BEAT_SECONDS = 15
RESTING_SECONDS = 60  # between beats of somebody whose time is enough, for section and course


def personal(view):
    """Give the view the learner whose link it is. Unknown links get one page, whatever is wrong with them; many of them
    from one address, or many requests by one link, get 429."""

    @functools.wraps(view)
    def guarded(request, token, *args, **kwargs):
        learner = learner_of(token)
        if not _is_allowed(request, learner):
            return _sealed(render(request, "training/learn_closed.html", {"is_busy": True}, status=429))
        if learner is None:
            return _sealed(render(request, "training/learn_closed.html", {"is_busy": False}, status=404))
        return _sealed(view(request, token, learner, *args, **kwargs))

    return guarded


def _is_allowed(request, learner: Learner | None) -> bool:
    """Within the limits of settings.ACCOUNT_RATE_LIMITS, which count GETs here too."""
    action, key = ("learn", str(learner.pk)) if learner else ("learn_unknown", None)
    limits = {"app": "allauth.account", "action": action, "key": key, "limit_get": True}
    return ratelimit.consume(request, **limits) is not None


@public
@never_cache
@require_safe
@personal
def course_open(request, token, learner):
    """The outline of the course and how far the person is."""
    outline = outline_of(learner)
    attempts = list(learner.attempts.all())
    context = _frame(learner, token) | {
        "outline": outline,
        "seconds": sum(seconds for _, seconds, _ in outline),
        "has_quiz": learner.course.questions.exists(),
        "is_ready": all(done for _, _, done in outline),
        "best": max((one.score for one in attempts if one.score is not None), default=None),
        "has_passed": any(one.passed for one in attempts),
        "attempts_left": learner.course.attempts_allowed - len(attempts),
    }
    return render(request, "training/learn_course.html", context)


@public
@never_cache
@require_safe
@personal
def section_open(request, token, learner, position):
    """One section. Time is counted by ``section_beat``, which the page sends while it is in view."""
    outline = outline_of(learner)
    place = next((n for n, (section, _, _) in enumerate(outline) if section.position == position), None)
    if place is None or not _is_open(learner):
        return redirect("learn:course_open", token)
    section, seconds, is_done = outline[place]
    context = _frame(learner, token) | {
        "section": section,
        "seconds": seconds,
        "is_done": is_done,
        "before": outline[place - 1][0] if place else None,
        "after": outline[place + 1][0] if place + 1 < len(outline) else None,
        "number": place + 1,
    }
    return render(request, "training/learn_section.html", context)


@public
@never_cache
@require_safe
@personal
def section_file(request, token, learner, position):
    """The file of a section, for the holder of the link while the course is open."""
    section = _section(learner, position)
    if section is None or not _is_open(learner):
        return render(request, "training/learn_closed.html", {"is_busy": False}, status=404)
    return stream_section(request, section)


@public
@never_cache
@require_POST
@personal
def section_beat(request, token, learner, position):
    """A sign that the section is in view. Answers what is counted and when to send the next one."""
    section = _section(learner, position)
    if section is None:
        return JsonResponse({"error": "没有这个章节"}, status=404)
    is_first = request.POST.get("first") == "1"
    try:
        progress = count_beat(learner=learner, section=section, now=timezone.now(), is_first=is_first)
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)}, status=409)
    is_done = progress.done_at is not None
    answer = {"seconds": progress.seconds, "done": is_done, "next": BEAT_SECONDS}
    if not is_done:
        answer["next"] = min(BEAT_SECONDS, max(section.minimum_seconds - progress.seconds, 1))
    elif learner.completed_on or not learner.course.minimum_seconds:
        answer["next"] = (
            RESTING_SECONDS  # a beat adds half a minute at most: too seldom where the course still counts
        )
    return JsonResponse(answer)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@personal
def quiz_open(request, token, learner):
    """The quiz: begin a go, answer it, see the mark. Right answers are not shown, so that they do not go round."""
    error = ""
    if request.method == "POST":
        try:
            if request.POST.get("action") == "begin":
                begin_attempt(learner=learner, now=timezone.now())
            else:
                submit_attempt(learner=learner, answers=_answers(request), now=timezone.now())
            return redirect("learn:quiz_open", token)
        except ValidationError as refused:
            error = " ".join(refused.messages)
    attempts = list(learner.attempts.all())
    current = next((one for one in attempts if one.submitted_at is None), None)
    context = _frame(learner, token) | {
        "error": error,
        "questions": _questions(learner, current) if current and _is_open(learner) else [],
        "attempts": [one for one in attempts if one.submitted_at],
        "attempts_left": learner.course.attempts_allowed - len(attempts),
        "is_ready": all(done for _, _, done in outline_of(learner)),
        "has_passed": any(one.passed for one in attempts),
    }
    response = render(request, "training/learn_quiz.html", context)
    response["Referrer-Policy"] = "strict-origin"
    return response


def _frame(learner: Learner, token: str) -> dict:
    """What every page shows: the course, the surname, whether it is open."""
    return {
        "course": learner.course,
        "learner": learner,
        "token": token,
        "called": f"{learner.worker.name[:1]}*",
        "is_open": _is_open(learner),
        "today": timezone.localdate(),
    }


def _is_open(learner: Learner) -> bool:
    return learner.course.is_open_on(timezone.localdate())


def _section(learner: Learner, position: int) -> CourseSection | None:
    return learner.course.sections.filter(position=position).first()


def _questions(learner: Learner, attempt) -> list:
    found = learner.course.questions.prefetch_related("options").in_bulk(attempt.questions)
    return [found[key] for key in attempt.questions if key in found]


def _answers(request) -> dict[int, set[int]]:
    """Question → ticked options, of what the form sent; anything else is left out."""
    found = {}
    for name, values in request.POST.lists():
        key = name.removeprefix("q")
        if name.startswith("q") and key.isascii() and key.isdigit() and len(key) <= 18:
            numbers = (text for text in values if text.isascii() and text.isdigit() and len(text) <= 18)
            found[int(key)] = {int(text) for text in numbers}
    return found


def _sealed(response):
    """Nothing of the address leaves the page, and no search engine keeps it. A page with a form asks for another policy:
    under ``no-referrer`` a browser sends ``Origin: null`` with it, which the CSRF check refuses."""
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
