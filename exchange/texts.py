"""Texts of coded columns that mean nothing to us until a person says what: found, explained, remembered."""

from collections import defaultdict
from dataclasses import dataclass, field

from core.characters import TextError
from core.exchange import SHOWN_LENGTH, Column, Exchange
from exchange.models import ImportRun, TextMemory
from exchange.staging import staged

SHOWN_TEXTS = 30  # of one column; more than that is hardly a column of codes
MANY_OPTIONS = 60  # more are typed with the browser's help instead of chosen from a list
NAMED_TEXTS = 6

_UNKNOWN = """
SELECT p ->> 'code', p ->> 'value', count(DISTINCT r.number)
FROM {rows} r, jsonb_array_elements(r.problems) p
WHERE {of_run} AND r.verdict <> 'skipped' AND p ->> 'code' = ANY(%(codes)s)
    AND p ->> 'value' <> '' AND length(p ->> 'value') <= %(longest)s
GROUP BY 1, 2 ORDER BY 3 DESC, 2 LIMIT 2000
"""
_AFFECTED = """
SELECT DISTINCT r.number FROM {rows} r, jsonb_array_elements(r.problems) p
WHERE {of_run} AND r.verdict <> 'skipped' AND (p ->> 'code') || E'\\t' || (p ->> 'value') = ANY(%(wanted)s)
ORDER BY 1
"""


@dataclass
class UnknownText:
    """A text of one column, with all its spellings, that no code has."""

    text: str
    rows: int
    spellings: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class UnknownTexts:
    """The unknown texts of one column, the most frequent first, and what they may mean."""

    attribute: str
    title: str
    options: list[tuple[str, str]]
    texts: list[UnknownText]
    more: int = 0

    @property
    def has_many_options(self) -> bool:
        """True when the meaning is typed, with a list of suggestions."""
        return len(self.options) > MANY_OPTIONS


def texts_of(run: ImportRun) -> dict[str, dict[str, str]]:
    """What further texts mean in the run's file: attribute → key → value. What was said for this run wins over
    what is remembered for its union."""
    found = defaultdict(dict)
    remembered = TextMemory.objects.filter(kind=run.kind, union=run.union)
    for attribute, key, value in remembered.values_list("attribute", "key", "value"):
        found[attribute][key] = value
    for attribute, texts in run.layout.get("texts", {}).items():
        found[attribute] |= texts
    return dict(found)


def unknown_texts(run: ImportRun, kind: Exchange) -> list[UnknownTexts]:
    """The unknown texts of each column of a checked run; ``kind`` is prepared."""
    return [
        UnknownTexts(
            attribute,
            kind.column(attribute).column_name,
            kind.column(attribute).widget.options(),
            texts[:SHOWN_TEXTS],
            more=max(len(texts) - SHOWN_TEXTS, 0),
        )
        for attribute, texts in spelled(run, kind).items()
    ]


def spelled(run: ImportRun, kind: Exchange) -> dict[str, list[UnknownText]]:
    """Attribute → its unknown texts; spellings that the column holds for equal are one text."""
    columns = kind.learning
    codes = {code: attribute for attribute in columns for code in cured_codes(attribute, columns[attribute])}
    found: dict[str, dict[str, UnknownText]] = defaultdict(dict)
    rows = staged(run).fetch(_UNKNOWN, codes=list(codes), longest=SHOWN_LENGTH) if codes else []
    for code, value, count in rows:
        attribute = codes[code]
        key = key_of(columns[attribute], value)
        if key:
            text = found[attribute].setdefault(key, UnknownText(value, 0))
            text.rows += count
            text.spellings.append((code, value))
    ordered = [attribute for attribute in columns if attribute in found]
    return {
        attribute: sorted(found[attribute].values(), key=lambda text: -text.rows) for attribute in ordered
    }


def affected_rows(run: ImportRun, spellings: list[tuple[str, str]]) -> list[int]:
    """Numbers of the rows with a problem of one of these codes and values."""
    wanted = ["\t".join(spelling) for spelling in spellings]
    return [number for (number,) in staged(run).fetch(_AFFECTED, wanted=wanted)] if wanted else []


def cured_codes(attribute: str, column: Column) -> list[str]:
    """Codes of the problems that go when a text of the column is explained."""
    return [f"{attribute}.{code}" for code in getattr(column.widget, "cures", ())]


def key_of(column: Column, text: str) -> str:
    """The form in which the column holds two texts for equal; empty for what cannot be read."""
    try:
        return column.widget.key_of(text)
    except TextError:
        return ""


def notice_of_use(kind: Exchange) -> list[str]:
    """A sentence about the texts that were read as a person once said, if any."""
    used = []
    for column in kind.learning.values():
        widget = column.widget
        names = widget.labels({str(widget.learned[key]) for key in widget.used}, by=kind.by)
        used += [
            f"{column.column_name}“{key}”读作“{names.get(str(widget.learned[key]), '')}”"
            for key in sorted(widget.used)
        ]
    if not used:
        return []
    more = f"等 {len(used)} 种" if len(used) > NAMED_TEXTS else ""
    return [f"已按指定的写法读取：{'；'.join(used[:NAMED_TEXTS])}{more}"]
