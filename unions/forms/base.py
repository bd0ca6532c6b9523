"""What the forms of this app share: choices among codes."""

from django import forms

from core import codes

CHOOSE = "请选择"


def code_field(table: str, label: str, *, required: bool = False, **kwargs) -> forms.ChoiceField:
    """A choice among the codes of a table that may be entered today."""
    return forms.ChoiceField(
        label=label, required=required, choices=lambda: [("", CHOOSE), *codes.offered(table)], **kwargs
    )


def only_one(unions):
    """The union of somebody who keeps only one."""
    keys = list(unions.order_by().values_list("pk", flat=True)[:2])
    return keys[0] if len(keys) == 1 else None
