"""The pages of the roll that are measured, each with the nearest page of the plain Django admin."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from core import crypto
from core.listing import Reader
from core.pages import COUNT_CAP
from workers.as_at import members_on
from workers.benchmarks.invention import invented_number
from workers.filters import WorkerFilter
from workers.models import Employment, IdentityDocument, Membership, Worker
from workers.queries import roll_of
from workers.rules import identity_index
from workers.search import seal

PAGE = 50
DEEP = 500
PHONE = "16012345678"
NUMBER = invented_number(11_000_000)
ROLL, ADMIN = "workers:worker_list", "/admin/workers/worker/"
AGES = ("16", "30", "45", "60", "67", "75")
LONG_AGO = 60  # so many people at most on the early day of the as-at list


@dataclass(frozen=True)
class Case:
    """A page by its address; ``admin`` is the address of the nearest admin page, or "" where there is none.

    ``ask`` stands for what is no page of its own.
    """

    name: str
    address: str
    admin: str = ""
    ask: Callable[[], object] | None = None


def prepare(workers: int) -> Worker:
    """One member of the officer's union gets a phone and a number that can be searched for."""
    some = Worker.objects.filter(union=2, standing="member", pk__lte=workers // 2).order_by("-pk").first()
    phone = {"phone_index": crypto.blind_index(PHONE, purpose="phone"), "phone_tail": PHONE[-4:]}
    Worker.objects.filter(pk=some.pk).update(**phone)
    some.documents.filter(is_current=True).update(
        number_index=identity_index("111", NUMBER), number_tail=NUMBER[-4:]
    )
    return some


def cases(user: User, some: Worker) -> Iterator[Case]:
    """The fixed pages for a user: list, deep page, searches, as-at lists, duplicates, one record."""
    yield Case("list page 1", reverse(ROLL), ADMIN)
    yield _deep_page(user)
    yield Case("form of the filters", _roll(part="filters"))
    rows = _listed(user).order_by()[: COUNT_CAP + 1]
    yield Case("capped count", "", ask=rows.count)
    for name, text in _searches(some):
        yield Case(f"search: {name}", _roll(find=seal(text)), f"{ADMIN}?q={text}")
    yield from _as_at(user)
    yield Case("record", reverse("workers:worker_detail", args=[some.pk]), f"{ADMIN}{some.pk}/change/")
    for title, name, admin in OTHER_PAGES:
        if address := _address(name):
            yield Case(title, address, admin)


OTHER_PAGES = (
    ("duplicate candidates", "workers:duplicate_list", "/admin/workers/duplicatepair/"),
    ("business", "workers:matter_list", ""),
)


def filter_values(user: User) -> Iterator[list[Case]]:
    """For every filter of the roll the pages with one value each; the slowest value is measured."""
    found = WorkerFilter(QueryDict(), roll_of(user), request=Reader(user))
    for name, field in found.form.fields.items():
        if name not in NO_FILTERS:
            yield [_filtered(found, name, value) for value in _values(name, field)]


NO_FILTERS = ("find", "by", "people")


def _filtered(found: WorkerFilter, name: str, value: str) -> Case:
    shape = found.filters[name]
    lookup = ADMIN_LOOKUPS.get(name)
    if lookup is None and shape.method is None:
        lookup = f"{shape.field_name}__{shape.lookup_expr}"
    admin = f"{ADMIN}?{lookup}={ADMIN_VALUES.get((name, value), value)}" if lookup else ""
    return Case(f"filter: {name}={value}", _roll(**{name: value}), admin)


# Filters with a method of their own: the admin's nearest look-up.
ADMIN_LOOKUPS = {
    "union": "union__id__exact",
    "employer": "employer__id__exact",
    "standing": "standing__exact",
}
ADMIN_VALUES = {("standing", "all"): ""}


def _values(name: str, field: forms.Field) -> list[str]:
    if isinstance(field, forms.ModelChoiceField):
        return [str(pk) for pk in field.queryset.order_by("pk").values_list("pk", flat=True)[:20]]
    if isinstance(field, forms.ChoiceField):
        return [str(key) for key, _ in field.choices if key not in (None, "")]
    if isinstance(field, forms.DateField):
        return [day.isoformat() for day in _days()]
    if isinstance(field, forms.DecimalField | forms.IntegerField):
        return list(AGES)
    if isinstance(field, forms.BooleanField):
        return ["true", "on"]
    return TEXTS.get(name, ["没有"])


TEXTS = {"occupation": ["工种1", "没有"], "team": ["1班", "没有"], "staff_number": ["B0000100", "没有"]}


def _days() -> list[dt.date]:
    today = timezone.localdate()
    return [today - dt.timedelta(days=days) for days in (-400, 95, 400, 2000, 5000, 7900, 12000)]


def _searches(some: Worker) -> Iterator[tuple[str, str]]:
    job = Employment.objects.filter(worker=some, end=None).get()
    yield "name", some.name
    yield "part of a name", some.name[-2:]
    yield "one character", some.name[-1:]
    yield "name of nobody", "龘靐齉"
    yield "initials", some.initials
    yield "pinyin", some.pinyin
    yield "phone", PHONE
    yield "phone tail", PHONE[-4:]
    yield (
        "last four of a document",
        IdentityDocument.objects.filter(worker=some, is_current=True).get().number_tail,
    )
    yield "tail of many", "0015"
    yield "full number", NUMBER
    yield "number of nobody", invented_number(11_000_001)
    yield "staff number", job.staff_number
    yield "union", some.union.name
    yield "employer", some.employer.name


def _deep_page(user: User) -> Case:
    """The page after DEEP - 1 others, or the last one where the list is shorter."""
    rows = _listed(user).values_list("pk", flat=True)
    place = min((DEEP - 1) * PAGE, (max(rows.count() - 2, 0) // PAGE) * PAGE)
    page = place // PAGE + 1
    last = rows[max(place - 1, 0)]
    return Case(f"list page {page}", _roll(after=last, page=page), f"{ADMIN}?p={page}")


def _listed(user: User):
    """The rows of the list as it opens."""
    return WorkerFilter(QueryDict(), roll_of(user), request=Reader(user)).qs


def _as_at(user: User) -> Iterator[Case]:
    """A day on which most of today's people were members, and two when few or none were."""
    starts = Membership.objects.visible_to(user).order_by("start").values_list("start", flat=True)
    early = starts[min(LONG_AGO, starts.count() - 1)]
    days = {"recent day": timezone.localdate() - dt.timedelta(days=100), "long ago, few": early}
    days |= {"before anybody": early - dt.timedelta(days=4000)}
    for title, day in days.items():
        spells = f"/admin/workers/membership/?start__lte={day}"
        yield Case(f"as at: {title}", _roll(as_at=day.isoformat()), spells)
    recent = days["recent day"].isoformat()
    yield Case("as at: recent day, not members", _roll(as_at=recent, standing="none"))
    yield Case("as at: recent day, page 2", _as_at_page_2(user, recent))


def _as_at_page_2(user: User, day: str) -> str:
    first = list(members_on(user, dt.date.fromisoformat(day)).values_list("pk", flat=True)[:PAGE])
    return _roll(as_at=day, after=first[-1], page=2)


def _roll(**query) -> str:
    address = QueryDict(mutable=True)
    address.update(query)
    return f"{reverse(ROLL)}?{address.urlencode()}"


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
