"""What is held about a person's honours, and as leader or member, for the copy the person may ask for
(settings.PERSON_RECORDS)."""

from accounts.models import User
from competitions.models import Honour, Studio, StudioMember, Team
from core import codes
from workers.holdings import Sheet, text_of
from workers.models import Worker

HONOURS = (
    *(
        "荣誉种类",
        "级别",
        "荣誉名称",
        "授予单位",
        "批次",
        "年度",
        "文件号",
        "授予日期",
        "有效期至",
        "复核期限",
    ),
    *("复核日期", "复核结论", "状态", "撤销日期", "核实说明"),
)
PLACES = ("身份", "所在", "工会", "开始日期", "结束日期")


def records_of(worker: Worker, *, by: User, full_numbers: bool) -> list[Sheet]:
    """A sheet of honours, and one of the teams and studios where the person leads or works."""
    return [_honours(worker, by), _places(worker, by)]


def _honours(worker: Worker, by: User) -> Sheet:
    types, levels = codes.names("honour_type"), codes.names("base_level")
    rows = [
        (
            types.get(row.type, row.type),
            levels.get(row.level, row.level),
            row.title,
            row.issuer,
            row.batch,
            text_of(row.year),
            row.document_number,
            *(text_of(day) for day in (row.awarded_on, row.valid_until, row.recheck_on, row.rechecked_on)),
            row.get_recheck_result_display(),
            row.get_state_display(),
            text_of(row.revoked_on),
            row.decision_note,
        )
        for row in Honour.objects.visible_to(by).filter(worker=worker)
    ]
    return "个人荣誉", HONOURS, rows


def _places(worker: Worker, by: User) -> Sheet:
    teams = Team.objects.visible_to(by).filter(leader=worker).select_related("union").order_by("pk")
    rows = [
        ("班组长", row.name, row.union.name, text_of(row.founded_on), text_of(row.dissolved_on))
        for row in teams
    ]
    led = Studio.objects.visible_to(by).filter(leader=worker).select_related("union").order_by("pk")
    rows += [
        ("工作室领衔人", row.title, row.union.name, text_of(row.awarded_on), text_of(row.revoked_on))
        for row in led
    ]
    terms = StudioMember.objects.visible_to(by).filter(worker=worker).select_related("studio__union")
    rows += [
        ("工作室成员", row.studio.title, row.studio.union.name, text_of(row.joined_on), text_of(row.left_on))
        for row in terms.order_by("pk")
    ]
    return "班组与工作室", PLACES, rows
