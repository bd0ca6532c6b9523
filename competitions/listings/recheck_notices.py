"""复核提醒 as a list: what is to be re-checked, whose it is, and how much time is left."""

from django.utils import timezone

from competitions.filters.recheck_notices import RecheckNoticeFilter
from competitions.queries.recheck_notices import NOUNS, holder_of, recheck_notices_of, standing, union_of
from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing, to_the_minute


class RecheckNoticeListing(FilterListing):
    """复核提醒."""

    name = "recheck_notices"
    title = "复核提醒"
    url_name = "competitions:recheck_notice_list"
    permission = Permission.EDIT_CONTESTS
    parameters = tuple(RecheckNoticeFilter.Meta.fields)
    filter_class = RecheckNoticeFilter
    order = ("due_on", "pk")
    whole = "全部复核提醒"
    holds_people = True
    columns = (
        Column("title", "荣誉名称", lambda row, names: row.row.title, width=26),
        Column("holder", "获得者", lambda row, names: holder_of(row), width=22, personal=True),
        Column("kind", "种类", lambda row, names: NOUNS[row.kind], width=12),
        Column(
            "type", "荣誉种类", lambda row, names: names["types"].get(row.row.type, row.row.type), width=20
        ),
        Column("due_on", "复核期限", AsRead("due_on")),
        Column("standing", "情况", lambda row, names: standing(row, names["today"]), width=16),
        Column("step", "提醒", lambda row, names: f"提前 {row.step} 天" if row.step else "当日"),
        Column("made_on", "提醒日期", AsRead("made_on")),
        Column("union", "工会", lambda row, names: union_of(row).name, width=34),
        Column("seen_at", "已看", lambda row, names: to_the_minute(row.seen_at), width=18),
    )

    def everything(self, user, query):
        """The reminders that stand about what the user keeps."""
        return recheck_notices_of(user)

    def names(self):
        """Names of the kinds of honours, and today, from which the days are counted."""
        return {"types": codes.names("honour_type"), "today": timezone.localdate()}
