"""Rows of the roll. A page has five hundred cells: written here they take a tenth of what included templates do."""

from django import template
from django.utils.html import format_html, format_html_join

from workers.as_at import person_of, standing_of
from workers.selections import pack

register = template.Library()

LINE = "—"
CLIPPED = ("union", "employer", "household_place")
TONES = {"member": "success", "retained": "info", "none": "warning"}


@register.simple_tag
def worker_cells(columns, worker, names: dict):
    """The cells of one person: a column of core.listing each, the name as a link, long texts clipped."""
    return format_html_join("", "{}", ((_cell(column, worker, names),) for column in columns))


@register.simple_tag
def cells_as_at(columns, row, names: dict, reachable: set[int]):
    """The cells of one person on a day. The name is a link only where the record is in the reader's reach today."""
    return format_html_join("", "{}", ((_cell_as_at(column, row, names, reachable),) for column in columns))


@register.filter
def packed(key: int) -> str:
    """A person's key as the value of ``people=``."""
    return pack([key])


def _cell(column, worker, names: dict):
    value = column.value(worker, names)
    if column.key == "name":
        address = worker.get_absolute_url()
        return format_html(
            '<th scope="row" class="card-title nowrap"><a href="{}">{}</a></th>', address, value
        )
    if column.key == "standing":
        return _tag(column.title, worker.standing, value)
    return _plain_cell(column, value)


def _cell_as_at(column, row, names: dict, reachable: set[int]):
    value = column.value(row, names)
    if column.key == "name":
        person = person_of(row)
        link = format_html('<a href="{}">{}</a>', person.get_absolute_url(), value)
        shown = link if person.pk in reachable else value
        return format_html('<th scope="row" class="card-title nowrap">{}</th>', shown)
    if column.key == "standing":
        return _tag(column.title, standing_of(row), value)
    return _plain_cell(column, value)


def _tag(title: str, standing: str, text: str):
    tone = TONES.get(standing, "neutral")
    return format_html('<td data-label="{}"><span class="tag tag-{}">{}</span></td>', title, tone, text)


def _plain_cell(column, value):
    shown = LINE if value in (None, "") else value
    if column.key in CLIPPED:
        return format_html('<td data-label="{}" class="clip" title="{}">{}</td>', column.title, value, shown)
    kind = "mono nowrap" if column.number_text else "nowrap"
    return format_html('<td data-label="{}" class="{}">{}</td>', column.title, kind, shown)
