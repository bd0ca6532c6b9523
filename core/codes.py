"""Reading code tables and legal numbers, and loading the ones that come with the software."""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.models import Code, CodeAlias, LegalNumber

DATA = Path(__file__).parent / "data"


def codes_in(table: str, *, on: dt.date | None = None):
    """The codes of a table that may be entered on the day (today by default), in order."""
    day = on or timezone.localdate()
    return Code.objects.filter(table=table).filter(
        Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day)
    )


def choices(table: str) -> list[tuple[str, str]]:
    """(code, name) pairs for a form field."""
    return list(codes_in(table).values_list("code", "name"))


def names(table: str) -> dict[str, str]:
    """Code → name, withdrawn codes included: old records keep their names."""
    return dict(Code.objects.filter(table=table).values_list("code", "name"))


def texts(table: str) -> dict[str, str]:
    """Every text that means a code of the table → the code: names, aliases and the codes themselves."""
    found = {code: code for code in codes_in(table).values_list("code", flat=True)}
    found |= dict(CodeAlias.objects.filter(table=table).values_list("text", "code"))
    found |= dict(codes_in(table).values_list("name", "code"))
    return found


def legal_number(code: str, *, on: dt.date) -> Decimal:
    """The value in force on the day. Raises ImproperlyConfigured when the number is not loaded."""
    row = LegalNumber.objects.filter(code=code, valid_from__lte=on).order_by("-valid_from").first()
    if row is None:
        raise ImproperlyConfigured(f"legal number {code!r} is not loaded: run load_reference_data")
    return row.value


@transaction.atomic
def load_reference_data() -> dict[str, int]:
    """Insert or refresh the code tables, aliases and legal numbers in ``core/data``; local codes stay.

    Returns how many rows of each kind the files hold. Safe to run at every start.
    """
    codes = [
        Code(
            table=path.stem,
            code=row["code"],
            name=row["name"],
            rank=int(row["rank"] or 0),
            standard=row["standard"][:200],
        )
        for path in sorted((DATA / "codes").glob("*.csv"))
        for row in _rows(path)
    ]
    aliases = [CodeAlias(**row) for row in _rows(DATA / "code_aliases.csv")]
    numbers = [LegalNumber(**row) for row in _rows(DATA / "legal_numbers.csv")]
    Code.objects.bulk_create(
        codes,
        update_conflicts=True,
        unique_fields=["table", "code"],
        update_fields=["name", "rank", "standard"],
    )
    CodeAlias.objects.bulk_create(
        aliases, update_conflicts=True, unique_fields=["table", "text"], update_fields=["code"]
    )
    LegalNumber.objects.bulk_create(
        numbers,
        update_conflicts=True,
        unique_fields=["code", "valid_from"],
        update_fields=["title", "value", "unit", "source"],
    )
    return {"codes": len(codes), "aliases": len(aliases), "legal numbers": len(numbers)}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
