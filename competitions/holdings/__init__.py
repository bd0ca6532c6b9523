"""What this app holds about one person, for the copy the person may ask for (settings.PERSON_RECORDS)."""

from competitions.models import Entrant, Result
from workers.holdings import Sheet, text_of
from workers.models import Worker

HEADINGS = (
    "竞赛名称",
    "竞赛编号",
    "比赛项目",
    "参赛工会",
    "队名",
    "参赛号",
    "报名状态",
    "报名备注",
    "审核或退赛说明",
    "报名时间",
    "退出时间",
    "退出原因",
    "成绩情况",
    "总成绩",
    "名次",
)


def records_of(worker: Worker, *, by, full_numbers: bool) -> list[Sheet]:
    """A sheet of the events the person entered, with what was reached once results are out."""
    found = (
        Entrant.objects.visible_to(by).filter(worker=worker).select_related("entry__union", "event__contest")
    )
    rows = list(found.order_by("pk"))
    seen = Result.objects.visible_to(by).filter(entry__in=[row.entry_id for row in rows])
    results = {result.entry_id: result for result in seen}
    lines = [
        (
            row.event.contest.title,
            row.event.contest.code,
            row.event.title,
            row.entry.union.name,
            row.entry.team_name,
            text_of(row.entry.start_number),
            row.entry.get_state_display(),
            row.entry.remark,
            row.entry.note,
            text_of(row.entered_at),
            text_of(row.left_at),
            row.left_reason,
            *_reached(results.get(row.entry_id)),
        )
        for row in rows
    ]
    return [("参赛", HEADINGS, lines)]


def _reached(result: Result | None) -> tuple[str, str, str]:
    if result is None:
        return ("", "", "")
    return (result.get_standing_display(), text_of(result.total), text_of(result.rank))
