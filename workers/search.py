"""One search box for the roll: what the user typed decides which index answers.

Nothing is decrypted: full numbers are asked by blind index, tails and names by plain indexed columns.
"""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Cast

from core import crypto
from core.bigrams import bigram_query
from core.characters import HAN
from core.idnumbers import DOCUMENT_TYPES
from core.pinyin import pinyin_query
from core.text import clean_name, clean_number, clean_phone, clean_text
from workers.models import IdentityDocument, Worker
from workers.rules import identity_index

LONGEST = 60
_CONTEXT = "workers:search"
_HAN = re.compile(f"[{HAN}]")
_TAIL = re.compile("[0-9]{4}|[0-9]{3}X")
_MOBILE = re.compile("1[3-9][0-9]{9}")
_NUMBER = re.compile("(?=.*[0-9])[0-9A-Z]{5,30}")
_LETTERS = re.compile("[a-z]+")
_FOLDED = " ·"


@dataclass(frozen=True)
class Search:
    """How a typed text is looked for; ``kind`` is phone, number, tail, name, pinyin or nothing."""

    text: str
    kind: str
    label: str


LABELS = {
    "phone": "按手机号码",
    "number": "按证件号码",
    "tail": "按手机或证件末四位",
    "name": "按姓名",
    "pinyin": "按姓名拼音",
    "nothing": "无法识别",
}


def read(text: str) -> Search:
    """Decide how to look for the text; never raises."""
    try:
        cleaned = clean_text(text)[:LONGEST]
        number = clean_number(cleaned).upper()
    except ValidationError:
        return Search("", "nothing", LABELS["nothing"])
    kind = _kind(cleaned, number)
    value = {"name": _name(cleaned), "pinyin": pinyin_query(cleaned), "phone": _mobile(number)}.get(
        kind, number
    )
    return Search(value, kind, LABELS[kind])


def search(queryset, text: str):
    """Rows of ``queryset`` that the text finds; none when it cannot be read."""
    asked = read(text)
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


def _kind(text: str, number: str) -> str:
    if _HAN.search(text):
        return "name"
    if _TAIL.fullmatch(number):
        return "tail"
    if _mobile(number):
        return "phone"
    if _NUMBER.fullmatch(number):
        return "number"
    return "pinyin" if _LETTERS.fullmatch(pinyin_query(text)) else "nothing"


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


def _nothing(queryset, text: str):
    return queryset.none()


CONDITIONS = {
    "phone": _by_phone,
    "number": _by_number,
    "tail": _by_tail,
    "name": _by_name,
    "pinyin": _by_pinyin,
    "nothing": _nothing,
}
