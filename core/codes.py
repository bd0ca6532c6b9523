"""Reading code tables and legal numbers, and loading the ones that come with the software."""

import csv
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from core.data_groups import load_data_groups
from core.errors import RuleError
from core.models import Code, CodeAlias, CodeRelease, Definition, LegalNumber

DATA = Path(__file__).parent / "data"
# GB/T 4658: the tens digit is the group. Pages offer groups, records may hold the finer code (domain facts 6).
GROUPED = frozenset(["education"])


def codes_in(table: str, *, on: dt.date | None = None):
    """The codes of a table that may be entered on the day (today by default), in order."""
    return Code.objects.filter(_in_use(on or timezone.localdate()), table=table)


def choices(table: str) -> list[tuple[str, str]]:
    """(code, name) pairs of every code that may be entered."""
    return list(codes_in(table).values_list("code", "name"))


def offered(table: str, *, stored: str = "") -> list[tuple[str, str]]:
    """(code, name) pairs for a form field: groups where a table has them, local codes, and the code that the
    record holds already, however fine or long withdrawn."""
    found = [
        (code, name)
        for code, name, is_local in codes_in(table).values_list("code", "name", "is_local")
        if table not in GROUPED or is_local or code.endswith("0")
    ]
    if stored and stored not in dict(found):
        found.insert(0, (stored, names(table).get(stored, stored)))
    return found


def names(table: str) -> dict[str, str]:
    """Code → name, withdrawn codes included: old records keep their names."""
    return dict(Code.objects.filter(table=table).values_list("code", "name"))


@dataclass(frozen=True)
class CodeTable:
    """A table as it stands on a day: rows of ``Code`` in order, with ``is_usable`` as of ``codes_in``, and (text, code)
    of its aliases."""

    rows: list
    aliases: list[tuple[str, str]]
    day: dt.date

    @cached_property
    def usable(self) -> list:
        """The rows that may be entered on the day."""
        return [row for row in self.rows if row.is_usable]

    def names(self) -> dict[str, str]:
        """As the function of this name."""
        return {row.code: row.name for row in self.rows}

    @cached_property
    def texts(self) -> dict[str, str]:
        """Every text that means a code which may be entered → the code: names, aliases and the codes themselves."""
        codes = {row.code: row.code for row in self.usable}
        aliases = {text: code for text, code in self.aliases if code in codes}
        return codes | aliases | {row.name: row.code for row in self.usable}

    def refused_texts(self) -> dict[str, str]:
        """Every text that means a code which may not be entered → why, as part of a sentence."""
        refused = [row for row in self.rows if not row.is_usable]
        reasons = {row.code: _out_of_use(row, self.day) for row in refused}
        return (
            reasons
            | {row.name: reasons[row.code] for row in refused}
            | {text: reasons[code] for text, code in self.aliases if code in reasons}
        )


def read_tables(tables: Iterable[str]) -> dict[str, CodeTable]:
    """Tables as they stand today, by name, in two statements."""
    wanted, day = set(tables), timezone.localdate()
    found = {table: CodeTable([], [], day) for table in wanted}
    columns = ("table", "code", "name", "valid_from", "valid_to", "is_local", "is_usable")
    rows = Code.objects.filter(table__in=wanted)
    rows = rows.annotate(is_usable=ExpressionWrapper(_in_use(day), BooleanField()))
    for row in rows.values_list(*columns, named=True):
        found[row.table].rows.append(row)
    for table, text, code in CodeAlias.objects.filter(table__in=wanted).values_list("table", "text", "code"):
        found[table].aliases.append((text, code))
    return found


def refuse_unusable(facts: Mapping, tables: Mapping[str, str], *, stored=None) -> None:
    """Raise RuleError by field for coded ``facts`` that may not be entered today; ``tables`` names the table of
    a field. A code that the record ``stored`` holds already may stay."""
    new = {name for name in facts.keys() & tables.keys() if facts[name]}
    new = {name: str(facts[name]) for name in new if facts[name] != getattr(stored, name, None)}
    if not new:
        return
    day = timezone.localdate()
    rows = Code.objects.filter(table__in={tables[name] for name in new}, code__in=new.values())
    found = {(row.table, row.code): row for row in rows}
    faults = {}
    for name, value in new.items():
        code = found.get((tables[name], value))
        if code is None:
            faults[name] = f"没有代码为“{value[:20]}”的选项。请从列表中选择。"
        elif (code.valid_to and code.valid_to <= day) or (code.valid_from and code.valid_from > day):
            faults[name] = f"“{code.name}”{_out_of_use(code, day)}。请从列表中另选。"
    if faults:
        raise RuleError(faults)


