"""Hazards as a list: the rows of its page, and the columns it can export."""

import datetime as dt

from django.utils import timezone

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from rights.filters.inspections import CLOSED, LATE, OPEN, OVERDUE, STANDINGS, HazardFilter
from rights.models import Hazard

WORDS = dict(STANDINGS)


def standing_of(hazard: Hazard, today: dt.date) -> str:
    """Which of STANDINGS holds for the hazard on the day."""
    if hazard.closed_on:
        return CLOSED if hazard.closed_on <= hazard.due_on else LATE
    return OPEN if hazard.due_on >= today else OVERDUE


class HazardListing(FilterListing):
    """隐患整改."""

    name = "hazards"
    title = "隐患整改"
    url_name = "rights:hazard_list"
    permission = Permission.VIEW_SUPERVISION
    parameters = tuple(HazardFilter.Meta.fields)
    filter_class = HazardFilter
    order = ("due_on", "pk")
    whole = "全部隐患"
    columns = (
        Column("what", "隐患内容", AsRead("what"), width=40),
        Column("level", "隐患等级", lambda row, names: names["levels"].get(row.level, row.level)),
        Column("employer", "被检查单位", AsRead("inspection__employer__name"), width=34),
        Column("on", "检查日期", AsRead("inspection__on")),
        Column("due_on", "整改期限", AsRead("due_on")),
        Column("standing", "情况", lambda row, names: WORDS[standing_of(row, names["today"])]),
        Column("replied_on", "答复日期", AsRead("replied_on")),
        Column("closed_on", "复查销号日期", AsRead("closed_on"), width=14),
        Column("union", "检查工会", AsRead("inspection__union__name"), width=34),
        Column("inspectors", "检查人员", AsRead("inspection__inspectors"), width=20, shown=False),
        Column("proposal", "整改建议", AsRead("proposal"), width=40, shown=False),
        Column("reply", "答复情况", AsRead("reply"), width=40, shown=False),
        Column("recheck", "复查情况", AsRead("recheck"), width=40, shown=False),
    )

    def everything(self, user, query):
        """Hazards found by unions in reach, and those at firms of unions in reach."""
        return Hazard.objects.visible_to(user).select_related("inspection__employer", "inspection__union")

    def names(self):
        """Names of the levels, and today."""
        return {"levels": codes.names("hazard_level"), "today": timezone.localdate()}
