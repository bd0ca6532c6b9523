"""特种作业操作证 as a list: the rows of its page and every column it can show or export."""

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.permits import PermitFilter
from training.models import Permit, PermitReview
from training.queries.permit_states import masked, standing

# Where to change what a file that comes back may not change.
ON_PAGE = "请在操作证页面办理。"
ON_PERSON_PAGE = "请在职工页面办理。"
COMPUTED = "这一列由系统得出，不能修改。"
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
    kind = "permits"
    columns = (
        Column("name", "姓名", AsRead("worker__name"), personal=True, reads=("worker__name",), attribute="name",
               fixed=ON_PERSON_PAGE),
        Column("category", "作业类别", lambda row, names: names["categories"].get(row.category, row.category),
               width=26, reads=("category",), attribute="category", fixed=ON_PAGE),
        Column("item", "准操项目", AsRead("item"), width=18, reads=("item",), attribute="item", fixed=ON_PAGE),
        Column("number", "操作证号", lambda row, names: masked(row.number_tail), width=24, number_text=True,
               personal=True, reads=("number_tail",), attribute="permit", fixed=ON_PAGE),
        Column("valid_until", "有效期至", AsRead("valid_until"), reads=("valid_until",), attribute="valid_until"),
        Column("due_on", "应复审或换证日期", AsRead("due_on"), width=18, reads=("due_on",), fixed=COMPUTED),
        Column("standing", "情况", lambda row, names: standing(row, names["today"]), width=18, reads=STANDING,
               fixed=COMPUTED),
        Column("union", "所属工会", AsRead("worker__union__name"), width=34, reads=("worker__union__name",),
               fixed=ON_PERSON_PAGE),
        Column("employer", "工作单位", AsRead("worker__employer__name"), width=34,
               reads=("worker__employer__name",), fixed=ON_PERSON_PAGE),
        Column("reviewed_on", "最近复审日期", AsRead("reviewed_on"), width=14, shown=False, reads=("reviewed_on",),
               attribute="reviewed_on"),
        Column("issuer", "发证机关", AsRead("issuer"), width=26, shown=False, reads=("issuer",), attribute="issuer"),
        Column("issued_on", "发证日期", AsRead("issued_on"), shown=False, reads=("issued_on",), attribute="issued_on",
               fixed=ON_PAGE),
        Column("long_service", "从业十年以上无违章", lambda row, names: "是" if row.long_service else "否", width=18,
               shown=False, reads=("long_service",), attribute="long_service"),
    )  # fmt: skip

    def present(self, user, keys):
        """The cards as the list shows them now."""
        return permits_of(user).filter(pk__in=list(keys))

    def everything(self, user, query):
        """Cards of the people in reach."""
        return permits_of(user)

    def names(self):
        """Names of the categories, and today, from which the days are counted."""
        return {"categories": codes.names("permit_category"), "today": timezone.localdate()}


def permits_of(user):
    """Cards in the user's reach with the people to show them and ``reviewed_on``, the day of the last passed review;
    numbers stay sealed."""
    passed = PermitReview.objects.filter(permit=OuterRef("pk"), passed=True).order_by("-on").values("on")
    rows = Permit.objects.visible_to(user).select_related("worker__union", "worker__employer")
    rows = rows.annotate(reviewed_on=Subquery(passed[:1]))
    return rows.defer("number", "number_index", "worker__phone", "worker__phone_index")
