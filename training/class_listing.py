"""Classes as a list: the rows of its page, and the columns it can export."""

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.class_filters import ClassFilter
from training.models import TrainingClass


def _coded(field: str):
    return lambda row, names: names[field].get(getattr(row, field), getattr(row, field))


def _number(name: str):
    """A count or sum that is nothing where there are no rows."""
    return lambda row, names: getattr(row, name) or 0


def _hours(name: str):
    def value(row, names) -> float | None:
        hours = getattr(row, name)
        return None if hours is None else float(hours)

    return value


class ClassListing(FilterListing):
    """培训班次."""

    name = "classes"
    title = "培训班次"
    url_name = "training:class_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(ClassFilter.Meta.fields)
    filter_class = ClassFilter
    order = ("-starts_on", "-pk")
    whole = "全部培训班次"
    numbers = ("planned_hours", "actual_hours", "capacity", "enrolled", "waiting", "completed", "passed")
    columns = (
        Column("title", "培训名称", AsRead("title"), width=34),
        Column("code", "班次编号", AsRead("code"), width=20),
        Column("union", "主办工会", AsRead("union__name"), width=34),
        Column("kind", "培训类别", _coded("kind"), width=16),
        Column("state", "状态", lambda row, names: row.get_state_display()),
        Column("starts_on", "开始日期", AsRead("starts_on")),
        Column("ends_on", "结束日期", AsRead("ends_on")),
        Column("capacity", "名额", lambda row, names: row.capacity or "不限", width=8),
        Column("enrolled", "报名人数", _number("enrolled"), width=10),
        Column("waiting", "候补人数", _number("waiting"), width=10),
        Column("completed", "培训人次", _number("completed"), width=10),
        Column("trade", "工种", AsRead("trade"), width=16, shown=False),
        Column("level", "技能等级", _coded("level"), width=16, shown=False),
        Column(
            "safety_level", "安全教育层级", lambda row, names: row.get_safety_level_display(), shown=False
        ),
        Column("planned_hours", "计划学时", _hours("planned_hours"), shown=False),
        Column("actual_hours", "实际学时", _hours("actual_hours"), shown=False),
        Column("organiser", "承办单位", AsRead("organiser"), width=30, shown=False),
        Column("place", "地点", AsRead("place"), width=30, shown=False),
        Column("teachers", "授课教师", AsRead("teachers"), width=20, shown=False),
        Column("fund_source", "经费来源", AsRead("fund_source"), width=20, shown=False),
        Column("subsidy_note", "补贴标准", AsRead("subsidy_note"), width=30, shown=False),
    )

    def everything(self, user, query):
        """Classes of the unions in reach, and those of unions above that are open to them."""
        return TrainingClass.objects.visible_to(user).select_related("union").with_counts()

    def names(self):
        """Names of the codes."""
        return {"kind": codes.names("training_kind"), "level": codes.names("skill_level")}
