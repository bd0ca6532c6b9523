"""One search box for the roll: what the user typed decides which index answers.

Nothing is decrypted: full numbers are asked by blind index, tails and names by plain indexed columns. A text can
often be read in several ways (a name or a union, the tail of a phone or a staff number): the likeliest is
taken, the others are offered when they would find somebody.
"""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from core import crypto
from core.access import Permission
from core.bigrams import bigram_query
from core.characters import HAN
from core.idnumbers import DOCUMENT_TYPES
from core.pinyin import pinyin_query
from core.text import clean_name, clean_number, clean_phone, clean_text
from unions.models import Employer, Union
from unions.scoping import unions_under
from workers.models import Employment, IdentityDocument, Worker
from workers.rules import identity_index

LONGEST = 60
SURE_LENGTH = 4  # so many characters of a union's or firm's name are hardly a person's
_CONTEXT = "workers:search"
_HAN = re.compile(f"[{HAN}]")
_TAIL = re.compile("[0-9]{4}|[0-9]{3}X")
_MOBILE = re.compile("1[3-9][0-9]{9}")
_NUMBER = re.compile("(?=.*[0-9])[0-9A-Z]{5,30}")
_STAFF = re.compile(r"[0-9A-Za-z][0-9A-Za-z/_.#-]{0,29}")
_LETTERS = re.compile("[a-z]+")
_FOLDED = " ·"


@dataclass(frozen=True)
class Search:
    """How a typed text is looked for; ``kind`` is a key of LABELS."""

    text: str
    kind: str
    label: str


@dataclass(frozen=True)
class Understood:
    """The way a text was read, and the other ways that would find somebody."""

    asked: Search
    others: tuple[Search, ...] = ()


LABELS = {
    "phone": "按手机号码",
    "number": "按证件号码",
    "tail": "按手机或证件末四位",
    "name": "按姓名",
    "pinyin": "按姓名拼音",
    "staff": "按工号",
    "union": "按工会",
    "employer": "按单位",
    "nothing": "无法识别",
}


def read(text: str, kind: str = "") -> Search:
    """How to look for the text by its shape alone, or as ``kind`` where the shape allows it; never raises."""
    try:
        cleaned = clean_text(text)[:LONGEST]
        number = clean_number(cleaned).upper()
    except ValidationError:
        return Search("", "nothing", LABELS["nothing"])
    kinds = _kinds(cleaned, number)
    kind = kind if kind in kinds else kinds[0]
    value = {"name": _name, "pinyin": pinyin_query, "phone": _mobile}.get(kind)
    if value is None:
        return Search(number if kind in ("tail", "number") else cleaned, kind, LABELS[kind])
    return Search(value(cleaned), kind, LABELS[kind])


def understand(text: str, *, rows, user, kind: str = "") -> Understood:
    """How the text is read among ``rows`` (people in the user's reach), and how else it could be.

    Chinese text that names a union or firm in reach is read as that, with the name as the other reading.
    Whatever the shape allows beside the first reading is offered when it finds somebody in ``rows``.
    """
    ways = readings(text)
    if ways[0].kind == "name":
        ways = _places_first(ways, user, rows)
    elif len(ways) > 1:
        ways = _with_hits_first(ways, rows)
    asked = next((way for way in ways if way.kind == kind), ways[0])
    return Understood(asked, tuple(way for way in ways if way.kind != asked.kind))


def readings(text: str) -> list[Search]:
    """Every way to read the text by its shape, the likeliest first."""
    first = read(text)
    if first.kind == "nothing":
        return [first]
    cleaned = clean_text(text)[:LONGEST]
    kinds = _kinds(cleaned, clean_number(cleaned).upper())
    return [read(text, kind) for kind in kinds]


def search(queryset, text: str, kind: str = ""):
    """Rows of ``queryset`` that the text finds; none when it cannot be read."""
    asked = read(text, kind)
    return CONDITIONS[asked.kind](queryset, asked.text)


def seal(text: str) -> str:
    """The text for a query string: names and numbers must not stand in addresses and server logs."""
    return urlsafe_b64encode(crypto.encrypt(text[:LONGEST], context=_CONTEXT)).decode().rstrip("=")


def unseal(token: str) -> str:
    """The sealed text, or "" for a token that is not ours."""
    try:
        blob = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return crypto.decrypt(blob, context=_CONTEXT)
    except (binascii.Error, ValueError, crypto.DecryptionError):
        return ""


def _kinds(text: str, number: str) -> list[str]:
    """What a text of this shape can be, the likeliest first."""
    if _HAN.search(text):
        return ["name", "union", "employer"]
    able = {
        "tail": _TAIL.fullmatch(number),
        "phone": _mobile(number),
        "number": _NUMBER.fullmatch(number),
        "pinyin": _LETTERS.fullmatch(pinyin_query(text)),
        "staff": _STAFF.fullmatch(text),
    }
    return [kind for kind, fits in able.items() if fits] or ["nothing"]


