"""Classes as a list: the rows of its page, and the columns it can export."""

from django.utils import timezone

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.classes import ClassFilter
from training.models import TrainingClass
from training.queries.classes import SMALL, satisfaction_of

# Where to change what a file that comes back may not change.
ON_PAGE = "请在班次页面办理。"
COMPUTED = "这一列由系统得出，不能修改。"
RELATED = ("union", "base", "provider", "agreement", "plan_line")


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


def _satisfaction(row, names) -> float | None:
    """The average of at least as many answers as a report asks for."""
    return satisfaction_of(row, names["least"])


def _provider(row, names) -> str:
    return row.provider.name if row.provider else row.organiser


def _safety_level(row, names) -> str:
    return row.get_safety_level_display()


def _open_below(row, names) -> str:
    return "是" if row.is_open_below else "否"


def classes_of(user):
    """Classes the user may see, with what the list says of them."""
    return TrainingClass.objects.visible_to(user).select_related(*RELATED).with_counts()


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
    numbers = (
        "planned_hours",
        "actual_hours",
        "capacity",
        "enrolled",
        "waiting",
        "completed",
        "answers",
        "satisfaction",
    )
    kind = "classes"
    columns = (
        Column("title", "培训名称", AsRead("title"), width=34, attribute="title"),
        Column("code", "班次编号", AsRead("code"), width=20, attribute="code", fixed=COMPUTED),
        Column("union", "主办工会", AsRead("union__name"), width=34, attribute="union", fixed=ON_PAGE),
        Column("kind", "培训类别", _coded("kind"), width=16, attribute="kind"),
        Column("state", "状态", lambda row, names: row.get_state_display(), fixed=ON_PAGE),
        Column("starts_on", "开始日期", AsRead("starts_on"), attribute="starts_on"),
        Column("ends_on", "结束日期", AsRead("ends_on"), attribute="ends_on"),
        Column("capacity", "名额", lambda row, names: row.capacity or "不限", width=8, attribute="capacity"),
        Column("enrolled", "报名人数", _number("enrolled"), width=10, fixed=COMPUTED),
        Column("waiting", "候补人数", _number("waiting"), width=10, fixed=COMPUTED),
        Column("completed", "培训人次", _number("completed"), width=10, fixed=COMPUTED),
        Column("answers", "满意度打分人数", _number("answers"), width=12, shown=False, fixed=COMPUTED),
        Column("satisfaction", "平均满意度", _satisfaction, width=12, shown=False, fixed=COMPUTED),
        Column("trade", "工种", AsRead("trade"), width=16, shown=False, attribute="trade"),
        Column("level", "技能等级", _coded("level"), width=16, shown=False, attribute="level"),
        Column("safety_level", "安全教育层级", _safety_level, shown=False, attribute="safety_level"),
        Column("planned_hours", "计划学时", _hours("planned_hours"), shown=False, attribute="planned_hours"),
        Column("actual_hours", "实际学时", _hours("actual_hours"), shown=False, fixed=COMPUTED),
        Column("provider", "承办机构", _provider, width=30, shown=False, attribute="provider"),
        Column("plan_line", "培训计划项目", AsRead("plan_line__title"), width=30, shown=False, fixed=ON_PAGE),
        Column("agreement", "校企合作协议", AsRead("agreement__title"), width=30, shown=False, fixed=ON_PAGE),
        Column("place", "地点", AsRead("place"), width=30, shown=False, attribute="place"),
        Column("base", "实训基地", AsRead("base__name"), width=30, shown=False, fixed=ON_PAGE),
        Column("teachers", "授课教师", AsRead("teachers"), width=20, shown=False, attribute="teachers"),
        Column(
            "fund_source", "经费来源", AsRead("fund_source"), width=20, shown=False, attribute="fund_source"
        ),
        Column(
            "subsidy_note",
            "补贴标准",
            AsRead("subsidy_note"),
            width=30,
            shown=False,
            attribute="subsidy_note",
        ),
        Column("is_open_below", "下级工会可以报名", _open_below, shown=False, attribute="is_open_below"),
    )

    def everything(self, user, query):
        """Classes of the unions in reach, and those of unions above that are open to them."""
        return classes_of(user)

    def present(self, user, keys):
        """The classes as the list shows them now."""
        return classes_of(user).filter(pk__in=list(keys))

    def names(self):
        """Names of the codes, and how many answers an average needs."""
        least = codes.legal_number(SMALL, on=timezone.localdate())
        return {"kind": codes.names("training_kind"), "level": codes.names("skill_level"), "least": least}
