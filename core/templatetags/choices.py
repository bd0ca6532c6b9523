"""Options of a select. Django renders two templates for each of them: half the time of a page with many filters."""

from django import template
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join

register = template.Library()


@register.simple_tag
def select_options(optgroups):
    """The options of ``widget.optgroups``, as Django's own templates write them."""
    return format_html_join("", "{}", ((_group(name, options),) for name, options, _ in optgroups))


def _group(name, options):
    lines = format_html_join("", '<option value="{}"{}>{}</option>', map(_option, options))
    return format_html('<optgroup label="{}">{}</optgroup>', name, lines) if name else lines


def _option(option: dict) -> tuple:
    attrs = option["attrs"]
    return str(option["value"]), flatatt(attrs) if attrs else "", option["label"]
