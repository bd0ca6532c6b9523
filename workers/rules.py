"""How the facts about a person are cleaned and checked: the same functions for pages, imports and seeds."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import ValidationError

from core import crypto
from core.characters import as_text, refusal
from core.codes import names
from core.errors import RuleError
from core.idnumbers import (
    CITIZEN_PAPERS,
    HONG_KONG_PASSPORT,
    MACAO_PASSPORT,
    OFFICER,
    PASSPORT,
    PASSPORTS,
    DocumentCheck,
    check_age,
    check_document,
    compare_declared,
    identity_key,
)
from core.text import clean_name, clean_phone, clean_short, clean_text, mask_name, mask_number, mask_phone

SHORTEST_REASON = 4
_LONG_NUMBER = re.compile("[0-9]{6}")
LONGEST_VALIDITY = 50  # years; later is a slip of the pen
HOME_OF_PASSPORT = {HONG_KONG_PASSPORT: "HKG", MACAO_PASSPORT: "MAC"}


def naming(error: ValidationError, shown: str) -> ValidationError:
    """The same refusal with the value it is about, masked."""
    if shown:
        error.message = f"{error.message}（所填：{shown}）"
    return error


def clean_own_phone(value) -> str:
    """A cleaned phone number. Raises TextError that names the value, masked."""
    try:
        return clean_phone(value)
    except ValidationError as error:
        raise naming(error, mask_phone(as_text(value).strip()[:40]))


def clean_own_name(value) -> str:
    """A cleaned name. Raises TextError that names the value, masked, or says that nothing is left of it."""
    try:
        name = clean_name(value)
    except ValidationError as error:
        raise naming(error, mask_name(as_text(value).strip()[:10]))
    if not name:
        raise refusal("blank", "没有填写姓名", "请填写证件上的姓名")
    return name


PERSON_CLEANERS = {
    "name": clean_own_name,
    "phone": clean_own_phone,
    "household_place": partial(clean_short, longest=100),
    "native_place": partial(clean_short, longest=50),
}
# Says nothing about where the person is on the roll; the town union learns it from the audit trail.
ELSEWHERE = "该人员无法在此录入，已告知镇总工会。"


class KnownPerson(RuleError):
    """The number belongs to ``worker``, whose record this user may open."""

    def __init__(self, worker):
        self.worker = worker
        super().__init__({"number": ["该证件号码已在名册中。请打开其记录办理，不要重复登记。"]})


class NeedsConfirmation(RuleError):
    """The facts are possible but unlikely; the user must tick that they were checked."""

    def __init__(self, warnings):
        self.warnings = list(warnings)
        super().__init__([*self.warnings, "请核对；如属实，请勾选“已核对”后重新提交。"], code="confirm")


@dataclass(frozen=True)
class Identity:
    """A checked document with the birth date and sex to store, and warnings that need a tick.

    ``country`` (ISO 3166-1 alpha-3) and ``expires_on`` are for passports and permits.
    """

    doc_type: str
    number: str
    birth_date: dt.date | None
    sex: str
    warnings: tuple[str, ...]
    country: str = ""
    expires_on: dt.date | None = None

    @property
    def index(self) -> bytes:
        """The blind index that makes type + number unique, over the papers of a citizen number alike."""
        return identity_index(self.doc_type, self.number)


def identity_index(doc_type: str, number: str) -> bytes:
    """Blind index of a normalised number of a document type; see ``core.idnumbers.identity_key``."""
    return crypto.blind_index(identity_key(doc_type, number), purpose="identity")


def phone_columns(phone: str) -> dict:
    """The three columns that hold a cleaned phone number; all empty for an empty one."""
    if not phone:
        return {"phone": None, "phone_index": None, "phone_tail": ""}
    return {
        "phone": phone,
        "phone_index": crypto.blind_index(phone, purpose="phone"),
        "phone_tail": phone[-4:],
    }


def check_identity(
    *,
    doc_type: str,
    number: str,
    birth_date: dt.date | None,
    sex: str,
    on: dt.date,
    country: str = "",
    expires_on: dt.date | None = None,
) -> Identity:
    """Check a document against itself and the declared facts (domain facts 5). Raises RuleError by field.

    A blank birth date or sex is taken from the number; a declared one is never replaced.
    """
    try:
        check = check_document(doc_type, number, on=on)
    except ValidationError as error:
        field = "doc_type" if getattr(error, "code", "") in ("unknown_type", "children_only") else "number"
        raise RuleError({field: naming(error, mask_number(as_text(number).strip()[:40]))})
    refuse_disagreement(check, birth_date=birth_date, sex=sex)
    country = check_paper(doc_type, country=country, expires_on=expires_on, on=on)
    warnings = check.warnings
    if check.birth_date is None and birth_date:
        warnings += age_warnings(birth_date, on=on)
    known_sex = sex if sex in ("1", "2") else check.sex or sex or "0"
    if expires_on and expires_on < on:
        warnings += (f"该证件已于 {expires_on} 过期，请核对是否已换新证。",)
    born = birth_date or check.birth_date
    return Identity(doc_type, check.number, born, known_sex, warnings, country, expires_on)


def check_paper(doc_type: str, *, country: str, expires_on: dt.date | None, on: dt.date) -> str:
    """The country to store beside a number: passports need country and expiry (domain facts 5.2), permits may
    have them, papers of a citizen have neither. Raises RuleError by field."""
    faults = {}
    country = country or HOME_OF_PASSPORT.get(doc_type, "")
    if doc_type == PASSPORT and not country:
        faults["country"] = "普通护照须填写签发国家或地区，见护照资料页"
    elif country and doc_type in (*CITIZEN_PAPERS, OFFICER):
        faults["country"] = "这类证件不填签发国家或地区，请留空"
    elif country and country not in names("country"):
        faults["country"] = f"没有代码为“{country[:3]}”的国家或地区，请从列表中选择"
    if doc_type in PASSPORTS and expires_on is None:
        faults["expires_on"] = "护照须填写有效期至，见护照资料页"
    elif expires_on and not 1990 <= expires_on.year <= on.year + LONGEST_VALIDITY:
        faults["expires_on"] = f"有效期至“{expires_on}”不合常理，请对照证件核对年份"
    if faults:
        raise RuleError(faults)
    return country


def age_warnings(birth_date: dt.date, *, on: dt.date) -> tuple[str, ...]:
    """Warnings about a declared birth date. Raises RuleError at the field for the impossible."""
    try:
        return tuple(check_age(birth_date, on=on))
    except ValidationError as error:
        raise RuleError({"birth_date": error})


def refuse_disagreement(check: DocumentCheck, *, birth_date: dt.date | None, sex: str) -> None:
    """Raise RuleError at the declared fields that the number contradicts."""
    found = compare_declared(check, birth_date=birth_date, sex=sex)
    if found:
        raise RuleError({fault.field: fault.message for fault in found})


def stated_reason(text: str, field: str) -> str:
    """A reason that goes into the trail. Raises RuleError at the field when it says nothing or holds a number."""
    text = clean_text(text)
    if len(text) < SHORTEST_REASON:
        raise RuleError({field: "请写明事由（至少 4 个字），说清为什么这样办理"})
    if _LONG_NUMBER.search(text):
        raise RuleError({field: "事由会记入日志，请不要写证件号码或电话号码"})
    return text[:200]
