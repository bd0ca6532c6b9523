"""How the facts about a person are cleaned and checked: the same functions for pages, imports and seeds."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from core import crypto
from core.errors import RuleError
from core.idnumbers import DocumentCheck, check_age, check_document, compare_declared
from core.text import clean_name, clean_phone, clean_text

PERSON_CLEANERS = {
    "name": clean_name,
    "phone": clean_phone,
    "household_place": clean_text,
    "native_place": clean_text,
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
    """A checked document with the birth date and sex to store, and warnings that need a tick."""

    doc_type: str
    number: str
    birth_date: dt.date | None
    sex: str
    warnings: tuple[str, ...]

    @property
    def index(self) -> bytes:
        """The blind index that makes type + number unique."""
        return identity_index(self.doc_type, self.number)


def identity_index(doc_type: str, number: str) -> bytes:
    """Blind index of a normalised number of a document type."""
    return crypto.blind_index(f"{doc_type}:{number}", purpose="identity")


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
    *, doc_type: str, number: str, birth_date: dt.date | None, sex: str, on: dt.date
) -> Identity:
    """Check a document against itself and the declared facts (domain facts 5). Raises RuleError by field.

    A blank birth date or sex is taken from the number; a declared one is never replaced.
    """
    try:
        check = check_document(doc_type, number, on=on)
    except ValidationError as error:
        field = "doc_type" if getattr(error, "code", "") == "unknown_type" else "number"
        raise RuleError({field: error})
    refuse_disagreement(check, birth_date=birth_date, sex=sex)
    warnings = check.warnings
    if check.birth_date is None and birth_date:
        warnings += age_warnings(birth_date, on=on)
    known_sex = sex if sex in ("1", "2") else check.sex or sex or "0"
    return Identity(doc_type, check.number, birth_date or check.birth_date, known_sex, warnings)


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
