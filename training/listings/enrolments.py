"""People in classes as a list: the rows of its page, and the columns it can export. The columns that name class, place
and person are titled as in the kinds of file that take attendance and results."""

from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.enrolments import EnrolmentFilter
from training.models import Enrolment


def _number(name: str):
    """A decimal as a number; nothing for none."""

    def value(row, names) -> float | None:
        found = getattr(row, name)
        return None if found is None else float(found)

    return value


class EnrolmentListing(FilterListing):
    """参训人员."""

    name = "enrolments"
    title = "参训人员"
    url_name = "training:enrolment_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(EnrolmentFilter.Meta.fields)
    filter_class = EnrolmentFilter
    order = ("-training_class__starts_on", "-training_class", "position", "pk")
    unsaid = ("find",)
    whole = "全部参训人员"
    holds_people = True
    numbers = ("position", "hours", "score", "satisfaction")
    columns = (
        Column("name", "姓名", AsRead("worker__name"), personal=True, width=12),
        Column("position", "顺序", AsRead("position"), width=8),
        Column("code", "班次编号", AsRead("training_class__code"), width=20),
        Column("title", "培训名称", AsRead("training_class__title"), width=34),
        Column("union", "报名时所属工会", AsRead("union__name"), width=34),
        Column("state", "报名状态", lambda row, names: row.get_state_display(), width=10),
        Column("hours", "出勤学时", _number("attended_hours"), width=10),
        Column("result", "结论", lambda row, names: row.get_result_display(), width=10),
        Column("score", "考核成绩", _number("score"), width=10),
        Column("completed_on", "结业日期", AsRead("completed_on")),
        Column("certified_on", "取证日期", AsRead("certified_on")),
        Column("satisfaction", "满意度", AsRead("satisfaction"), width=8),
    )

    def everything(self, user, query):
        """Enrolments of the people in reach, and of the classes of the unions in reach."""
        rows = Enrolment.objects.visible_to(user).select_related("worker", "training_class", "union")
        return rows.opened_by(user).with_hours().defer("worker__phone", "worker__phone_index")
