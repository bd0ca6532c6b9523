"""技能带头人 as a list: the rows of its page and every column it can show or export."""

from django.utils import timezone

from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.leaders import LeaderFilter
from training.queries.leaders import leaders_of, standing
from training.rules.leaders import before

STANDING = ("state", "start", "end", "end_note")


class LeaderListing(FilterListing):
    """技能带头人."""

    name = "leaders"
    title = "技能带头人"
    url_name = "training:leader_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(LeaderFilter.Meta.fields)
    filter_class = LeaderFilter
    order = ("end", "pk")
    unsaid = ("find",)
    whole = "在聘、待审定和未开始的技能带头人"
    holds_people = True
    numbers = ("allowance",)
    columns = (
        Column("name", "姓名", AsRead("worker__name"), personal=True, reads=("worker__name",)),
        Column("trade", "工种", AsRead("trade"), width=14, reads=("trade",)),
        Column("team", "带领的班组或团队", AsRead("team"), width=26, reads=("team",)),
        Column("start", "聘期开始", AsRead("start"), reads=("start",)),
        Column("until", "聘期至", lambda row, names: before(row.end), reads=("end",)),
        Column("standing", "情况", lambda row, names: standing(row, names["today"]), width=20, reads=STANDING),
        Column("allowance", "每月津贴（元）", AsRead("allowance"), width=14, reads=("allowance",)),
        Column("paid_until", "津贴发至", lambda row, names: f"{row.paid_until:%Y-%m}" if row.paid_until else "",
               reads=("paid_until",)),
        Column("union", "所属工会", AsRead("worker__union__name"), width=34, reads=("worker__union__name",)),
        Column("employer", "工作单位", AsRead("worker__employer__name"), width=34, shown=False,
               reads=("worker__employer__name",)),
        Column("document_number", "聘任文号", AsRead("document_number"), width=20, shown=False,
               reads=("document_number",)),
        Column("decision_note", "审定说明", AsRead("decision_note"), width=30, shown=False, reads=("decision_note",)),
        Column("end_note", "提前结束说明", AsRead("end_note"), width=30, shown=False, reads=("end_note",)),
    )  # fmt: skip

    def everything(self, user, query):
        """Leaders among the people in reach."""
        return leaders_of(user)

    def names(self):
        """Today, from which the days are counted."""
        return {"today": timezone.localdate()}
