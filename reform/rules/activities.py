"""How the facts of activities are cleaned."""

from collections.abc import Callable
from functools import partial

from core.text import clean_lines, clean_short

ACTIVITY_TABLES = {"kind": "activity_kind"}
# Kinds that indicators count (code table activity_kind): B5, B6, B7; C24 with C25; H4, H5, H6.
THEME, CRAFT, LEARNING, NETCULTURE = "THEME", "CRAFT", "LEARNING", "NETCULTURE"
PUBLICITY, ARTS, MODEL = "PUBLICITY", "ARTS", "MODEL"
ACTIVITY_CLEANERS: dict[str, Callable] = {
    "title": partial(clean_short, longest=100),
    "place": partial(clean_short, longest=100),
    "hosts": partial(clean_short, longest=200),
    "note": clean_lines,
}