def _places_first(ways: list[Search], user, rows) -> list[Search]:
    """Union and firm where the text occurs in a name in reach; before the person's name when it is sure, or when
    nobody is called so."""
    name, *places = ways
    sure, possible = [], []
    for way in places:
        if found := _named(way, user):
            is_sure = len(way.text) >= SURE_LENGTH or any(way.text in names for names in found)
            (sure if is_sure else possible).append(way)
    if possible and not sure and not _finds(rows, name):
        return [*possible, name]
    return [*sure, name, *possible]


def _named(way: Search, user) -> list[tuple[str, ...]]:
    """Names of the unions or firms in reach that hold the text."""
    if way.kind == "union":
        unions = Union.objects.within_reach(user, Permission.VIEW_ROLL)
        return list(_unions_named(unions, way.text).values_list("name", "short_name"))
    firms = Employer.objects.within_reach(user, Permission.VIEW_ROLL)
    return list(firms.filter(name__icontains=way.text).values_list("name"))


def _with_hits_first(ways: list[Search], rows) -> list[Search]:
    """The first reading and those of the others that find somebody; a number or pinyin without a hit gives way."""
    first, *others = ways
    others = [way for way in others if _finds(rows, way)]
    gives_way = others and first.kind in ("number", "pinyin") and not _finds(rows, first)
    return [*others, first] if gives_way else [first, *others]


def _finds(rows, way: Search) -> bool:
    return CONDITIONS[way.kind](rows, way.text).order_by().exists()


def _name(text: str) -> str:
    """Middle dots as stored; what is no name is looked for as it stands."""
    try:
        return clean_name(text)
    except ValidationError:
        return text


def _mobile(number: str) -> str:
    try:
        phone = clean_phone(number)
    except ValidationError:
        return ""
    return phone if _MOBILE.fullmatch(phone) else ""


def _by_name(queryset, text: str):
    """Part of a name. The pairs find the rows; three characters and more are compared once again."""
    grams = Func(Cast("name", TextField()), function="bigrams", output_field=ArrayField(TextField()))
    found = queryset.alias(name_grams=grams).filter(name_grams__contains=bigram_query(text))
    folded = text.translate(str.maketrans("", "", _FOLDED))
    if len(folded) < 3:
        return found
    name = Func(F("name"), Value(_FOLDED), Value(""), function="translate", output_field=TextField())
    return found.alias(folded_name=name).filter(folded_name__contains=folded)


def _by_pinyin(queryset, text: str):
    """The beginning of the initials or the full pinyin, in either reading of the name."""
    usual = Q(initials__startswith=text) | Q(pinyin__startswith=text)
    # The second conditions repeat those of the partial indexes, which the planner does not infer.
    other = Q(other_initials__startswith=text) & ~Q(other_initials="")
    other |= Q(other_pinyin__startswith=text) & ~Q(other_pinyin="")
    return queryset.filter(usual | other)


def _by_tail(queryset, text: str):
    """Last four of the phone or of a document. A UNION keeps both indexes in use; an OR would scan."""
    phones = Worker.objects.filter(phone_tail=text).exclude(phone_tail="").order_by().values("pk")
    documents = IdentityDocument.objects.filter(number_tail=text).order_by().values("worker")
    return queryset.filter(pk__in=phones.union(documents))


def _by_phone(queryset, text: str):
    index = crypto.blind_index(text, purpose="phone")
    return queryset.filter(phone_index=index, phone_index__isnull=False)


def _by_number(queryset, text: str):
    """The full number, whatever the type of document, old ones included."""
    indexes = [identity_index(doc_type, text) for doc_type in DOCUMENT_TYPES]
    return queryset.filter(pk__in=IdentityDocument.objects.filter(number_index__in=indexes).values("worker"))


def _by_staff(queryset, text: str):
    """The number a firm gave somebody who works there today, in either case of its letters."""
    jobs = Employment.objects.on(timezone.localdate()).filter(staff_number__in=staff_spellings(text))
    return queryset.filter(pk__in=jobs.exclude(staff_number="").order_by().values("worker"))


def staff_spellings(text: str) -> list[str]:
    """A staff number as typed, and with all letters large or small."""
    return sorted({text, text.upper(), text.lower()})


def _by_union(queryset, text: str):
    """People of the unions whose name or short name holds the text, and of those below them."""
    paths = list(_unions_named(Union.objects, text).values_list("path", flat=True))
    return queryset.filter(union__in=unions_under(paths))


def _by_employer(queryset, text: str):
    return queryset.filter(employer__in=Employer.objects.filter(name__icontains=text).order_by().values("pk"))


def _unions_named(unions, text: str):
    return unions.filter(Q(name__icontains=text) | Q(short_name__icontains=text)).order_by()


def _nothing(queryset, text: str):
    return queryset.none()


CONDITIONS: dict[str, Callable] = {
    "phone": _by_phone,
    "number": _by_number,
    "tail": _by_tail,
    "name": _by_name,
    "pinyin": _by_pinyin,
    "staff": _by_staff,
    "union": _by_union,
    "employer": _by_employer,
    "nothing": _nothing,
}
