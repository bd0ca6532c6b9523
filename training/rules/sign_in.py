"""Codes by which people sign in at a session, and when they may (docs/adr/0025).

The code on the screen belongs to a session and to a span of time, and holds for that span and the next: a picture of
it sent to somebody absent soon opens nothing. The code on paper belongs to the session and its day. Neither says
anything about people; both are signed with the key of the site.
"""

import datetime as dt
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from core.codes import legal_number
from training.models import Session

SIGNATURE_BYTES = 12
_CODE = re.compile(r"([sd])([0-9a-z]{1,12})-([A-Za-z0-9_-]{16})")  # twelve such digits fit a key
SCREEN, DAY = "s", "d"


@dataclass(frozen=True)
class Numbers:
    """The office's numbers of a day: a span of the code in seconds, tolerances and time to type in minutes."""

    code_seconds: int
    before_minutes: int
    after_minutes: int
    form_minutes: int


def numbers_on(day: dt.date) -> Numbers:
    """The numbers in force on the day."""
    names = ("code_seconds", "before_minutes", "after_minutes", "form_minutes")
    found = {name: int(legal_number(f"sign_in.{name}", on=day)) for name in names}
    return Numbers(**found | {"code_seconds": max(found["code_seconds"], 1)})


def screen_code(session: Session, now: dt.datetime, numbers: Numbers) -> str:
    """The code to show now."""
    return _code(SCREEN, session.pk, _span(now, numbers))


def day_code(session: Session) -> str:
    """The code to print: the same all day."""
    return _code(DAY, session.pk, session.on.isoformat())


def session_key(code: str) -> int | None:
    """Which session a code is about, whether it holds or not; None for what is no code."""
    found = _CODE.fullmatch(code)
    return base36_to_int(found[2]) if found else None


def holds(code: str, session: Session, now: dt.datetime, numbers: Numbers) -> bool:
    """Whether the code opens the session now: one of the last two from the screen, or the printed one of today if
    the organiser allows it."""
    if code.startswith(DAY):
        known = [day_code(session)] if session.has_day_code and session.on == timezone.localdate(now) else []
    else:
        span = _span(now, numbers)
        known = [_code(SCREEN, session.pk, number) for number in (span, span - 1)]
    return any(constant_time_compare(code, one) for one in known)


def open_span(session: Session, numbers: Numbers) -> tuple[dt.datetime, dt.datetime]:
    """From when until when people sign in, in local time."""
    begins, ends = (
        timezone.make_aware(dt.datetime.combine(session.on, at))
        for at in (session.starts_at, session.ends_at)
    )
    return (
        begins - dt.timedelta(minutes=numbers.before_minutes),
        ends + dt.timedelta(minutes=numbers.after_minutes),
    )


def closed_because(session: Session, now: dt.datetime, numbers: Numbers) -> str:
    """Why nobody can sign in now; empty when people can."""
    training_class = session.training_class
    if not training_class.takes_results:
        return f"班次现在是“{training_class.get_state_display()}”，开课之后才能签到"
    opens, closes = open_span(session, numbers)
    if not opens <= now <= closes:
        return f"现在不在签到时间内。本次课的签到时间是 {opens:%Y-%m-%d %H:%M} 至 {closes:%H:%M}"
    return ""


def _span(now: dt.datetime, numbers: Numbers) -> int:
    return int(now.timestamp()) // numbers.code_seconds


def _code(kind: str, key: int, span: int | str) -> str:
    digest = salted_hmac("training.sign_in", f"{kind}:{key}:{span}", algorithm="sha256").digest()
    return f"{kind}{int_to_base36(key)}-{urlsafe_b64encode(digest[:SIGNATURE_BYTES]).decode()}"
