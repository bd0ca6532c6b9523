"""Official documents as PDF: ``pdf.render(template, context, title=…)`` gives the bytes."""

from core.pdf.errors import (
    ForbiddenResourceError,
    IncompleteDocumentError,
    MissingGlyphError,
    PrintError,
    UnsafeDocumentError,
)
from core.pdf.inspection import Inspection, inspect, page_count
from core.pdf.printing import render, render_html, require_engine

__all__ = [
    "ForbiddenResourceError",
    "IncompleteDocumentError",
    "Inspection",
    "MissingGlyphError",
    "PrintError",
    "UnsafeDocumentError",
    "inspect",
    "page_count",
    "render",
    "render_html",
    "require_engine",
]
