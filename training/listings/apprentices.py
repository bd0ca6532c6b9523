"""师带徒 as a list: the rows of its page and every column it can show or export."""

from django.utils import timezone

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.apprentices import ApprenticeshipFilter
from training.queries.apprentices import pairs_of, standing

STANDING = ("outcome", "start", "until")


class ApprenticeshipListing(FilterListing):
    """师带徒."""

    name = "apprenticeships"
    title = "师带徒"
    url_name = "training:apprenticeship_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(ApprenticeshipFilter.Meta.fields)
    filter_class = ApprenticeshipFilter
    order = ("until", "pk")
    unsaid = ("find",)
    whole = "在带和待登记结果的师徒"
    holds_people = True
    numbers = ("master_load",)
    columns = (
        Column("apprentice", "徒弟", AsRead("apprentice__name"), personal=True, reads=("apprentice__name",)),
        Column("master", "师傅", AsRead("master__name"), personal=True, reads=("master__name",)),
        Column("trade", "工种", AsRead("trade"), width=16, reads=("trade",)),
        Column("goal_level", "目标等级", lambda row, names: names["levels"].get(row.goal_level, row.goal_level),
               reads=("goal_level",)),
        Column("start", "开始日期", AsRead("start"), reads=("start",)),
        Column("until", "约定期满日期", AsRead("until"), width=14, reads=("until",)),
        Column("standing", "情况", lambda row, names: standing(row, names["today"]), width=20, reads=STANDING),
        Column("master_load", "师傅在带人数", AsRead("master_load"), width=14, reads=("master_load",)),
        Column("union", "徒弟所属工会", AsRead("apprentice__union__name"), width=34,
               reads=("apprentice__union__name",)),
        Column("employer", "徒弟工作单位", AsRead("apprentice__employer__name"), width=34, shown=False,
               reads=("apprentice__employer__name",)),
        Column("master_union", "师傅所属工会", AsRead("master__union__name"), width=34, shown=False,
               reads=("master__union__name",)),
        Column("goal", "目标技能", AsRead("goal"), width=30, shown=False, reads=("goal",)),
        Column("signed_on", "协议签订日期", AsRead("signed_on"), width=14, shown=False, reads=("signed_on",)),
        Column("end", "结束日期", AsRead("end"), shown=False, reads=("end",)),
        Column("outcome_note", "结果说明", AsRead("outcome_note"), width=30, shown=False, reads=("outcome_note",)),
    )  # fmt: skip

    def everything(self, user, query):
        """Pairs of the people in reach."""
        return pairs_of(user).with_master_load(timezone.localdate())

    def names(self):
        """Names of the levels, and today, from which the days are counted."""
        return {"levels": codes.names("skill_level"), "today": timezone.localdate()}
