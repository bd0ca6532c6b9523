"""A pasted column of names or numbers, and whom on the roll each line means.

Everything is asked inside the reader's reach: a person elsewhere and a person nowhere are missing alike. The
number of queries does not depend on the number of lines.
"""

import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Case, Count, F, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import User
from core import crypto
from core.characters import HAN
from core.errors import RuleError
from core.idnumbers import DOCUMENT_TYPES
from core.text import clean_name, mask_number
from workers import queries
from workers.models import Employment, IdentityDocument, Worker
from workers.rules import identity_index
from workers.search import LABELS, readings, staff_spellings
from workers.selections import LARGEST, pack

SHOWN = 5  # people listed for a line that means several
LONGEST_LINE = 60
LONG_NUMBER = 8  # digits from which a number is personal
_SEPARATORS = re.compile(r"[\r\n\t,，、;；|]+")
_HAN_WORDS = re.compile(f"[{HAN}·]{{2,}}(?:[ \u3000]+[{HAN}·]{{2,}})+")
_WHOLE_CODES = re.compile(r"[0-9A-Za-z-]{8,}")


@dataclass
class Answer:
    """One line: the people it can mean (SHOWN at most) and how many there are."""

    text: str
    label: str
    keys: list[int]
    total: int
    people: list[Worker] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """The line as the page repeats it: long numbers masked."""
        digits = sum(character.isdigit() for character in self.text)
        return mask_number(self.text) if digits >= LONG_NUMBER else self.text


@dataclass
class Answers:
    """All lines, shared out. ``repeated`` lines stood there before and are counted once."""

    found: list[Answer]
    ambiguous: list[Answer]
    missing: list[str]
    repeated: int

    @property
    def found_keys(self) -> str:
        """The found people for a query string (``people=``)."""
        return pack(key for answer in self.found for key in answer.keys)

    @property
    def missing_text(self) -> str:
        """The missing lines, one below the other."""
        return "\n".join(self.missing)


def find_pasted(text: str, *, by: User) -> Answers:
    """Whom the lines mean, inside the user's reach. Raises RuleError for none or more than LARGEST lines."""
    lines = split(text)
    if not lines:
        raise RuleError("请粘贴姓名或号码，每行一个")
    if len(lines) > LARGEST:
        raise RuleError(f"一次最多查找 {LARGEST} 个，现有 {len(lines)} 个。请分批粘贴")
    different = list(dict.fromkeys(lines))
    answers = [_answer(line, hits) for line, hits in _hits_of(different, by).items()]
    _with_people([answer for answer in answers if answer.keys], by)
    return Answers(
        [answer for answer in answers if answer.total == 1],
        [answer for answer in answers if answer.total > 1],
        [answer.text for answer in answers if not answer.total],
        len(lines) - len(different),
    )


def split(text: str) -> list[str]:
    """The pasted lines: separated by line ends, tabs, commas and the like, and by spaces between whole names or
    numbers. Spaces inside one name or number stay."""
    parts = []
    for chunk in _SEPARATORS.split(text):
        chunk = chunk.strip(" \u3000")
        spaced = re.split("[ \u3000]+", chunk)
        if _HAN_WORDS.fullmatch(chunk) or (len(spaced) > 1 and all(map(_WHOLE_CODES.fullmatch, spaced))):
            parts += spaced
        elif chunk:
            parts.append(chunk)
    return [part[:LONGEST_LINE] for part in parts]


@dataclass
class _Hits:
    """What the queries found for one line."""

    label: str
    keys: list[int] = field(default_factory=list)
    total: int = 0

    def add(self, key: int, total: int) -> None:
        if key not in self.keys:
            self.keys.append(key)
        self.total = max(self.total, total, len(self.keys))


def _answer(line: str, hits: _Hits) -> Answer:
    return Answer(line, hits.label, sorted(hits.keys)[:SHOWN], hits.total)


