"""``manage.py benchmark roll``: server time of whole pages of the roll over a million people."""

import gc
import os
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from urllib.parse import quote

from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client, override_settings

from accounts.models import User
from core.benchmarking import Measurement, drop_kept, kept_place, median_ms, p95_ms, queries_of, times_ms
from core.errors import RuleError
from workers.benchmarks.filling import FILLING, fill
from workers.benchmarks.pages import Case, cases, filter_values, prepare

LIMIT_MS = 100
ROUNDS = 30
ADMIN_ROUNDS = 3
ADMIN_TIMEOUT_MS = 2000
ADMIN_PATIENCE_MS = 400  # a page that takes longer is asked once: at that distance rounds tell nothing new
USERS = {"town staff": "benchmark", "officer": "benchmark-officer"}
NAME = "roll"
ADMIN_SETTINGS = {
    "INSTALLED_APPS": ["django.contrib.admin.apps.SimpleAdminConfig", *settings.INSTALLED_APPS],
    "ROOT_URLCONF": "workers.benchmarks.plain_admin",
}


@dataclass
class Timed:
    """A page as one role gets it."""

    case: Case
    role: str
    times: list[float] = field(repr=False)
    queries: int
    admin_ms: float | None = None
    admin_timed_out: bool = False

    def told(self) -> dict:
        """The line of the report."""
        ours = median_ms(self.times)
        return {
            "name": self.case.name,
            "role": self.role,
            "p50_ms": ours,
            "p95_ms": p95_ms(self.times),
            "queries": self.queries,
            "times_admin": None if self.admin_ms is None else round(self.admin_ms / ours, 1),
        }


def measure_roll(
    measurement: Measurement,
    workers: int = 1_000_000,
    rounds: int = ROUNDS,
    rebuild: bool = False,
    drop: bool = False,
    without_admin: bool = False,
) -> dict:
    """Whole pages through middleware and templates, signed in and warm, in the kept database of that size.

    ``times_admin`` is the median of the nearest page of the plain Django admin over ours, null where it has
    none, and a lower bound where a statement of the admin reached its limit (``admin_timed_out``). Of a filter
    the slowest value is measured; with one round, the first.
    """
    if drop:
        measurement.facts["dropped"] = drop_kept(NAME)
        return {}
    measurement.facts |= {"workers": workers, "limit_ms": LIMIT_MS, "cpus": os.cpu_count(), "rounds": rounds}
    measurement.facts["load"] = os.getloadavg()[0]
    with ExitStack() as stack:
        with measurement.stage("place"):
            place = kept_place(
                NAME, fill=partial(fill, workers), rebuild=rebuild, workers=workers, filling=FILLING
            )
            measurement.facts["built"] = stack.enter_context(place)
        stack.enter_context(override_settings(ALLOWED_HOSTS=["localhost"]))
        gc.freeze()  # as the server does when it has started (nanyue_portal.wsgi)
        with measurement.stage("pages"):
            pages = _pages(workers, rounds)
        if not without_admin:
            with measurement.stage("admin"):
                _compare(pages)
    return _tell(measurement, pages)


def _tell(measurement: Measurement, pages: list[Timed]) -> dict:
    lines = [page.told() for page in pages]
    measurement.facts["admin_timed_out"] = [
        f"{page.case.name} ({page.role})" for page in pages if page.admin_timed_out
    ]
    measurement.facts["pages"] = lines
    return {f"{line['name']} ({line['role']}) p95 ms": (line["p95_ms"], LIMIT_MS) for line in lines}


def _pages(workers: int, rounds: int) -> list[Timed]:
    some = prepare(workers)
    found = []
    for role, username in USERS.items():
        user = User.objects.get(username=username)
        client = _signed_in(user)
        found += [_timed(client, case, role, rounds) for case in cases(user, some)]
        choose = partial(_slowest, client) if rounds > 1 else itemgetter(0)
        found += [_timed(client, choose(values), role, rounds) for values in filter_values(user)]
    return found


def _signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def _timed(client: Client, case: Case, role: str, rounds: int) -> Timed:
    call = case.ask or partial(_page, client, case)
    times = times_ms(call, rounds=rounds)
    return Timed(case, role, times, len(queries_of(call)))


def _slowest(client: Client, values: list[Case]) -> Case:
    """Of the pages with one value each of a filter, the one that takes longest when asked again."""
    return max(
        values, key=lambda case: min(times_ms(lambda: _ask(client, case.address), rounds=1, warm_up=1))
    )


def _page(client: Client, case: Case) -> None:
    if (status := _ask(client, case.address).status_code) != 200:
        raise RuleError(f"{case.name}: {case.address} answers {status}")


def _ask(client: Client, address: str):
    """A page as a browser would get it over HTTPS."""
    return client.get(address, secure=True)


@contextmanager
def _statement_limit(milliseconds: int):
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = %s", [milliseconds])
        try:
            yield
        finally:
            cursor.execute("RESET statement_timeout")


def _compare(pages: list[Timed]) -> None:
    """The admin's median beside each page, in the same process, database and minute."""
    with override_settings(**ADMIN_SETTINGS), _statement_limit(ADMIN_TIMEOUT_MS):
        clients = {role: _signed_in(User.objects.get(username=name)) for role, name in USERS.items()}
        known: dict[tuple[str, str], tuple[float | None, bool]] = {}
        for page in pages:
            asked = page.role, page.case.admin
            if page.case.admin and asked not in known:
                known[asked] = _admin_median(clients[page.role], page.case.admin)
            page.admin_ms, page.admin_timed_out = known.get(asked, (None, False))


def _admin_median(client: Client, address: str) -> tuple[float | None, bool]:
    """(median in milliseconds, False), or (the limit, True) when a statement takes too long, or (None, False)."""
    address = quote(address, safe="/?=&")
    try:
        start = time.perf_counter()
        if _ask(client, address).status_code != 200:
            return None, False
        first = (time.perf_counter() - start) * 1000
        if first > ADMIN_PATIENCE_MS:
            return round(first, 1), False
        return median_ms(times_ms(lambda: _ask(client, address), rounds=ADMIN_ROUNDS, warm_up=0)), False
    except OperationalError:
        return float(ADMIN_TIMEOUT_MS), True
