"""Forms about memberships and the business that waits for a decision. Rules live in the services."""

from dataclasses import dataclass

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from core.forms import DateInput, LongSelect, RemoteSelect
from unions.forms import CHOOSE, code_field
from unions.models import Employer, Union
from unions.queries import destinations
from workers.forms.people import firm_select
from workers.models import Change, Membership

RETENTIONS = [("", CHOOSE), ("30", "失业"), ("31", "退休"), ("32", "服兵役"), ("33", "原工会撤销")]
FOR_A_CRIME = "6"
NO_NUMBERS = "不要写证件号码或电话号码"


@dataclass(frozen=True)
class Offer:
    """A change as the pages offer it: its name, what it does, the fields it asks for, and those it must have."""

    change: Change
    title: str
    effect: str
    fields: tuple[str, ...]
    required: tuple[str, ...] = ()


JOIN = Offer(
    Change.JOIN,
    "入会",
    "补录工会委员会已经批准的入会。会籍自批准之日开始。尚未批准的，请提交入会申请。",
    ("on", "union", "note"),
)
ARRIVE = Offer(
    Change.TRANSFER_IN,
    "转入",
    "从外地或外系统工会转来。会籍自转入之日开始。",
    ("on", "union", "reason", "note"),
)
MOVE = Offer(
    Change.TRANSFER_IN,
    "直接转入另一工会",
    "两个工会都由您管理时使用：原会籍当日转出，新会籍同日开始，不需要对方确认。",
    ("on", "union", "reason", "note"),
    ("union",),
)
RESTORE = Offer(
    Change.TRANSFER_IN,
    "恢复在籍",
    "重新就业等。保留会籍当日结束，同日恢复为在籍会员，恢复表决权，入会日期不变。",
    ("on", "union", "reason", "note"),
)
RETAIN = Offer(
    Change.RETAIN,
    "保留会籍",
    "失业、退休、服兵役或原工会撤销。当日起免缴会费，没有表决权，不计入会率；可随时恢复。就业经历不变。",
    ("status", "on", "reason", "union", "note"),
    ("status",),
)
LEAVE = Offer(
    Change.TRANSFER_OUT,
    "转出到镇外",
    "转到本镇以外的工会。会籍当日结束；原因是劳动关系变化或企业破产的，同日登记离职。转到镇内工会的，请发起接转。",
    ("on", "reason", "note"),
    ("reason",),
)
WITHDRAW = Offer(
    Change.WITHDRAW,
    "退会",
    "会籍当日结束，就业经历不变；以后可以重新入会。不是本人要求的，须写明认定依据。",
    ("on", "reason", "note"),
    ("reason",),
)
EXPEL = Offer(
    Change.EXPEL,
    "除名",
    "只用于因犯罪被开除会籍，由工会委员会决定。会籍当日结束，就业经历不变。",
    ("on", "note"),
    ("note",),
)
DIE = Offer(Change.DEATH, "死亡", "会籍当日结束，全部就业同日结束。", ("on", "note"))


def offers(current: Membership | None, *, several_unions: bool) -> list[Offer]:
    """The changes that are possible from here; moving between unions only for whoever keeps several."""
    if current is None:
        return [JOIN, ARRIVE]
    if current.is_retained:
        return [RESTORE, LEAVE, WITHDRAW, EXPEL, DIE]
    return [RETAIN, *([MOVE] if several_unions else []), LEAVE, WITHDRAW, EXPEL, DIE]


def offer_of(change: str, current: Membership | None) -> Offer | None:
    """The offer for a change asked for by its code, offered here or not; None for no code of a change."""
    moves = {Change.JOIN: JOIN, Change.RETAIN: RETAIN, Change.TRANSFER_OUT: LEAVE, Change.EXPEL: EXPEL}
    moves |= {Change.WITHDRAW: WITHDRAW, Change.DEATH: DIE}
    moves[Change.TRANSFER_IN] = ARRIVE if current is None else RESTORE if current.is_retained else MOVE
    return moves.get(change)


class MembershipForm(forms.Form):
    """One change of membership with the fields it needs; ``unions`` are those for which the user keeps the
    roll."""

    change = forms.ChoiceField(choices=Change.choices, widget=forms.HiddenInput)
    status = forms.ChoiceField(label="保留情形", required=False, choices=RETENTIONS)
    on = forms.DateField(label="变化日期", widget=DateInput(), initial=timezone.localdate)
    reason = code_field("membership_change_reason", "变化原因")
    union = forms.ModelChoiceField(
        label="工会",
        queryset=Union.objects.none(),
        required=False,
        empty_label="现所属工会",
        widget=LongSelect(),
    )
    note = forms.CharField(label="依据或说明", required=False, max_length=200, help_text=NO_NUMBERS)

    DAYS = {Change.JOIN: "批准日期", Change.DEATH: "死亡日期"}
    PLACES = {Change.RETAIN: "保留于", Change.JOIN: "入会的工会"}

    def __init__(self, *args, offer: Offer, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer = offer
        self.fields["change"].initial = offer.change
        self.fields["on"].label = self.DAYS.get(offer.change, "变化日期")
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].label = self.PLACES.get(offer.change, "转入的工会")
        if offer.change == Change.EXPEL:
            self.fields["note"].help_text = f"工会委员会决定的日期和文号。{NO_NUMBERS}"
        for name in offer.required:
            self.fields[name].required = True
        for name in set(self.fields) - {"change", *offer.fields}:
            del self.fields[name]

    def clean(self):
        """The only reason there is for an expulsion need not be asked."""
        data = super().clean()
        if self.offer.change == Change.EXPEL:
            data["reason"] = FOR_A_CRIME
        return data


