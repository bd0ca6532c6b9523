"""Demand and yearly plans as lists: the rows of their pages, and the columns they can export."""

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.demand import DemandFilter, PlanFilter
from training.models import DemandLine, TrainingPlan


def _coded(field: str):
    return lambda row, names: names[field].get(getattr(row, field), getattr(row, field))


class DemandListing(FilterListing):
    """培训需求."""

    name = "demand_lines"
    title = "培训需求明细"
    url_name = "training:demand_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(DemandFilter.Meta.fields)
    filter_class = DemandFilter
    order = (
        "-demand_return__survey__year",
        "demand_return__survey",
        "demand_return__union__path",
        "position",
        "pk",
    )
    whole = "全部培训需求"
    numbers = ("people",)
    columns = (
        Column("union", "工会", AsRead("demand_return__union__name"), width=34),
        Column("kind", "培训类别", _coded("kind"), width=16),
        Column("trade", "工种", AsRead("trade"), width=16),
        Column("level", "技能等级", _coded("level"), width=16),
        Column("people", "人数", AsRead("people"), width=8),
        Column("wished", "希望时间", lambda row, names: row.get_wished_display()),
        Column("note", "备注", AsRead("note"), width=30),
        Column("survey", "调查", AsRead("demand_return__survey__title"), width=30),
    )

    def everything(self, user, query):
        """What the unions in reach returned."""
        found = DemandLine.objects.visible_to(user)
        return found.select_related("demand_return__union", "demand_return__survey")

    def names(self):
        """Names of the codes."""
        return {"kind": codes.names("training_kind"), "level": codes.names("skill_level")}


class PlanListing(FilterListing):
    """年度培训计划."""

    name = "training_plans"
    title = "年度培训计划"
    url_name = "training:plan_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(PlanFilter.Meta.fields)
    filter_class = PlanFilter
    order = ("-year", "union__path", "pk")
    whole = "全部年度培训计划"
    numbers = ("items", "planned", "held")
    columns = (
        Column("union", "主办工会", AsRead("union__name"), width=34),
        Column("year", "年度", AsRead("year"), width=8),
        Column("state", "状态", lambda row, names: row.get_state_display()),
        Column("published_on", "发布日期", AsRead("published_on")),
        Column("items", "项目", lambda row, names: row.items or 0, width=8),
        Column("planned", "计划人数", lambda row, names: row.planned or 0, width=10),
        Column("held", "已安排班次", lambda row, names: row.held or 0, width=12),
    )

    def everything(self, user, query):
        """Plans of the unions in reach, and published ones of unions above."""
        return TrainingPlan.objects.visible_to(user).select_related("union").with_sums()
