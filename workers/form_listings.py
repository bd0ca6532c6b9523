"""The roll as 附件四 工会会员信息采集表 and as a template for updates: the rows of the roll's page, the columns of the kind.

Texts are those of the form's drop-downs, so a file that comes back says what the roll says.
"""

from django.db.models import Case, FilteredRelation, OuterRef, Q, Subquery, When

from core import codes
from core.form_layouts import FormLayout, Head
from core.lines import AsRead
from core.listing import Column
from core.widgets import CodeWidget
from workers.listings import (
    BY_DOCUMENT,
    BY_JOB,
    ON_PAGE,
    YES_NO,
    WorkerListing,
    full_number,
    full_phone,
    masked_document,
)
from workers.models import Membership, Sex
from workers.resources import WorkerExchange
from workers.templatetags.roll import masked_phone

KIND = WorkerExchange.columns()
SPELL = (
    "spell__id",
    "spell__start",
    "spell__start_change",
    "spell__start_reason",
    "last_on",
    "last_change",
    "last_reason",
)
SEXES = {Sex.MALE.value: "男", Sex.FEMALE.value: "女"}


def _column(attribute: str, value, reads: tuple[str, ...], **options) -> Column:
    """A column of the kind under its own title."""
    kind = KIND[attribute]
    return Column(
        attribute,
        kind.column_name,
        value,
        width=kind.width,
        number_text=kind.number_text,
        personal=kind.mask is not None,
        reads=reads,
        attribute=attribute,
        **options,
    )


def _fact(attribute: str) -> Column:
    return _column(attribute, AsRead(attribute), (attribute,))


def _code(attribute: str) -> Column:
    return _column(
        attribute, lambda row, names: _worded(names, attribute, getattr(row, attribute)), (attribute,)
    )


def _flag(attribute: str) -> Column:
    return _column(attribute, lambda row, names: YES_NO.get(getattr(row, attribute), ""), (attribute,))


def _of_job(attribute: str, say=lambda value, names: value) -> Column:
    def value(row, names):
        return say(getattr(row.job, attribute), names) if row.job else ""

    return _column(attribute, value, (f"job__{attribute}", "job__id"))


def _worded(names: dict, attribute: str, code: str) -> str:
    return names["worded"][attribute].get(code, code)


def _day(value) -> str:
    return f"{value:%Y/%m/%d}" if value else ""


def _last(field: str):
    """The last change of membership: what opened the running spell, or what ended the last one."""
    started = {"change": "start_change", "on": "start", "reason": "start_reason"}[field]

    def value(row):
        return getattr(row.spell, started) if row.spell else getattr(row, f"last_{field}")

    return value


LAST_CHANGE, LAST_DAY, LAST_REASON = _last("change"), _last("on"), _last("reason")

FORM = (
    _fact("name"),
    _column("sex", lambda row, names: SEXES.get(row.sex, ""), ("sex",), fixed=ON_PAGE),
    _column("birth_date", lambda row, names: _day(row.birth_date), ("birth_date",), fixed=ON_PAGE),
    _code("ethnicity"),
    _code("employment_status"),
    _column(
        "doc_type",
        lambda row, names: _worded(names, "doc_type", row.document.doc_type) if row.document else "",
        ("document__doc_type",),
        fixed=BY_DOCUMENT,
    ),
    _column(
        "number",
        masked_document,
        ("document__doc_type", "document__number_tail"),
        fixed=BY_DOCUMENT,
        full=full_number("number_full"),
    ),
    _code("education"),
    _code("skill_level"),
    _column(
        "phone",
        lambda row, names: masked_phone(row.phone_tail),
        ("phone_tail",),
        full=full_phone("phone_full"),
    ),
    _code("household_type"),
    _fact("household_place"),
    _column("change", lambda row, names: _worded(names, "change", LAST_CHANGE(row) or ""), SPELL),
    _column("on", lambda row, names: _day(LAST_DAY(row)), SPELL),
    _column("reason", lambda row, names: _worded(names, "reason", LAST_REASON(row) or ""), SPELL),
    _code("political"),
    _column(
        "employer",
        AsRead("employer__name"),
        ("employer__name",),
        fixed=BY_JOB,
    ),
    _fact("native_place"),
    _flag("is_migrant"),
)
FURTHER = (
    _flag("is_key_post"),
    _flag("is_industrial"),
    _of_job("form", lambda code, names: _worded(names, "form", code)),
    _of_job("occupation"),
    _of_job("team"),
    _of_job("staff_number"),
    _of_job("start", lambda day, names: _day(day)),
)

