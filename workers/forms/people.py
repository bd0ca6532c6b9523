"""Forms about a person's facts. Values are cleaned and judged by the services, as they are for imports."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from core.codes import offered
from core.definitions import help_texts
from core.forms import DateInput, DayField, LongSelect, RemoteSelect, version_of
from core.idnumbers import CITIZEN
from unions.forms import CHOOSE, code_field, show_refusal
from unions.models import Employer, Union
from workers.models import Change, Sex, Worker
from workers.queries import CODE_TABLES
from workers.rules import NeedsConfirmation
from workers.services.people import APPLY

SEXES = [("", CHOOSE), (Sex.MALE, Sex.MALE.label), (Sex.FEMALE, Sex.FEMALE.label)]
YES_NO = [("", "未填"), ("yes", "是"), ("no", "否")]


def firm_select() -> RemoteSelect:
    """A select of firms that are looked up as the user types."""
    return RemoteSelect(reverse_lazy("unions:employer_options"))


def attempt(form: "ConfirmingForm", service, **arguments):
    """Like ``unions.forms.attempt``, for services that may want a tick or know the person already.

    Then ``form.was_asked`` or ``form.known`` is set for the template.
    """
    if not form.is_valid():
        return None
    try:
        return service(**arguments, **form.cleaned_data)
    except ValidationError as error:
        form.was_asked = isinstance(error, NeedsConfirmation)
        form.known = getattr(error, "worker", None)
        form.is_stale = getattr(error, "code", "") == "stale"
        show_refusal(form, error)
        return None


class ConfirmingForm(forms.Form):
    """A form whose unlikely values need a tick; the box shows only when the service asked for it."""

    confirmed = forms.BooleanField(label="已核对，情况属实", required=False)
    was_asked = is_stale = False
    known: Worker | None = None

    @property
    def needs_confirmation(self) -> bool:
        """Show the box: the service asked, or it was ticked and something else is wrong."""
        return self.was_asked or "confirmed" in self.data

    def main_fields(self):
        """The visible fields without the tick, for templates."""
        return [field for field in self.visible_fields() if field.name != "confirmed"]


class YesNoField(forms.TypedChoiceField):
    """True, False, or None for what was not said."""

    def __init__(self, **kwargs):
        super().__init__(
            choices=YES_NO, coerce={"yes": True, "no": False}.get, empty_value=None, required=False, **kwargs
        )

    def prepare_value(self, value):
        """The choice of a stored value."""
        return {True: "yes", False: "no", None: ""}.get(value, value)


class PersonForm(ConfirmingForm):
    """The facts of the collection form (domain facts 2.2) about a person, and two that the plan counts by.

    Texts may be typed longer than they are stored: invisible characters and spaces are taken out first.
    """

    name = forms.CharField(label="姓名", max_length=200)
    sex = forms.ChoiceField(label="性别", choices=SEXES)
    birth_date = DayField(label="出生日期")
    ethnicity = code_field("ethnicity", "民族", required=True)
    phone = forms.CharField(
        label="移动电话",
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    education = code_field("education", "学历", required=True)
    skill_level = code_field("skill_level", "技能等级", required=True)
    political = code_field("political_affiliation", "政治面貌")
    employment_status = code_field("employment_status", "就业状况", required=True)
    household_type = code_field("household_type", "户籍类型", required=True)
    household_place = forms.CharField(label="户籍所在地", max_length=400, required=False)
    native_place = forms.CharField(label="籍贯", max_length=200, required=False)
    is_migrant = YesNoField(label="是否农民工")
    is_key_post = YesNoField(label="是否关键岗位")
    is_industrial = YesNoField(label="是否产业工人")

    PERSON = ("name", "sex", "birth_date", "ethnicity", "political", "education", "skill_level", "phone")
    HOUSEHOLD = ("household_type", "household_place", "native_place", "is_migrant")
    RULES = {"is_migrant": "migrant", "is_key_post": "key_post", "is_industrial": "industrial"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        texts = help_texts(*self.RULES.values())
        for name, rule in self.RULES.items():
            self.fields[name].help_text = texts.get(rule, "")

    def titled(self, *sections: tuple[str, tuple[str, ...]]):
        """(title, bound fields) in the order of the page."""
        return [(title, [self[name] for name in names]) for title, names in sections]


class RegisterForm(PersonForm):
    """A new person: facts, document, place of work, and membership when there is one.

    ``unions`` and ``employers`` are those for which the user keeps the roll.
    """

    doc_type = code_field("id_document_type", "证件类别", required=True)
    number = forms.CharField(
        label="证件号码", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    country = code_field("country", "签发国家或地区", help_text="普通护照必填；身份证、户口簿留空")
    expires_on = forms.DateField(
        label="有效期至", required=False, widget=DateInput(), help_text="护照必填；长期有效的留空"
    )
    union = forms.ModelChoiceField(
        label="所属工会", empty_label=CHOOSE, queryset=Union.objects.none(), widget=LongSelect()
    )
    employer = forms.ModelChoiceField(
        label="工作单位",
        empty_label=CHOOSE,
        queryset=Employer.objects.none(),
        required=False,
        widget=firm_select(),
    )
    start = DayField(label="入职日期", required=False)
    form = code_field("employment_form", "用工形式")
    occupation = forms.CharField(label="工种", max_length=200, required=False)
    team = forms.CharField(label="班组", max_length=200, required=False)
    staff_number = forms.CharField(label="工号", max_length=120, required=False)
    join_change = forms.ChoiceField(
        label="会籍变化类型",
        required=False,
        choices=[
            ("", "暂未入会"),
            (APPLY, "提交入会申请（待委员会批准）"),
            (Change.JOIN, "入会（委员会已批准，补录）"),
            (Change.TRANSFER_IN, "转入（从外地或外系统）"),
        ],
    )
    joined_on = DayField(label="会籍变化日期", required=False, help_text="申请、批准入会或转入之日")

    DOCUMENT = ("doc_type", "number", "country", "expires_on")
    WORK = (
        *("union", "employer", "employment_status", "start", "form"),
        *("occupation", "team", "staff_number", "is_key_post", "is_industrial"),
    )
    MEMBERSHIP = ("join_change", "joined_on")
    JOB = ("start", "form", "occupation", "team", "staff_number")

    def __init__(self, *args, unions, employers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["employer"].queryset = employers.filter(closed_on=None).order_by("name")
        self.fields["doc_type"].initial = CITIZEN
        self.fields["form"].help_text = help_texts("dispatched").get("dispatched", "")

    def sections(self):
        """(title, bound fields) in the order of the page."""
        return self.titled(
            ("身份证件", self.DOCUMENT),
            ("个人信息", self.PERSON),
            ("户籍", self.HOUSEHOLD),
            ("工作", self.WORK),
            ("会籍", self.MEMBERSHIP),
        )

    def clean(self):
        """Gather the facts of the job; type and date of the membership come together."""
        data = super().clean()
        job = {name: data.pop(name, None) for name in self.JOB}
        data["job"] = {**job, **{name: job[name] or "" for name in self.JOB[1:]}}
        if bool(data.get("join_change")) != bool(data.get("joined_on")):
            missing = "joined_on" if data.get("join_change") else "join_change"
            if missing not in self.errors:
                self.add_error(missing, "会籍变化类型和日期应同时填写；暂未入会的都留空")
        if not data.get("join_change"):
            data.pop("join_change", None)
        if (any(job.values())) and not data.get("employer") and "employer" not in self.errors:
            self.add_error("employer", "填写了入职情况，请选择工作单位")
        return data


class WorkerForm(PersonForm):
    """Facts of a person already on the roll. A blank phone leaves the stored one."""

    version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, worker: Worker, **kwargs):
        initial = {
            name: getattr(worker, name)
            for name in PersonForm.base_fields
            if name not in ("phone", "confirmed")
        }
        sex = worker.sex if worker.sex in ("1", "2") else ""
        initial |= {"sex": sex, "version": version_of(worker)}
        super().__init__(data, initial=initial, **kwargs)
        for name, table in CODE_TABLES.items():
            self.fields[name].choices = [("", CHOOSE), *offered(table, stored=initial[name])]
        if worker.phone_tail:
            self.fields["phone"].required = False
            self.fields["phone"].help_text = f"现为 •••••••{worker.phone_tail}；不改请留空"

    def sections(self):
        """(title, bound fields) in the order of the page."""
        return self.titled(
            ("个人信息", self.PERSON),
            ("户籍", self.HOUSEHOLD),
            ("工作", ("employment_status", "is_key_post", "is_industrial")),
        )

    def clean(self):
        """A phone that was not typed is not changed."""
        data = super().clean()
        if not data.get("phone"):
            data.pop("phone", None)
        return data


class RevealForm(forms.Form):
    what = forms.ChoiceField(label="查看", choices=[("number", "证件号码"), ("phone", "移动电话")])
    reason = forms.CharField(label="事由", max_length=200, help_text="记入日志，请写明用途；不要写号码")
