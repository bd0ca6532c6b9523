"""How forms render: Bootstrap classes, messages tied to their fields, and the portal's date input."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils import timezone

from core.dates import parse_date
from core.errors import RuleError
from core.numbers import plain_number, units_of

CLASSES = {
    forms.CheckboxInput: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.Select: "form-select",
    forms.SelectMultiple: "form-select",
}
TYPED_LENGTH = 20  # of what was typed, in a message
UNSEEN = "没有收到所看的版本，请刷新页面后再办理。"
STALE = "在您编辑期间，这条记录已被其他人修改，本次没有保存。请重新打开页面，核对最新内容后再办理。"


class PortalBoundField(forms.BoundField):
    """A field that knows its Bootstrap classes. Django adds aria-describedby and aria-invalid.

    Numbers are typed as text: a browser's own number box swallows 12,000 and １２ without a word.
    """

    def __init__(self, form, field, name):
        super().__init__(form, field, name)
        self.is_number = isinstance(field, forms.IntegerField)  # decimals and floats are its subclasses
        if isinstance(field.widget, forms.NumberInput):
            field.widget.input_type = "text"
            for bound in ("min", "max", "step"):
                field.widget.attrs.pop(bound, None)
        if self.is_number and form.is_bound:
            is_whole = not isinstance(field, forms.DecimalField | forms.FloatField)
            wanted = (
                "整数。请填写整数，例如 120 或 12,000。"
                if is_whole
                else "数字。请填写数字，例如 3.5 或 12,000。"
            )
            field.error_messages["invalid"] = f"“{str(super().data)[:TYPED_LENGTH]}”不是{wanted}"

    @property
    def data(self):
        """What was typed; of a number that can be read, its plain digits (``core.numbers``)."""
        typed = super().data
        if not self.is_number or not isinstance(typed, str):
            return typed
        plain = plain_number(typed, units_of(str(self.label)))
        return typed if plain is None else plain

    def build_widget_attrs(self, attrs, widget=None):
        """Add the class of the widget's kind, and is-invalid when the field has errors."""
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden:
            return attrs
        kinds = [CLASSES[kind] for kind in type(widget).__mro__ if kind in CLASSES]
        names = [widget.attrs.get("class", ""), kinds[0] if kinds else "form-control"]
        if self.errors:
            names.append("is-invalid")
        if isinstance(widget, forms.NumberInput):
            attrs.setdefault(
                "inputmode", "decimal" if isinstance(self.field, forms.DecimalField) else "numeric"
            )
        attrs["class"] = " ".join(name for name in names if name)
        return attrs

    @property
    def is_check(self) -> bool:
        """A single tick box, whose label stands behind it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_wide(self) -> bool:
        """Long text and lists of boxes take the whole row of a form grid."""
        return isinstance(self.field.widget, forms.Textarea | forms.CheckboxSelectMultiple)


class PortalRenderer(TemplatesSetting):
    """Every form of the portal, allauth's included, renders through these templates."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = PortalBoundField


class DateInput(forms.DateInput):
    """The browser's own date picker. The ISO format matters: with a local one the stored date is lost on save."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A date in any spelling that the workbooks may have; a refusal says what is wrong and how to write it."""

    widget = DateInput

    def to_python(self, value) -> dt.date | None:
        """The date, or None for nothing."""
        return parse_date(value)


class MonthInput(forms.TextInput):
    """The browser's own month picker; its value is ``2026-10``."""

    input_type = "month"


class LongSelect(forms.Select):
    """A select with search, for lists too long to scroll (enhanced by static/js/selects.js)."""

    def __init__(self, attrs=None, choices=()):
        super().__init__(attrs={"data-long-select": "", **(attrs or {})}, choices=choices)


class RemoteSelect(LongSelect):
    """A select of a model choice field whose options come from ``url`` as the user types.

    The page holds the chosen option only: writing two thousand of them takes half a second.
    """

    def __init__(self, url, attrs=None):
        self.url = url
        super().__init__(attrs=attrs)

    def get_context(self, name, value, attrs):
        """Name the address for the script."""
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-load-url"] = str(self.url)
        return context

    def optgroups(self, name, value, attrs=None):
        """The blank option and the chosen one, whatever the field would allow."""
        offered = self.choices
        keys = [key for key in map(str, value) if key.isdecimal() and len(key) <= 18]
        chosen = [offered.choice(row) for row in offered.queryset.filter(pk__in=keys)] if keys else []
        self.choices = [("", offered.field.empty_label or ""), *chosen]
        groups = super().optgroups(name, value, attrs)
        self.choices = offered
        return groups


def show_refusal(form: forms.BaseForm, error: ValidationError) -> None:
    """Put a service's refusal beside the fields it names; what names no field of the form goes on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, faults in error.error_dict.items():
        known = name in form.fields and name != NON_FIELD_ERRORS
        form.add_error(name if known else None, faults)


def attempt(form: forms.BaseForm, service, **arguments):
    """Call the service with the cleaned form. None when the form is unbound, faulty or refused; refusals of
    the service then stand on the form."""
    if not form.is_valid():
        return None
    try:
        return service(**arguments, **form.cleaned_data)
    except ValidationError as error:
        show_refusal(form, error)
        return None


def press(request, done: str, service, /, **arguments):
    """What the service of a button without a form gives, called for the user of the request; says ``done`` (if
    anything), or why the service refused, and then gives None."""
    try:
        result = service(**arguments, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return None
    if done:
        messages.success(request, done)
    return result


def press_move(request, moves: dict, /, **record) -> None:
    """The button ``move`` of a record that goes from state to state: ``moves`` has the service and what is said when it
    is done."""
    service, done = moves.get(request.POST.get("move", ""), (None, ""))
    if service is None:
        messages.error(request, "没有选择要办理的事项")
    else:
        press(request, done, service, **record)


def press_as_seen(request, form: forms.BaseForm, done: str, service, /, **arguments):
    """As ``press``, for a button whose form carries only the version that the user saw."""
    result = attempt(form, service, **arguments, by=request.user)
    if result:
        messages.success(request, done)
        return result
    for fault in form.non_field_errors() or [UNSEEN]:
        messages.error(request, fault)
    return None


def version_field(instance) -> forms.CharField:
    """A hidden field carrying the state the user saw; give it the form's ``version`` name."""
    return forms.CharField(widget=forms.HiddenInput, required=False, initial=version_of(instance))


class VersionedForm(forms.ModelForm):
    """A form of a row with a version: once the row is stored, it carries the state that the user saw. The service
    builds and checks the row."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["version"] = version_field(self.instance)

    def _post_clean(self):
        """Nothing: see above."""


def version_of(instance) -> str:
    """The version a form was filled from: the row's ``version`` number."""
    return str(instance.version)


def check_version(instance, seen: str) -> None:
    """Raise RuleError when the locked row is no longer the one the user saw (optimistic locking)."""
    if seen != version_of(instance):
        raise RuleError(STALE, code="stale")


EARLIEST_YEAR = 2020


def years() -> list[tuple[str, str]]:
    """Years for a filter to offer, from next year back."""
    last = timezone.localdate().year + 1
    return [(str(year), f"{year} 年") for year in range(last, EARLIEST_YEAR - 1, -1)]


class YearForm(forms.Form):
    """``?year=`` of a page about one year."""

    year = forms.ChoiceField(label="年度", choices=years)
