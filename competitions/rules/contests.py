"""How the facts of contests, events and stages are cleaned, for pages and imports alike."""

from collections.abc import Callable
from functools import partial

from core.text import clean_label, clean_lines, clean_short

CONTEST_TABLES = {"level": "competition_level"}
EVENT_TABLES = {"aims_at": "skill_level", "least_level": "skill_level"}
CONTEST_CLEANERS: dict[str, Callable] = {
    "title": partial(clean_short, longest=100),
    "hosts": partial(clean_short, longest=200),
    "organisers": partial(clean_short, longest=200),
    "document_number": partial(clean_short, longest=50),
    "place": partial(clean_short, longest=100),
    "note": clean_lines,
}
EVENT_CLEANERS: dict[str, Callable] = {
    "title": partial(clean_short, longest=100),
    "trade": partial(clean_label, longest=50),
    "standard": partial(clean_short, longest=200),
}
STAGE_CLEANERS: dict[str, Callable] = {
    "title": partial(clean_short, longest=50),
    "place": partial(clean_short, longest=100),
}
WHOLE = 100  # percent that the stages of an event add up to
