"""Firms and their unions as 附件一 工会组织信息采集表 and as a template for updates: the rows of the page of firms."""

from core import codes
from core.form_layouts import FormLayout, Head
from core.lines import AsRead
from core.listing import Column
from core.widgets import CodeWidget
from unions.listings import ON_FIRM_PAGE, ON_UNION_PAGE, EmployerListing
from unions.resources import UnionExchange

KIND = UnionExchange.columns()


def _column(attribute: str, value, *reads: str, fixed: str = "") -> Column:
    kind = KIND[attribute]
    return Column(
        attribute,
        kind.column_name,
        value,
        width=kind.width,
        number_text=kind.number_text,
        reads=reads,
        attribute=attribute,
        fixed=fixed,
    )


def _firm(attribute: str, fixed: str = "") -> Column:
    return _column(attribute, AsRead(attribute), attribute, fixed=fixed)


def _firm_code(attribute: str) -> Column:
    return _column(
        attribute, lambda firm, names: _worded(names, attribute, getattr(firm, attribute)), attribute
    )


def _union(attribute: str, path: str, say=lambda value, names: value, fixed: str = "") -> Column:
    """A fact of the union that covers the firm; nothing for a firm without one."""
    read = AsRead(path)

    def value(firm, names):
        found = read(firm, names) if firm.is_covered else None
        return "" if found is None else say(found, names)

    return _column(attribute, value, path, "is_covered", fixed=fixed)


def _worded(names: dict, attribute: str, code: str) -> str:
    return names["worded"][attribute].get(code, code)


COLUMNS = (
    _firm("name", ON_FIRM_PAGE),
    _firm("credit_code"),
    _firm("address"),
    _firm("district"),
    _firm_code("nature"),
    _firm_code("economy"),
    _firm_code("industry"),
    _firm("employees"),
    _union("union_name", "union__name", fixed=ON_UNION_PAGE),
    _union("union_code", "union__credit_code"),
    _union("parent", "union__parent__name", fixed=ON_UNION_PAGE),
    _union("founded_on", "union__founded_on", lambda day, names: f"{day:%Y/%m/%d}"),
    _union(
        "org_type", "union__org_type", lambda code, names: _worded(names, "org_type", code), ON_UNION_PAGE
    ),
    _union("declared_members", "union__declared_members"),
    _union("head_name", "union__head_name"),
    _union("head_phone", "union__head_phone"),
)

# As circulated by a provincial union, under the town's own name.
PRINTED = {
    "name": ("单位名称", 7.8), "credit_code": ("单位法人和其他组织统一社会信用代码", 17.4), "address": ("单位地址", 9.1),
    "district": ("单位所在政区", 15.3), "nature": ("单位性质类别", 7.1), "economy": ("经济类型", 7.4),
    "industry": ("单位所属行业", 10.3), "employees": ("职工人数", 8.3), "union_name": ("工会名称", 7.1),
    "union_code": ("工会法人和其他组织统一社会信用代码", 23.1), "parent": ("上级工会名称", 7.8),
    "founded_on": ("建会日期（格式：yyyy/MM/dd）", 15.7), "org_type": ("基层工会类型", 8.1),
    "declared_members": ("会员人数", 8.1), "head_name": ("工会负责人", 6.8), "head_phone": ("联系电话", 8.1),
}  # fmt: skip
UNION_FORM = FormLayout(
    mark="附件一",
    title="{town}工会组织信息采集表",
    signatures=(
        (0, 1, "填表单位（盖章）："),
        (2, 3, "{filled_by}"),
        (4, 8, "   单位负责人(签字)："),
        (9, 12, "   信息采集人（签字）："),
        (13, 16, " 填报日期：{day}"),
    ),
    heads=tuple(Head(key, text, width, KIND[key].group) for key, (text, width) in PRINTED.items()),
    numbering=4.4,
    note=(
        "填表说明：\n1、此表所列项目均为必填项，按照单位和工会统一社会信用代码证书上的相应项目填写；\n"
        "2、“工会负责人”填写工会法定代表人；\n3、填写过程中如有疑问，请联系上级工会。"
    ),
    note_height=92,
    heights=(32, 32, 36, 36),
)
UPDATE = FormLayout(
    title="{town}工会组织信息更新表",
    heads=tuple(Head(name, column.column_name, column.width, column.group) for name, column in KIND.items()),
    numbering=6,
    heights=(32, 28, 46, 18),
)


class UnionFormListing(EmployerListing):
    """附件一 with the firms of the page."""

    name = "union_form"
    title = "工会组织信息采集表"
    layout = "form"
    layouts = {}
    form = UNION_FORM
    columns = COLUMNS

    def names(self):
        """Names of the codes in the words of the form."""
        found = {}
        for attribute, column in KIND.items():
            if isinstance(column.widget, CodeWidget):
                widget = CodeWidget(
                    column.widget.table, choices=column.widget.choices, refused=column.widget.refused
                )
                widget.prepare()
                found[attribute] = codes.names(widget.table) | dict(widget.options())
        return {"worded": found}


class UnionUpdateListing(UnionFormListing):
    """The template of the kind, filled with the firms of the page."""

    name = "union_update"
    title = "工会组织信息更新表"
    layout = "update"
    form = UPDATE
