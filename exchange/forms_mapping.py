"""What the pages about columns and texts send."""

from exchange.services import Choice

COLUMN, CONSTANT = "column-", "constant-"
LONGEST = 100


def number_of(text: str | None, default: int) -> int:
    """A small whole number out of a query string or form."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 7 else default


def place_of_query(query, place: tuple[int, int, int]) -> tuple[int, int, int]:
    """Sheet and header rows that the query string asks for. Rows only count for the sheet they were shown of; when
    the first row alone was moved, the header keeps its height."""
    sheet = number_of(query.get("sheet"), place[0])
    if query.get("shown") not in (None, str(sheet)):
        return sheet, 0, 0
    first = number_of(query.get("first_row"), place[1] if sheet == place[0] else 0)
    last = number_of(query.get("last_row"), place[2] if sheet == place[0] else first)
    was_first, was_last = (number_of(query.get(name), -1) for name in ("shown_first", "shown_last"))
    if first != was_first and last == was_last and -1 not in (was_first, was_last):
        last = first + was_last - was_first
    return sheet, first, max(first, last)


def choice_of_form(form) -> Choice | None:
    """What was chosen; None when the form names no sheet and rows."""
    numbers = [number_of(form.get(name), -1) for name in ("sheet", "first_row", "last_row")]
    if -1 in numbers:
        return None
    columns = {
        number_of(name.removeprefix(COLUMN), -1): form[name] for name in form if name.startswith(COLUMN)
    }
    columns.pop(-1, None)
    constants = {
        name.removeprefix(CONSTANT): form[name].strip()[:LONGEST]
        for name in form
        if name.startswith(CONSTANT)
    }
    constants = {name: text for name, text in constants.items() if text}
    return Choice(*numbers, columns=columns, skip_hidden="skip_hidden" in form, constants=constants)


def pairs_of_form(form) -> list[tuple[str, str, str]]:
    """(attribute, text, meaning) of each line of the form; lines that do not fit together are dropped."""
    lists = [form.getlist(name) for name in ("attribute", "text", "meaning")]
    return list(zip(*lists, strict=False)) if len({len(found) for found in lists}) == 1 else []
