"""A class with a session on a known morning, and people who sign in there."""

import datetime as dt

import time_machine
from django.urls import reverse
from django.utils import timezone

from tests.factories.classes import ClassFactory, SessionFactory
from training.rules import sign_in as rules

DAY = dt.date(2026, 3, 2)
PAGE = reverse("training:sign_in")


def at(hour: int, minute: int = 0, second: int = 0, day: dt.date = DAY):
    """The clock stands still at this time in China."""
    moment = dt.datetime.combine(day, dt.time(hour, minute, second), timezone.get_default_timezone())
    return time_machine.travel(moment, tick=False)


def morning(union, **facts):
    """A running class of the union with a session from 8:30 to 11:30."""
    return SessionFactory(training_class=ClassFactory(union=union, state="running"), on=DAY, **facts)


def code_now(session) -> str:
    """What the screen shows at this moment."""
    return rules.screen_code(session, timezone.now(), rules.numbers_on(timezone.localdate()))


def scan(client, code: str):
    """Open the address of a code; the answer leads to the plain page."""
    return client.get(reverse("training:sign_in_open", args=[code]))


def send(client, name: str, tail: str):
    """Scan nothing, fill in the form."""
    return client.post(PAGE, {"name": name, "tail": tail})
