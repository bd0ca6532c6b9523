"""成绩通知 as a list: which results came out, until when they may be objected to, and whether the user has seen it."""

from competitions.filters.result_notices import ResultNoticeFilter
from competitions.queries.result_notices import result_notices_of
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing, to_the_minute


class ResultNoticeListing(FilterListing):
    """成绩通知."""

    name = "result_notices"
    title = "成绩通知"
    url_name = "competitions:result_notice_list"
    permission = Permission.EDIT_CONTESTS
    parameters = tuple(ResultNoticeFilter.Meta.fields)
    filter_class = ResultNoticeFilter
    order = ("-made_on", "-pk")
    whole = "全部成绩通知"
    columns = (
        Column("contest", "竞赛名称", AsRead("event__contest__title"), width=34),
        Column("event", "比赛项目", AsRead("event__title"), width=20),
        Column("step", "成绩", lambda row, names: row.get_step_display(), width=12),
        Column("objections_until", "异议截止日期", AsRead("objections_until"), width=14),
        Column("union", "参赛工会", AsRead("union__name"), width=34),
        Column("made_on", "通知日期", AsRead("made_on")),
        Column("seen_at", "已看", lambda row, names: to_the_minute(row.seen_at), width=18),
    )

    def everything(self, user, query):
        """The notices to the user that stand."""
        return result_notices_of(user)
