"""Cells of a row that says only what was edited (``Exchange.amend``)."""

from django.core.exceptions import ValidationError

from core.characters import as_text
from core.exchange import ERROR_CELLS, Exchange, Problems, error_cell


def clean_edited(kind: Exchange, texts: dict, problems: Problems) -> tuple[dict, dict, list[str]]:
    """Cleaned values, what stood in their cells, and the attributes whose cells were emptied."""
    values, raw, emptied = {}, {}, []
    for attribute, cell in texts.items():
        column = kind.column(attribute)
        try:
            if cell in ERROR_CELLS:
                error_cell(cell)
            value = column.widget.clean(cell) if as_text(cell).strip() else None
        except ValidationError as error:
            problems.refuse(column, cell, error)
            continue
        if value is not None and value != "":
            values[attribute], raw[attribute] = value, cell
        elif column.blank == "error":
            problems.blank(column)
        else:
            emptied.append(attribute)
    return values, raw, emptied
