"""Activities as a list: the rows of its page, and the columns it can export."""

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from reform.filters.activities import ActivityFilter
from reform.models import Activity


class ActivityListing(FilterListing):
    """活动."""

    name = "activities"
    title = "活动"
    url_name = "reform:activity_list"
    permission = Permission.VIEW_ACTIVITIES
    parameters = tuple(ActivityFilter.Meta.fields)
    filter_class = ActivityFilter
    order = ("-starts_on", "-pk")
    whole = "全部活动"
    numbers = ("participants", "works")
    columns = (
        Column("title", "活动名称", AsRead("title"), width=34),
        Column("union", "主办工会", AsRead("union__name"), width=34),
        Column("kind", "活动种类", lambda row, names: names.get(row.kind, row.kind), width=16),
        Column("state", "状态", lambda row, names: row.get_state_display()),
        Column("starts_on", "开始日期", AsRead("starts_on")),
        Column("ends_on", "结束日期", AsRead("ends_on")),
        Column("place", "地点", AsRead("place"), width=30),
        Column("participants", "参与人次", AsRead("participants"), width=10),
        Column("works", "作品数", AsRead("works"), width=10),
        Column("measure", "对应举措", lambda row, names: str(row.measure or ""), width=34, shown=False),
        Column("link", "网络链接", AsRead("link"), width=34, shown=False),
        Column("hosts", "主办单位", AsRead("hosts"), width=30, shown=False),
        Column("note", "说明", AsRead("note"), width=34, shown=False),
        Column("cancel_reason", "取消原因", AsRead("cancel_reason"), width=30, shown=False),
    )

    def everything(self, user, query):
        """Activities of the unions in reach."""
        return Activity.objects.visible_to(user).select_related("union", "measure")

    def names(self):
        """Names of the kinds."""
        return codes.names("activity_kind")
