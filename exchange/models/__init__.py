"""Import runs with their sheets, rows and effects, exports, and what the desk remembers."""

from exchange.models.exports import Export
from exchange.models.heads import SheetHeads
from exchange.models.leavers import ImportLeaver
from exchange.models.memories import ColumnMemory, TextMemory
from exchange.models.runs import COUNTS, ImportEffect, ImportRow, ImportRun, upload_path

__all__ = [
    "COUNTS",
    "ColumnMemory",
    "Export",
    "ImportEffect",
    "ImportLeaver",
    "ImportRow",
    "ImportRun",
    "SheetHeads",
    "TextMemory",
    "upload_path",
]
