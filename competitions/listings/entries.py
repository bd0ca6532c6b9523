"""Who competes, as a list: one row a person."""

from django.utils import timezone

from competitions.filters.entries import EntrantFilter
from competitions.models import Entrant, Entry
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing

STATES = dict(Entry.State.choices)


class EntrantListing(FilterListing):
    """参赛人员."""

    name = "entrants"
    title = "参赛人员"
    url_name = "competitions:entrant_list"
    permission = Permission.VIEW_CONTESTS
    parameters = tuple(EntrantFilter.Meta.fields)
    filter_class = EntrantFilter
    order = ("-event__contest__starts_on", "event", "entry__start_number", "pk")
    whole = "全部参赛人员"
    holds_people = True
    numbers = ("start_number",)
    columns = (
        Column("name", "姓名", AsRead("worker__name"), personal=True, reads=("worker__name",)),
        Column("start_number", "参赛号", AsRead("entry__start_number"), width=8, reads=("entry__start_number",)),
        Column("contest", "竞赛名称", AsRead("event__contest__title"), width=34, reads=("event__contest__title",)),
        Column("event", "比赛项目", AsRead("event__title"), width=20, reads=("event__title",)),
        Column("team", "队名", AsRead("entry__team_name"), width=16, reads=("entry__team_name",)),
        Column("union", "参赛工会", AsRead("entry__union__name"), width=34, reads=("entry__union__name",)),
        Column("employer", "工作单位", AsRead("worker__employer__name"), width=34,
               reads=("worker__employer__name",)),
        Column("state", "报名状态", lambda row, names: STATES[row.entry.state], reads=("entry__state",)),
        Column("left", "退出原因", AsRead("left_reason"), width=24, shown=False, reads=("left_reason",)),
        Column("note", "审核或退赛说明", AsRead("entry__note"), width=24, shown=False, reads=("entry__note",)),
        Column("code", "竞赛编号", AsRead("event__contest__code"), width=20, shown=False,
               reads=("event__contest__code",)),
        Column("entered_on", "报名日期", lambda row, names: timezone.localdate(row.entered_at), shown=False,
               reads=("entered_at",)),
    )  # fmt: skip

    def everything(self, user, query):
        """People in entries in reach, also those who left."""
        rows = Entrant.objects.visible_to(user)
        rows = rows.select_related("worker__employer", "entry__union", "event__contest")
        return rows.defer("worker__phone", "worker__phone_index")
