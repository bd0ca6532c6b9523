"""操作证到期提醒 as a list: what stands, how far it is, and whether the holder was told."""

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.permit_notices import PermitNoticeFilter
from training.models import PermitNotice
from training.queries.permit_states import standing

OFFICER, HOLDER = PermitNotice.Audience.OFFICER, PermitNotice.Audience.HOLDER


def _category(row, names) -> str:
    return names["categories"].get(row.permit.category, row.permit.category)


class PermitNoticeListing(FilterListing):
    """操作证到期提醒."""

    name = "permit_notices"
    title = "操作证到期提醒"
    url_name = "training:permit_notice_list"
    permission = Permission.EDIT_TRAINING
    parameters = tuple(PermitNoticeFilter.Meta.fields)
    filter_class = PermitNoticeFilter
    order = ("due_on", "pk")
    whole = "全部待办提醒"
    holds_people = True
    columns = (
        Column("name", "姓名", AsRead("permit__worker__name"), personal=True),
        Column("category", "作业类别", _category, width=26),
        Column("item", "准操项目", AsRead("permit__item"), width=18),
        Column("due_on", "应复审或换证日期", AsRead("due_on"), width=18),
        Column("standing", "情况", lambda row, names: standing(row.permit, names["today"]), width=18),
        Column("step", "提醒", lambda row, names: f"提前 {row.step} 天" if row.step else "当日"),
        Column("made_on", "提醒日期", AsRead("made_on")),
        Column("told_on", "告知本人", AsRead("told_on")),
        Column("union", "所属工会", AsRead("permit__worker__union__name"), width=34),
        Column("employer", "工作单位", AsRead("permit__worker__employer__name"), width=34),
    )

    def everything(self, user, query):
        """The officer's reminders that stand, of cards the user keeps."""
        rows = standing_notices(user).select_related("permit__worker__union", "permit__worker__employer")
        hidden = ("number", "number_index", "worker__phone", "worker__phone_index")
        return rows.defer(*(f"permit__{name}" for name in hidden))

    def names(self):
        """Names of the categories, and today, from which the days are counted."""
        return {"categories": codes.names("permit_category"), "today": timezone.localdate()}


def standing_notices(user):
    """The officer's reminders that stand; ``told_on``: when the holder was told of the same step."""
    rows = PermitNotice.objects.editable_by(user).filter(audience=OFFICER).standing()
    holders = PermitNotice.objects.filter(
        permit=OuterRef("permit"), due_on=OuterRef("due_on"), step=OuterRef("step"), audience=HOLDER
    )
    return rows.annotate(told_on=Subquery(holders.values("handed_on")[:1]))


def notices_waiting(user) -> tuple:
    """The reminders whose holders are still to be told."""
    return (standing_notices(user).filter(told_on=None),)
