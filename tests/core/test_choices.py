"""The portal's own select template writes what Django's would."""

import re

from django import forms
from django.forms.renderers import DjangoTemplates

CHOICES = [
    ("", "全部"),
    ("a&b", "<b>甲</b>"),
    ("一组", [("1", "其一"), (2, "其二")]),
]


def written(renderer, widget, value):
    """The select without the line breaks between its tags."""
    return re.sub(r">\s+<", "><", widget.render("x", value, {"class": "form-select"}, renderer).strip())


def test_select_is_written_as_django_writes_it():
    for widget, value in (
        (forms.Select(choices=CHOICES), "2"),
        (forms.Select(choices=CHOICES, attrs={"disabled": True}), None),
        (forms.SelectMultiple(choices=CHOICES), ["a&b", "1"]),
    ):
        ours = written(forms.renderers.get_default_renderer(), widget, value)
        assert ours == written(DjangoTemplates(), widget, value)
        assert "<b>" not in ours
