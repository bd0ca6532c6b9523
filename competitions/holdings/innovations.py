"""What innovations hold about one person, for the copy the person may ask for (settings.PERSON_RECORDS)."""

from competitions.models import Consent, Contributor
from workers.holdings import Sheet, text_of
from workers.models import Worker

MADE = (
    "成果名称",
    "种类",
    "工会",
    "参与方式",
    "进展",
    "开始、提出或申请日期",
    "完成日期",
    "评审",
    "登记时间",
)
AGREED = ("成果名称", "同意日期", "公开姓名", "公开图片", "撤回日期", "登记时间")
YES_NO = {True: "是", False: "否"}


def records_of(worker: Worker, *, by, full_numbers: bool) -> list[Sheet]:
    """A sheet of what the person made, and one of the forms of consent to show it."""
    return [("创新成果", MADE, _made(worker, by)), ("公开同意书", AGREED, _agreed(worker, by))]


def _made(worker: Worker, by) -> list[tuple]:
    found = Contributor.objects.visible_to(by).filter(worker=worker).select_related("innovation__union")
    return [
        (
            row.innovation.title,
            row.innovation.get_kind_display(),
            row.innovation.union.name,
            row.part,
            row.innovation.standing,
            text_of(row.innovation.begun_on),
            text_of(row.innovation.done_on),
            row.innovation.get_state_display(),
            text_of(row.entered_at),
        )
        for row in found.order_by("pk")
    ]


def _agreed(worker: Worker, by) -> list[tuple]:
    found = Consent.objects.visible_to(by).filter(contributor__worker=worker)
    return [
        (
            row.contributor.innovation.title,
            text_of(row.given_on),
            YES_NO[row.shows_name],
            YES_NO[row.shows_pictures],
            text_of(row.withdrawn_on),
            text_of(row.added_at),
        )
        for row in found.select_related("contributor__innovation").order_by("pk")
    ]
