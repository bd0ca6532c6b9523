"""Public pages on which people sign in at a session with a code (docs/adr/0025): for phones, without an account.

The code leaves the address at once: a signed cookie remembers for a few minutes which session it opened, so that an
address that is passed on opens nothing. Pages that nothing opens are all the same.
"""

from allauth.core import ratelimit
from allauth.decorators import rate_limit
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.security import client_ip
from core.access import public
from training import services
from training.forms.sign_in import RatingForm, SignInForm
from training.models import Enrolment, Session
from training.rules import sign_in as rules

TICKET, DONE = "sign_in_ticket", "sign_in_done"
DONE_SECONDS = 15 * 60
NOBODY = "没有签到成功。请核对姓名和证件（或手机）号码末四位；仍不成功的，请找现场工作人员登记。"


@public
@never_cache
@require_safe
def sign_in_open(request, code):
    """Read the code of the address and go on to a plain one; an old or invented code opens nothing."""
    session = _sessions().filter(pk=rules.session_key(code)).first()
    now = timezone.now()
    response = redirect("training:sign_in")
    response["Referrer-Policy"] = "no-referrer"
    numbers = rules.numbers_on(timezone.localdate(now))
    if session is not None and rules.holds(code, session, now, numbers):
        _remember(response, TICKET, str(session.pk), 60 * numbers.form_minutes)
    else:
        _forget(response, TICKET)
    return response


@public
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form", "said")
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="sign_in")
def sign_in(request):
    """Name and four characters; whoever signed in goes on to a page that says so. A phone that is passed on to the
    next person must scan the code again."""
    numbers = rules.numbers_on(timezone.localdate())
    key = _remembered(request, TICKET, 60 * numbers.form_minutes)
    session = _sessions().filter(pk=key).first() if key else None
    if session is None:
        return render(request, "training/sign_in_closed.html", status=410)
    closed = rules.closed_because(session, timezone.now(), numbers)
    if closed:
        return _closed(request, session, closed)
    form = SignInForm(request.POST or None)
    if request.method != "POST":
        return _page(request, session, form, "")
    said = form.cleaned_data if form.is_valid() else {"name": "", "tail": ""}
    limits = (("sign_in_failed", str(session.pk)), ("sign_in_name", f"{session.pk} {said['name']}"))
    if not all(ratelimit.consume(request, action=name, key=key, dry_run=True) for name, key in limits):
        return ratelimit.respond_429(request)
    try:
        enrolment = services.sign_in(session=session, ip=client_ip(request), **said)
    except ValidationError as error:
        return _closed(request, session, " ".join(error.messages))
    if enrolment is None:
        for name, key in limits:
            ratelimit.consume(request, action=name, key=key)
        return _page(request, session, SignInForm(), NOBODY)
    response = redirect("training:sign_in_done")
    _forget(response, TICKET)
    _remember(response, DONE, f"{session.pk}-{enrolment.pk}", DONE_SECONDS)
    return response


@public
@never_cache
@require_safe
def sign_in_done(request):
    """Says that it worked; the same for the first time and the next. After the last session it asks how content the
    person is, and says that the answer bears the name."""
    session, enrolment = _signed_in(request)
    if session is None:
        return render(request, "training/sign_in_closed.html", status=410)
    asks = enrolment is not None and not _sessions_after(session).exists()
    context = {
        "session": session,
        "training_class": session.training_class,
        "rating": RatingForm() if asks and enrolment.satisfaction is None else None,
        "is_rated": asks and enrolment.satisfaction is not None,
    }
    return render(request, "training/sign_in_done.html", context)


@public
@never_cache
@require_POST
@rate_limit(action="sign_in")
def sign_in_rate(request):
    """Keep the answer of who has just signed in at the last session; the first one stays."""
    session, enrolment = _signed_in(request)
    if session is None or enrolment is None or _sessions_after(session).exists():
        return render(request, "training/sign_in_closed.html", status=410)
    form = RatingForm(request.POST)
    if form.is_valid():
        services.rate_class(enrolment=enrolment, stars=form.cleaned_data["stars"], ip=client_ip(request))
    return redirect("training:sign_in_done")


def _signed_in(request) -> tuple[Session | None, Enrolment | None]:
    """The session at which this phone has just signed somebody in, and who that was."""
    session, _, enrolment = _remembered(request, DONE, DONE_SECONDS).partition("-")
    if not session:
        return None, None
    return _sessions().filter(pk=session).first(), Enrolment.objects.enrolled().filter(pk=enrolment).first()


def _sessions_after(session: Session):
    later = Q(on__gt=session.on) | Q(on=session.on, starts_at__gt=session.starts_at)
    return Session.objects.filter(later, training_class=session.training_class_id)


def _sessions():
    return Session.objects.select_related("training_class")


def _page(request, session: Session, form, fault: str):
    context = {"session": session, "training_class": session.training_class, "form": form, "fault": fault}
    return render(request, "training/sign_in.html", context)


def _closed(request, session: Session, reason: str):
    context = {"session": session, "training_class": session.training_class, "reason": reason}
    return render(request, "training/sign_in_closed.html", context, status=403)


def _remember(response, name: str, value: str, seconds: int) -> None:
    response.set_signed_cookie(
        *(name, value),
        salt=name,
        max_age=seconds,
        path=_path(),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _forget(response, name: str) -> None:
    response.delete_cookie(name, path=_path(), samesite="Lax")


def _path() -> str:
    """The pages of signing in, and no others, get the cookies."""
    return reverse("training:sign_in")


def _remembered(request, name: str, seconds: int) -> str:
    """What the cookie holds; "" when it is too old or not ours."""
    return request.get_signed_cookie(name, default="", salt=name, max_age=seconds)
