"""What somebody won and what was promised for it, for the copy the person may ask for (settings.PERSON_RECORDS)."""

from competitions.queries.follow import Names, awarded, promises_of
from workers.holdings import Sheet, text_of
from workers.models import Worker

AWARD_HEADINGS = ("竞赛名称", "比赛项目", "奖项", "名次", "获奖编号", "颁发日期")
PROMISE_HEADINGS = (
    "竞赛名称",
    "待遇",
    "内容",
    "情况",
    "应兑现日期",
    "兑现日期",
    "文件号",
    "实发金额（元）",
    "不再兑现的原因",
)


def records_of(worker: Worker, *, by, full_numbers: bool) -> list[Sheet]:
    """A sheet of the person's awards, and one of what was promised for them."""
    awards = [
        (
            row.event.contest.title,
            row.event.title,
            row.entry.award.prize.title,
            text_of(row.entry.result.rank),
            row.entry.award.code,
            text_of(row.entry.award.awarded_on),
        )
        for row in awarded(by).filter(worker=worker).order_by("pk")
    ]
    names = Names.load()
    promises = [
        (
            row.event.contest.title,
            row.get_gain_display(),
            names.of(row),
            row.get_state_display(),
            text_of(row.due_on),
            text_of(row.delivered_on),
            row.document_number,
            text_of(row.delivered_amount),
            row.waive_reason,
        )
        for row in promises_of(by).filter(entrant__worker=worker).order_by("pk")
    ]
    return [("获奖", AWARD_HEADINGS, awards), ("竞赛待遇", PROMISE_HEADINGS, promises)]
