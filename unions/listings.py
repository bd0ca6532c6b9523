"""Firms as a list: the rows of its page, and the columns it can export."""

from django.db.models import Count, OuterRef, Q, Subquery
from django.http import QueryDict
from django.utils import timezone

from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from core.models import Code
from unions import queries
from unions.filters import EmployerFilter
from unions.models import Employer

CODE_TABLES = {
    "industry": "industry_section",
    "nature": "employer_nature",
    "economy": "economy_kind",
}
# Where to change what a file that comes back may not change.
ON_FIRM_PAGE = "请在单位页面办理。"
ON_UNION_PAGE = "请在工会页面办理。"
COUNTED = "这一列由名册算出，不能修改。"


def coded(field: str):
    """A column's value: the name of a code."""
    return lambda firm, names: names[field].get(getattr(firm, field), getattr(firm, field))


def _covered(firm, names) -> str:
    if firm.closed_on:
        return "已关停"
    return "已建会" if firm.is_covered else "未建会"


class EmployerListing(FilterListing):
    """用人单位."""

    name = "employers"
    title = "用人单位"
    url_name = "unions:employer_list"
    permission = Permission.VIEW_ORGANISATION
    parameters = tuple(EmployerFilter.Meta.fields)
    filter_class = EmployerFilter
    order = ("name", "pk")
    whole = "全部用人单位"
    kind = "unions"
    layouts = {"form": "union_form", "update": "union_update"}
    columns = (
        Column("name", "单位名称", AsRead("name"), width=34, reads=("name",), attribute="name", fixed=ON_FIRM_PAGE),
        Column("credit_code", "单位统一社会信用代码", AsRead("credit_code"), width=22, number_text=True,
               reads=("credit_code",), attribute="credit_code"),
        Column("union", "归口工会", AsRead("union__name"), width=34, reads=("union__name",), fixed=ON_FIRM_PAGE),
        Column("industry", "行业", coded("industry"), width=20, reads=("industry",), attribute="industry"),
        Column("covered", "建会", _covered, width=10, reads=("closed_on", "is_covered"), fixed=ON_FIRM_PAGE),
        Column("employees", "申报职工", AsRead("employees"), width=10, reads=("employees",), attribute="employees"),
        Column("on_roll", "名册在册", AsRead("on_roll"), width=10, reads=("on_roll",), fixed=COUNTED),
        Column("members", "其中会员", AsRead("members"), width=10, reads=("members",), fixed=COUNTED),
        Column("address", "单位地址", AsRead("address"), width=34, shown=False, reads=("address",), attribute="address"),
        Column("district", "单位所在政区", AsRead("district"), width=16, shown=False, reads=("district",),
               attribute="district"),
        Column("nature", "单位性质类别", coded("nature"), width=18, shown=False, reads=("nature",), attribute="nature"),
        Column("economy", "经济类型", coded("economy"), width=14, shown=False, reads=("economy",), attribute="economy"),
    )  # fmt: skip

    def everything(self, user, query):
        """Firms in reach, with what their page shows of them."""
        return queries.employers_seen_by(user, timezone.localdate())

    def names(self):
        """Names of the codes."""
        rows = Code.objects.filter(table__in=CODE_TABLES.values()).values_list("table", "code", "name")
        fields = {table: field for field, table in CODE_TABLES.items()}
        found: dict[str, dict[str, str]] = {field: {} for field in CODE_TABLES}
        for table, code, name in rows:
            found[fields[table]][code] = name
        return found

    def present(self, user, keys):
        """The firms as the list shows them now."""
        return self.everything(user, QueryDict()).filter(pk__in=list(keys))

    def readable(self, rows, reads):
        """How many people of the roll work there, and how many of them are members."""
        for name, who in (
            ("on_roll", ~Q(workers__standing="left")),
            ("members", Q(workers__standing="member")),
        ):
            if name in reads:
                counted = Employer.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
                counted = counted.annotate(people=Count("workers", filter=who)).values("people")
                rows = rows.annotate(**{name: Subquery(counted)})
        return rows
