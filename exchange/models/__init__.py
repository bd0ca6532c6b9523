"""Import runs with their rows and effects, exports, and what the desk remembers."""

from exchange.models.exports import Export
from exchange.models.memories import ColumnMemory, TextMemory
from exchange.models.runs import COUNTS, ImportEffect, ImportRow, ImportRun, upload_path

__all__ = [
    "COUNTS",
    "ColumnMemory",
    "Export",
    "ImportEffect",
    "ImportRow",
    "ImportRun",
    "TextMemory",
    "upload_path",
]
