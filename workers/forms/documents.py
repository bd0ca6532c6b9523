"""Forms about identity documents."""

from django import forms
from django.utils import timezone

from core.forms import DateInput
from unions.forms import code_field
from workers.forms.people import ConfirmingForm

NOTE_HELP = "记入变更记录。不要写证件号码或电话号码"


def country_field() -> forms.ChoiceField:
    """Country or region of a passport or permit."""
    return code_field("country", "签发国家或地区", help_text="普通护照必填；身份证、户口簿留空")


def expiry_field() -> forms.DateField:
    """Last day of validity."""
    return forms.DateField(
        label="有效期至", required=False, widget=DateInput(), help_text="护照必填；长期有效的留空"
    )


class RecordDocumentForm(ConfirmingForm):
    """A further document beside the one in use."""

    doc_type = code_field("id_document_type", "证件类别", required=True)
    number = forms.CharField(
        label="证件号码", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    country = country_field()
    expires_on = expiry_field()


class ReplaceDocumentForm(ConfirmingForm):
    """A new document in place of the one in use."""

    doc_type = code_field("id_document_type", "新证件类别", required=True)
    number = forms.CharField(
        label="新证件号码", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    country = country_field()
    expires_on = expiry_field()
    on = forms.DateField(label="换证日期", widget=DateInput(), initial=timezone.localdate)
    mistaken = forms.BooleanField(
        label="原号码是录入错误",
        required=False,
        help_text="勾选后原号码不留作历史，可由真正的持证人登记；出生日期和性别改按新号码",
    )
    note = forms.CharField(
        label="更正原因", required=False, max_length=200, help_text="仅更正错误时填写。" + NOTE_HELP
    )


class EditDocumentForm(forms.Form):
    """Country and expiry of a document."""

    country = country_field()
    expires_on = expiry_field()


class StrikeDocumentForm(forms.Form):
    """Why a number was a mistake."""

    note = forms.CharField(label="注销原因", max_length=200, help_text=NOTE_HELP)


class UseDocumentForm(forms.Form):
    """Nothing to fill in: a confirmation."""