# As circulated by a provincial union, under the town's own name.
PRINTED = {
    "name": ("姓名", 5.4), "sex": ("性别", 4.8), "birth_date": ("出生日期（格式：yyyy/MM/dd）", 12),
    "ethnicity": ("民族", 12.8), "employment_status": ("就业状况", 5), "doc_type": ("有效证件类别", 6.8),
    "number": ("证件号码\n(填写18位身份证)", 10.4), "education": ("学历", 5.1), "skill_level": ("技术等级", 9),
    "phone": ("移动电话", 8.8), "household_type": ("户籍类型", 4.7), "household_place": ("户籍所在地", 5.8),
    "change": ("会籍变化类型", 6.8), "on": ("会籍变化日期（格式：yyyy/MM/dd）", 13.4), "reason": ("会籍变化原因", 8),
    "political": ("政治面貌", 5.3), "employer": ("工作单位", 7.4), "native_place": ("籍贯", 4),
    "is_migrant": ("是否农民工会员\n填写“是”或“否”", 11.1),
}  # fmt: skip
MEMBER_FORM = FormLayout(
    mark="附件四",
    title="{town}工会会员信息采集表",
    signatures=((0, 10, "填表单位（盖章）：{filled_by}"), (11, 19, "     单位负责人(签字)：")),
    heads=tuple(Head(key, text, width) for key, (text, width) in PRINTED.items()),
    note=(
        "填表说明：\n1、此表所列项目均为必填项，包括基层工会组织和基层以上工会组织发展的会员信息；\n"
        "2、“工作单位”需填写完整的单位全称。\n3、填写过程中如有疑问，请联系上级工会。"
    ),
)
UPDATE = FormLayout(
    title="{town}工会会员信息更新表",
    heads=tuple(
        Head(
            name,
            f"{column.column_name}\n（{column.hint}）" if column.hint else column.column_name,
            column.width,
        )
        for name, column in KIND.items()
    ),
    numbering=6,
    heights=(32, 28, 46, 18),
)


class MemberFormListing(WorkerListing):
    """附件四 with the people of the roll's page."""

    name = "member_form"
    title = "会员信息采集表"
    layout = "form"
    layouts = {}
    form = MEMBER_FORM
    columns = FORM

    def names(self):
        """Names of the codes in the words of the form."""
        return super().names() | {"worded": _wordings()}

    def readable(self, rows, reads):
        """The running spell beside each person, or how the last one ended."""
        rows = super().readable(rows, reads)
        if not reads & set(SPELL):
            return rows
        ended = Membership.objects.filter(worker=OuterRef("pk"), end__isnull=False).order_by("-end", "-pk")
        rows = rows.annotate(spell=FilteredRelation("memberships", condition=Q(memberships__end=None)))
        return rows.annotate(
            **{
                name: Case(When(spell__id=None, then=Subquery(ended.values(field)[:1])))
                for name, field in (
                    ("last_on", "end"),
                    ("last_change", "end_change"),
                    ("last_reason", "end_reason"),
                )
            }
        )


class WorkerUpdateListing(MemberFormListing):
    """The template of the kind, filled with the people of the roll's page."""

    name = "worker_update"
    title = "会员信息更新表"
    layout = "update"
    form = UPDATE
    kind = "workers"
    columns = (*FORM, *FURTHER)


def _wordings() -> dict[str, dict[str, str]]:
    """Attribute → code → text of the form, the code's own name where the form has none."""
    found = {}
    for attribute, column in KIND.items():
        if isinstance(column.widget, CodeWidget):
            widget = CodeWidget(
                column.widget.table, choices=column.widget.choices, refused=column.widget.refused
            )
            widget.prepare()
            found[attribute] = codes.names(widget.table) | dict(widget.options())
    return found