def legal_number(code: str, *, on: dt.date) -> Decimal:
    """The value in force on the day. Raises ImproperlyConfigured when the number is not loaded."""
    value = number_if_set(code, on=on)
    if value is None:
        raise ImproperlyConfigured(f"legal number {code!r} is not loaded: run load_reference_data")
    return value


def number_if_set(code: str, *, on: dt.date) -> Decimal | None:
    """The value in force on the day; None while nobody has entered one (limits whose source is not confirmed)."""
    row = LegalNumber.objects.filter(code=code, valid_from__lte=on).order_by("-valid_from").first()
    return None if row is None else row.value


@transaction.atomic
def load_reference_data() -> dict[str, int]:
    """Insert or refresh the code tables, aliases, definitions and legal numbers in ``core/data``.

    A table whose file differs from the last one loaded gets a new ``CodeRelease``. What the office added or
    changed stays: local codes and aliases, names it gave, days from which it withdrew a code, wordings of
    definitions. Returns how many rows of each kind the files hold. Safe to run at every start.
    """
    with connection.cursor() as cursor:  # two processes that start together would insert the same rows
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('core.load_reference_data'))")
    latest = dict(CodeRelease.objects.order_by("pk").values_list("table", "digest"))
    found = {"codes": 0}
    for path in sorted((DATA / "codes").glob("*.csv")):
        rows, digest = _rows(path), hashlib.sha256(path.read_bytes()).hexdigest()
        found["codes"] += len(rows)
        if latest.get(path.stem) != digest:
            _load_table(path.stem, rows)
            CodeRelease.objects.create(table=path.stem, digest=digest, rows=len(rows))
    found["aliases"] = _load_aliases()
    found["legal numbers"] = _load_numbers()
    definitions = [Definition(**row) for row in _rows(DATA / "definitions.csv")]
    Definition.objects.bulk_create(definitions, ignore_conflicts=True)
    return found | {"definitions": len(definitions), "data groups": load_data_groups()}


def _in_use(day: dt.date) -> Q:
    """May be entered on the day: ``valid_to`` is the first day on which it may not."""
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _out_of_use(code, day: dt.date) -> str:
    if code.valid_to and code.valid_to <= day:
        return f"已于 {code.valid_to} 停用"
    return f"自 {code.valid_from} 起才能使用"


def _load_table(table: str, rows: list[dict[str, str]]) -> None:
    """Bring one table to the state of its file; codes that left the file are withdrawn from today."""
    known = {code.code: code for code in Code.objects.select_for_update().filter(table=table)}
    arriving, kept = [], []
    for row in rows:
        code = known.pop(row["code"], None) or Code(table=table, code=row["code"])
        if code.is_local:
            continue
        if code.name == code.shipped_name or not code.shipped_name:
            code.name = row["name"]
        code.shipped_name, code.rank, code.standard = row["name"], int(row["rank"] or 0), row["standard"]
        (kept if code.pk else arriving).append(code)
    Code.objects.bulk_create(arriving)
    Code.objects.bulk_update(kept, ["name", "shipped_name", "rank", "standard"])
    gone = [code.pk for code in known.values() if not code.is_local]
    Code.objects.filter(pk__in=gone, valid_to=None).update(valid_to=timezone.localdate())


def _load_aliases() -> int:
    rows = _rows(DATA / "code_aliases.csv")
    local = set(CodeAlias.objects.filter(is_local=True).values_list("table", "text"))
    shipped = [CodeAlias(**row) for row in rows if (row["table"], row["text"]) not in local]
    CodeAlias.objects.bulk_create(
        shipped, update_conflicts=True, unique_fields=["table", "text"], update_fields=["code"]
    )
    return len(rows)


def _load_numbers() -> int:
    numbers = [LegalNumber(**row) for row in _rows(DATA / "legal_numbers.csv")]
    LegalNumber.objects.bulk_create(
        numbers,
        update_conflicts=True,
        unique_fields=["code", "valid_from"],
        update_fields=["title", "value", "unit", "source"],
    )
    return len(numbers)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