class ApplicationForm(forms.Form):
    """入会申请; ``unions`` are the committees for which the user keeps the roll."""

    on = forms.DateField(label="申请日期", widget=DateInput(), initial=timezone.localdate)
    union = forms.ModelChoiceField(
        label="申请加入",
        queryset=Union.objects.none(),
        required=False,
        empty_label="现所属工会",
        widget=LongSelect(),
    )
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=200,
        help_text=f"申请的方式（口头、书面、网上）等。{NO_NUMBERS}",
    )

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")


class ApprovalForm(forms.Form):
    on = forms.DateField(
        label="批准日期",
        widget=DateInput(),
        initial=timezone.localdate,
        help_text="工会委员会批准之日，会籍自当日开始",
    )
    note = forms.CharField(
        label="决定说明", required=False, max_length=200, help_text=f"会议日期、文号等。{NO_NUMBERS}"
    )


class LeftJobForm(forms.Form):
    """A missed person without a membership: the jobs end."""

    on = forms.DateField(label="离职日期", widget=DateInput(), initial=timezone.localdate)
    note = forms.CharField(label="说明", required=False, max_length=200, help_text=NO_NUMBERS)


class NoteForm(forms.Form):
    """A decision that needs nothing but its reason."""

    note = forms.CharField(label="理由", max_length=200, help_text=NO_NUMBERS)

    def __init__(self, *args, required: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = required
        if not required:
            self.fields["note"].label = "说明"


class TransferForm(forms.Form):
    """Where a member goes. Any union of the town may be chosen, by name; ``confirm`` is asked only of whoever
    keeps the rolls of both sides."""

    destination = forms.ModelChoiceField(
        label="转入工会",
        queryset=Union.objects.none(),
        empty_label=CHOOSE,
        widget=RemoteSelect(reverse_lazy("unions:destination_options")),
        help_text="输入工会名称的一部分查找",
    )
    on = forms.DateField(
        label="接转日期",
        widget=DateInput(),
        initial=timezone.localdate,
        help_text="原会籍当日转出，新会籍同日开始；双方确认后生效",
    )
    reason = code_field("membership_change_reason", "接转原因", initial="1")
    confirm = forms.ChoiceField(
        label="代为确认",
        required=False,
        choices=[
            ("", "都不代为确认，由双方各自确认"),
            ("origin", "代转出工会确认"),
            ("destination", "代转入工会确认"),
        ],
        help_text="您同时管理两个工会时有效；代为确认的须写明依据",
    )
    note = forms.CharField(
        label="说明", required=False, max_length=200, help_text=f"对方工会可以看到。{NO_NUMBERS}"
    )

    def __init__(self, *args, may_choose: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["destination"].queryset = destinations("")
        if not may_choose:
            del self.fields["confirm"]


class AcceptForm(forms.Form):
    """Acceptance, with the new place of work when it is known; ``employers`` are firms of the new union."""

    employer = forms.ModelChoiceField(
        label="新工作单位",
        queryset=Employer.objects.none(),
        required=False,
        empty_label="就业不变",
        widget=firm_select(),
        help_text="选择后，原主要工作单位同日登记离职，自接转日期起登记在新单位就业",
    )
    note = forms.CharField(label="说明", required=False, max_length=200, help_text=NO_NUMBERS)

    def __init__(self, *args, employers, note_required: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["employer"].queryset = employers.filter(closed_on=None).order_by("name")
        self.fields["note"].required = note_required
        if note_required:
            self.fields["note"].label = "代为确认的依据"


class ReleaseForm(NoteForm):
    def __init__(self, *args, note_required: bool, **kwargs):
        super().__init__(*args, required=note_required, **kwargs)
        self.fields["note"].label = "代为确认的依据" if note_required else "说明"


class DeemedForm(forms.Form):
    """视为自动退会: the grounds, in full."""

    on = forms.DateField(
        label="认定日期",
        widget=DateInput(),
        initial=timezone.localdate,
        help_text="工会委员会认定之日，会籍当日结束",
    )
    months = forms.IntegerField(label="连续未缴会费、未参加活动（月）", min_value=1, max_value=600)
    persuaded_on = forms.DateField(label="劝说日期", widget=DateInput())
    persuaded_by = forms.CharField(label="劝说人", max_length=50)
    note = forms.CharField(label="其他依据", required=False, max_length=100, help_text=NO_NUMBERS)


class MatterFilter(forms.Form):
    """The union filter of 待办会籍; ``unions`` are those whose roll the user keeps."""

    union = forms.ModelChoiceField(
        label="工会（含下级）",
        queryset=Union.objects.none(),
        required=False,
        empty_label="全部",
        widget=LongSelect(),
    )

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.order_by("path")
