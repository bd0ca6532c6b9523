"""Options of a select. Django renders two templates for each of them: half the time of a page with many filters."""

from django import template
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join

register = template.Library()

NOTHING = BLANK_CHOICE_DASH[0][1]  # Django's dashes say nothing to a clerk
CHOOSE = "请选择"


@register.simple_tag
def select_options(optgroups):
    """The options of ``widget.optgroups`` as Django's own templates write them; nothing chosen reads 请选择."""
    return format_html_join("", "{}", ((_group(name, options),) for name, options, _ in optgroups))


def _group(name, options):
    lines = format_html_join("", '<option value="{}"{}>{}</option>', map(_option, options))
    return format_html('<optgroup label="{}">{}</optgroup>', name, lines) if name else lines


def _option(option: dict) -> tuple:
    attrs = option["attrs"]
    label = CHOOSE if option["label"] == NOTHING else option["label"]
    return str(option["value"]), flatatt(attrs) if attrs else "", label
