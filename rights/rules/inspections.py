"""How the facts of inspections and hazards are cleaned."""

from collections.abc import Callable
from functools import partial

from core.text import clean_lines, clean_short

HAZARD_TABLES = {"level": "hazard_level"}
INSPECTION_CLEANERS: dict[str, Callable] = {
    "inspectors": partial(clean_short, longest=100),
    "scope": partial(clean_short, longest=200),
    "note": clean_lines,
}
HAZARD_CLEANERS: dict[str, Callable] = {
    name: partial(clean_short, longest=300) for name in ("what", "proposal", "reply", "recheck")
}
