"""What the forms of this app share: choices among codes."""

from django import forms

from core import codes

CHOOSE = "请选择"


def code_field(table: str, label: str, *, required: bool = False, **kwargs) -> forms.ChoiceField:
    """A choice among the codes of a table that may be entered today."""
    return forms.ChoiceField(
        label=label, required=required, choices=lambda: [("", CHOOSE), *codes.offered(table)], **kwargs
    )
