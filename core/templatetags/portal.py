"""Template tags that every page may use."""

from django import template
from django.utils.html import format_html

from core.idempotency import FIELD, new_key

register = template.Library()


@register.simple_tag
def once_key():
    """Hidden input with a fresh one-time key, for forms whose view is wrapped in core.idempotency.once."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_key())


@register.simple_tag(takes_context=True)
def sort_link(context, key: str, label: str):
    """Column heading that sorts by ``key`` (core.pages.ordering), with an arrow for the order in effect."""
    request = context["request"]
    asked = request.GET.get("sort", context.get("sort", ""))
    query = request.GET.copy()
    for name in ("after", "before", "page"):
        query.pop(name, None)
    query["sort"] = f"-{key}" if asked == key else key
    arrow = {key: "↑", f"-{key}": "↓"}.get(asked, "")
    return format_html('<a href="?{}">{}{}</a>', query.urlencode(), label, arrow)


@register.simple_tag
def cell(column, row, names: dict):
    """What a column of a listing says of a row; a dash for nothing."""
    value = column.value(row, names)
    return "—" if value in (None, "") else value


@register.filter
def lookup(names: dict, code: str) -> str:
    """The name of a code; a code the table does not know shows itself."""
    return names.get(code, code)


@register.filter
def as_minutes(seconds: int) -> str:
    """Seconds as a reader says them: 45 秒, 2 分钟, 1 分 30 秒."""
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return f"{rest} 秒"
    return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分钟"
