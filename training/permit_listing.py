"""特种作业操作证 as a list: the rows of its page and every column it can show or export."""

from django.utils import timezone

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.models import Permit
from training.permit_filters import PermitFilter
from training.permit_states import masked, standing

STANDING = ("state", "due_on", "valid_until")


class PermitListing(FilterListing):
    """特种作业操作证."""

    name = "permits"
    title = "特种作业操作证"
    url_name = "training:permit_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(PermitFilter.Meta.fields)
    filter_class = PermitFilter
    order = ("due_on", "pk")
    unsaid = ("find",)
    whole = "在用的操作证"
    holds_people = True
    columns = (
        Column("name", "姓名", AsRead("worker__name"), personal=True, reads=("worker__name",)),
        Column("category", "作业类别", lambda row, names: names["categories"].get(row.category, row.category),
               width=26, reads=("category",)),
        Column("item", "准操项目", AsRead("item"), width=18, reads=("item",)),
        Column("number", "操作证号", lambda row, names: masked(row.number_tail), width=24, number_text=True,
               personal=True, reads=("number_tail",)),
        Column("valid_until", "有效期至", AsRead("valid_until"), reads=("valid_until",)),
        Column("due_on", "应复审或换证日期", AsRead("due_on"), width=18, reads=("due_on",)),
        Column("standing", "情况", lambda row, names: standing(row, names["today"]), width=18, reads=STANDING),
        Column("union", "所属工会", AsRead("worker__union__name"), width=34, reads=("worker__union__name",)),
        Column("employer", "工作单位", AsRead("worker__employer__name"), width=34,
               reads=("worker__employer__name",)),
        Column("issuer", "发证机关", AsRead("issuer"), width=26, shown=False, reads=("issuer",)),
        Column("issued_on", "发证日期", AsRead("issued_on"), shown=False, reads=("issued_on",)),
        Column("long_service", "从业十年以上无违章", lambda row, names: "是" if row.long_service else "否", width=18,
               shown=False, reads=("long_service",)),
    )  # fmt: skip

    def everything(self, user, query):
        """Cards of the people in reach."""
        return permits_of(user)

    def names(self):
        """Names of the categories, and today, from which the days are counted."""
        return {"categories": codes.names("permit_category"), "today": timezone.localdate()}


def permits_of(user):
    """Cards in the user's reach with the people to show them; numbers stay sealed."""
    rows = Permit.objects.visible_to(user).select_related("worker__union", "worker__employer")
    return rows.defer("number", "number_index", "worker__phone", "worker__phone_index")
