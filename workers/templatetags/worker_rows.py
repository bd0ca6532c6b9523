"""Rows of the roll. A page has five hundred cells: written here they take a tenth of what included templates do."""

from django import template
from django.utils.html import format_html, format_html_join

from workers.selections import pack

register = template.Library()

LINE = "—"
CLIPPED = ("union", "employer", "household_place")
TONES = {"member": "success", "retained": "info", "none": "warning"}


@register.simple_tag
def worker_cells(columns, worker, names: dict):
    """The cells of one person: a column of core.listing each, the name as a link, long texts clipped."""
    return format_html_join("", "{}", ((_cell(column, worker, names),) for column in columns))


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
        tone = TONES.get(worker.standing, "neutral")
        return format_html(
            '<td data-label="{}"><span class="tag tag-{}">{}</span></td>', column.title, tone, value
        )
    shown = LINE if value in (None, "") else value
    if column.key in CLIPPED:
        return format_html('<td data-label="{}" class="clip" title="{}">{}</td>', column.title, value, shown)
    kind = "mono nowrap" if column.number_text else "nowrap"
    return format_html('<td data-label="{}" class="{}">{}</td>', column.title, kind, shown)
