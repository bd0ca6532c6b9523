"""Contests as a list: the rows of its page, and the columns it can export."""

from competitions.filters.contests import ContestFilter
from competitions.models import Contest
from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing


class ContestListing(FilterListing):
    """竞赛."""

    name = "contests"
    title = "竞赛"
    url_name = "competitions:contest_list"
    permission = Permission.VIEW_CONTESTS
    parameters = tuple(ContestFilter.Meta.fields)
    filter_class = ContestFilter
    order = ("-starts_on", "-pk")
    whole = "全部竞赛"
    numbers = ("events", "budget")
    columns = (
        Column("title", "竞赛名称", AsRead("title"), width=34),
        Column("code", "竞赛编号", AsRead("code"), width=20),
        Column("union", "主办工会", AsRead("union__name"), width=34),
        Column("kind", "竞赛种类", lambda row, names: row.get_kind_display()),
        Column("level", "竞赛级别", lambda row, names: names.get(row.level, row.level), width=18),
        Column("state", "状态", lambda row, names: row.get_state_display()),
        Column("entries_until", "报名截止日期", AsRead("entries_until")),
        Column("starts_on", "开始日期", AsRead("starts_on")),
        Column("ends_on", "结束日期", AsRead("ends_on")),
        Column("events", "比赛项目数", AsRead("events_held"), width=10),
        Column("hosts", "主办单位", AsRead("hosts"), width=30, shown=False),
        Column("organisers", "承办单位", AsRead("organisers"), width=30, shown=False),
        Column("document_number", "文件号", AsRead("document_number"), width=20, shown=False),
        Column("place", "地点", AsRead("place"), width=30, shown=False),
        Column("budget", "经费预算（元）", lambda row, names: None if row.budget is None else float(row.budget),
               shown=False),
    )  # fmt: skip

    def everything(self, user, query):
        """Contests of the unions in reach, and announced ones of unions above that are open to them."""
        return Contest.objects.visible_to(user).select_related("union").with_counts()

    def names(self):
        """Names of the levels."""
        return codes.names("competition_level")
