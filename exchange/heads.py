"""The first rows of a run's sheets, kept aside by the check for the page where columns are chosen."""

import json

from exchange import staging
from exchange.models import ImportRun, SheetHeads

KEPT_ROWS = 60
KEPT_TEXT = 500  # characters of a cell; no title is longer
KEPT_SIZE = 200_000  # characters of a sheet


def keep_heads(run: ImportRun, sheets: list[dict]) -> None:
    """Seal the heads of the sheets, as the reader described them, beside the run."""
    kept = staging.compact([_shortened(sheet) for sheet in sheets if sheet["head"]])
    SheetHeads.objects.update_or_create(run=run, defaults={"sheets": kept})


def heads_of(run: ImportRun) -> list[dict]:
    """The sheets as they were kept; empty when the run has forgotten them or never read its file."""
    kept = SheetHeads.objects.filter(run=run).first()
    return json.loads(kept.sheets) if kept else []


def _shortened(sheet: dict) -> dict:
    head, size = [], 0
    for number, cells in sheet["head"][:KEPT_ROWS]:
        cells = [cell[:KEPT_TEXT] if isinstance(cell, str) else cell for cell in cells]
        size += sum(len(cell) if isinstance(cell, str) else 8 for cell in cells)
        if head and size > KEPT_SIZE:
            break
        head.append([number, cells])
    last = head[-1][0]
    merged = [area for area in sheet.get("merged", []) if area[0] <= last]
    return {**sheet, "head": head, "merged": merged}
