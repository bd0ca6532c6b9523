"""The tree of unions, and the firms without a union, as lists: the rows of their pages."""

from dataclasses import replace

from core.access import Permission
from core.errors import RuleError
from core.listing import Column, Listing
from core.text import clean_text
from unions import queries
from unions.filters import UncoveredFilter
from unions.forms import AsAtForm
from unions.listings import EmployerListing
from unions.models import Union

SEARCH_LENGTH = 50


def _figure(name: str):
    return lambda node, names: getattr(node.figures, name)


class UnionListing(Listing):
    """工会组织: the nodes of the tree in its order, with the rolled-up figures."""

    name = "union_tree"
    title = "工会组织"
    url_name = "unions:union_tree"
    permission = Permission.VIEW_ORGANISATION
    parameters = ("q", "on")
    columns = (
        Column("name", "工会名称", lambda node, names: node.union.name, width=40),
        Column("depth", "层级", lambda node, names: node.depth + 1, width=6),
        Column("code", "编号", lambda node, names: node.union.code, number_text=True),
        Column("org_type", "类型", lambda node, names: node.union.get_org_type_display(), width=26),
        Column("unions", "成员工会", _figure("unions"), width=10),
        Column("firms", "覆盖单位", _figure("firms"), width=10),
        Column("members", "名册会员", _figure("members"), width=10),
        Column("declared", "申报会员", _figure("declared"), width=10),
        Column("difference", "差额", _figure("difference"), width=10),
        Column("credit_code", "工会统一社会信用代码", lambda node, names: node.union.credit_code, width=22,
               number_text=True, shown=False),
        Column("founded_on", "建会日期", lambda node, names: node.union.founded_on, shown=False),
    )  # fmt: skip

    def filtered(self, user, query):
        """The unions of the page; ``lines`` says them in its order."""
        text, on = self._asked(query)
        self.nodes = queries.union_tree(user, search=text, on=on)
        return Union.objects.visible_to(user).filter(pk__in=[node.union.pk for node in self.nodes])

    def in_words(self, user, query):
        """The search, which is about unions and firms, and the day."""
        text, on = self._asked(query)
        asked = [("查找", text), ("截至日期", str(on or ""))]
        return [line for line in asked if line[1]] or [("范围", "全部工会组织")]

    def lines(self, rows, columns, *, chunk, finish=None):
        """From the tree that ``filtered`` drew."""
        for node in self.nodes:
            line = [column.value(node, {}) for column in columns]
            yield [finish(cell) for cell in line] if finish else line

    def _asked(self, query) -> tuple[str, object]:
        form = AsAtForm(query)
        if not form.is_valid():
            raise RuleError("日期有误，请回到工会组织重新查询。", code="bad_filter")
        return clean_text(query.get("q", ""))[:SEARCH_LENGTH], form.cleaned_data.get("on")


class UncoveredListing(EmployerListing):
    """尚未建会的单位."""

    name = "uncovered"
    title = "未建会单位"
    url_name = "unions:uncovered_list"
    parameters = tuple(UncoveredFilter.Meta.fields)
    filter_class = UncoveredFilter
    order = ("-size", "name", "pk")
    whole = "全部未建会单位"
    kind = ""
    layouts = {}
    columns = tuple(
        replace(column, attribute="") for column in EmployerListing.columns if column.key != "covered"
    )

    def everything(self, user, query):
        """Firms in reach without a union."""
        return queries.uncovered_firms(user)