def _hits_of(lines: list[str], by: User) -> dict[str, _Hits]:
    """Line → hits, over all ways to read it."""
    wanted: dict[str, dict] = {kind: {} for kind in LOOK_UPS}
    hits = {}
    for line in lines:
        ways = _ways(line)
        hits[line] = _Hits("、".join(LABELS[kind] for kind, _ in ways) or LABELS["nothing"])
        for kind, value in ways:
            wanted[kind].setdefault(value, []).append(line)
    for kind, values in wanted.items():
        if values:
            for value, key, total in LOOK_UPS[kind](values, by):
                for line in values[value]:
                    hits[line].add(key, total)
    return hits


def _ways(line: str) -> list[tuple[str, str]]:
    """(kind, value) of every way to read a line that names one person."""
    ways = [(way.kind, way.text) for way in readings(line) if way.kind in LOOK_UPS]
    if not any(kind == "name" for kind, _ in ways) and not re.search("[0-9]", line):
        with contextlib.suppress(ValidationError):
            ways.insert(0, ("name", clean_name(line)))
    return ways


def _with_people(answers: list[Answer], by: User) -> None:
    """Fill in the records, with union, firm and document, for all answers at once."""
    keys = {key for answer in answers for key in answer.keys}
    people = queries.roll_of(by).in_bulk(keys) if keys else {}
    for answer in answers:
        answer.people = [people[key] for key in answer.keys if key in people]


def _numbered(rows, key: str, worker: str = "pk", standing: str = "standing") -> Iterable[tuple]:
    """(value, worker, how many) of rows by the value of ``key``: those on the roll before those who left, who
    count only where nobody else has the value, and no more than SHOWN of each."""
    gone = Q(**{standing: "left"})
    first = Case(When(gone, then=Value(1)), default=Value(0))
    found = rows.order_by().annotate(
        place=Window(RowNumber(), partition_by=F(key), order_by=[first, F(worker)]),
        present=Window(Count("pk", filter=~gone), partition_by=F(key)),
        everybody=Window(Count("pk"), partition_by=F(key)),
    )
    for value, person, place, present, everybody in found.filter(place__lte=SHOWN).values_list(
        key, worker, "place", "present", "everybody"
    ):
        if not present or place <= present:
            yield value, person, present or everybody


def _workers(by: User):
    return Worker.objects.visible_to(by)


def _of_workers(queryset, by: User):
    """Rows of people in reach, without the signs of merged ones."""
    return queryset.visible_to(by).filter(worker__merged_into=None)


def _by_name(values: dict, by: User):
    return _numbered(_workers(by).filter(name__in=values), "name")


def _by_phone(values: dict, by: User):
    indexes = {crypto.blind_index(value, purpose="phone"): value for value in values}
    rows = _workers(by).filter(phone_index__in=indexes, phone_index__isnull=False)
    return [
        (indexes[bytes(index)], key, 1) for index, key in rows.order_by().values_list("phone_index", "pk")
    ]


def _by_number(values: dict, by: User):
    indexes = {identity_index(kind, value): value for value in values for kind in DOCUMENT_TYPES}
    rows = _of_workers(IdentityDocument.objects, by).filter(number_index__in=indexes).order_by()
    return [(indexes[bytes(index)], key, 1) for index, key in rows.values_list("number_index", "worker")]


def _by_staff(values: dict, by: User):
    typed = {spelling: value for value in values for spelling in staff_spellings(value)}
    jobs = _of_workers(Employment.objects, by).on(timezone.localdate()).exclude(staff_number="")
    rows = _numbered(jobs.filter(staff_number__in=typed), "staff_number", "worker", "worker__standing")
    return [(typed[value], key, total) for value, key, total in rows]


def _by_tail(values: dict, by: User):
    documents = _of_workers(IdentityDocument.objects, by).filter(number_tail__in=values)
    yield from _numbered(_workers(by).filter(phone_tail__in=values).exclude(phone_tail=""), "phone_tail")
    yield from _numbered(documents, "number_tail", "worker", "worker__standing")


LOOK_UPS = {
    "name": _by_name,
    "phone": _by_phone,
    "number": _by_number,
    "staff": _by_staff,
    "tail": _by_tail,
}
