"""Kind ``unions``: 附件一 工会组织信息采集表, as circulated (domain facts 2.1 and 4). One row is a firm and its union.

A few hundred rows at most, so each goes through the services of this app, with their rules and audit entries.
"""

import hashlib

from django.urls import reverse

from core.access import Permission
from core.characters import as_text, refusal
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.idnumbers import refuse_numeric_cell
from core.text import clean_name, clean_text, mask_phone
from core.widgets import CleanedWidget, CodeWidget, CountWidget, DayWidget
from unions import amending, exchanging, matching
from unions.models import Employer, OrgType
from unions.naming import clean_title, employer_key
from unions.rules import employer_credit_code, union_credit_code

FIRM, UNION = "工会组织所在单位信息", "工会组织信息"
ELEVENS = {"name": "11", "union_name": "11", "credit_code": "11"}
SAMPLE = {
    "name": "（示例）某某机械有限公司",
    "credit_code": "91330382XXXXXXXXXX",
    "address": "某某镇某某路",
    "district": "某某市",
    "nature": "私营企业",
    "economy": "私营经济",
    "industry": "制造业",
    "employees": "120",
    "union_name": "（示例）某某机械有限公司工会委员会",
    "union_code": "81330382XXXXXXXXXX",
    "parent": "某某镇总工会",
    "founded_on": "2020/05/01",
    "org_type": "独立基层工会",
    "declared_members": "80",
    "head_name": "某某某",
    "head_phone": "138XXXXXXXX",
}
# The form has one value for every federation; the name says which kind it is.
ANY_FEDERATION, SECTOR_UNION = "20", "24"
FEDERATION_WORDS = (
    (OrgType.AREA_FEDERATION, ("园区", "开发区", "区域", "工业区", "产业园")),
    (OrgType.SECTOR_FEDERATION, ("行业", "产业", "系统")),
    (OrgType.VILLAGE_FEDERATION, ("村", "社区", "居民")),
)


def _code(cleaner):
    """A cleaner of credit codes that also refuses numeric cells: their last digits are lost."""

    def clean(value):
        refuse_numeric_cell(value, name="代码")
        return cleaner(value)

    return clean


def _title(value) -> str:
    """A name with the brackets of the register, at most 100 characters."""
    title = clean_title(value)
    if len(title) > 100:
        raise refusal("too_long", f"名称最多 100 个字，现有 {len(title)} 个字", "请填写登记的全称")
    return title


class UnionExchange(Exchange):
    """Firms with their unions: creates and updates both, the coverage, and the declared numbers."""

    name = "unions"
    title = "工会组织信息"
    permission = Permission.EDIT_ORGANISATION
    key_column = "name"
    record = Employer
    form_title = "工会组织信息采集表"
    purpose = "单位和它的工会：登记新单位、建会和覆盖，更新职工人数、会员人数和负责人。"
    example = SAMPLE
    footnote = (
        "填表说明：\n1、每行填写一个单位和它的工会；联合基层工会覆盖几个单位就填几行，工会名称相同。\n"
        "2、单位与工会各有自己的统一社会信用代码，工会的以 81 或 89 开头；没有的可以不填。"
    )

    firm_name = Column(
        "name",
        "单位名称",
        CleanedWidget(_title),
        headings=("单位全称", "企业名称", "企业全称", "公司名称", "公司全称", "用人单位", "用人单位名称"),
        required=True,
        blank="error",
        group=FIRM,
        width=28,
    )
    credit_code = Column(
        "credit_code",
        "单位法人和其他组织统一社会信用代码",
        CleanedWidget(_code(employer_credit_code)),
        headings=(
            "单位统一社会信用代码",
            "单位社会信用代码",
            "单位信用代码",
            "企业统一社会信用代码",
            "企业社会信用代码",
            "公司统一社会信用代码",
            f"{FIRM}/统一社会信用代码",
        ),
        number_text=True,
        group=FIRM,
        width=22,
    )
    address = Column(
        "address",
        "单位地址",
        CleanedWidget(longest=200),
        headings=("企业地址", "公司地址", "单位详细地址"),
        group=FIRM,
        width=28,
    )
    district = Column(
        "district",
        "单位所在政区",
        CleanedWidget(longest=50),
        headings=("所在政区", "所在行政区划"),
        group=FIRM,
    )
    nature = Column(
        "nature", "单位性质类别", CodeWidget("employer_nature"), headings=("单位性质", "企业性质"), group=FIRM
    )
    economy = Column("economy", "经济类型", CodeWidget("economy_kind"), group=FIRM)
    industry = Column(
        "industry",
        "单位所属行业",
        CodeWidget("industry_section"),
        headings=("所属行业", "行业", "行业类别", "企业所属行业"),
        group=FIRM,
        width=20,
    )
    employees = Column(
        "employees",
        "职工人数",
        CountWidget(),
        headings=("职工数", "职工总数", "职工总人数", "员工数", "员工人数", "员工总数", "在职职工人数"),
        group=FIRM,
    )
    union_name = Column(
        "union_name",
        "工会名称",
        CleanedWidget(_title),
        headings=("工会全称", "工会组织名称", "基层工会名称"),
        required=True,
        blank="error",
        group=UNION,
        width=28,
    )
    union_code = Column(
        "union_code",
        "工会法人和其他组织统一社会信用代码",
        CleanedWidget(_code(union_credit_code)),
        headings=(
            "工会统一社会信用代码",
            "工会社会信用代码",
            "工会信用代码",
            "工会法人统一社会信用代码",
            f"{UNION}/统一社会信用代码",
        ),
        number_text=True,
        group=UNION,
        width=22,
    )
    parent = Column(
        "parent",
        "上级工会名称",
        CleanedWidget(_title),
        headings=("上级工会", "上级工会组织", "所属上级工会"),
        group=UNION,
        width=28,
    )
    founded_on = Column(
        "founded_on",
        "建会日期",
        DayWidget(),
        headings=("建会时间", "工会成立日期", "工会成立时间", "工会组建日期", "工会组建时间"),
        hint="格式：yyyy/MM/dd",
        group=UNION,
    )
    org_type = Column(
        "org_type",
        "基层工会类型",
        CodeWidget(
            "union_org_type",
            choices=("独立基层工会", "联合基层工会", "工会联合会", "产业(系统)工会", "总工会"),
            refused=("33", "34", "40", "50"),
        ),
        headings=("工会类型", "工会类别", "工会组织类型", "基层工会类别"),
        group=UNION,
    )
    declared_members = Column(
        "declared_members",
        "会员人数",
        CountWidget(),
        headings=("会员数", "会员总数", "会员总人数", "工会会员数", "工会会员人数"),
        group=UNION,
    )
    head_name = Column(
        "head_name",
        "工会负责人",
        CleanedWidget(clean_name),
        headings=("工会主席", "工会主席姓名", "主席姓名", "工会负责人姓名"),
        group=UNION,
    )
    head_phone = Column(
        "head_phone",
        "联系电话",
        CleanedWidget(clean_text, longest=30),
        headings=(
            "联系方式",
            "手机号码",
            "负责人电话",
            "负责人手机",
            "工会负责人电话",
            "工会负责人手机",
            "主席电话",
            "主席手机",
            "工会主席电话",
            "工会主席手机",
        ),
        mask=mask_phone,
        number_text=True,
        group=UNION,
    )

    def prepare(self, positions: dict[str, int]) -> None:
        """The tree and the firms, once."""
        super().prepare(positions)
        self.known = matching.Register(self)

    def is_example(self, cells: list) -> bool:
        """The blank form comes with a row of elevens."""
        held = {
            name: as_text(cells[place]).strip()
            for name, place in self.positions.items()
            if name in ELEVENS and place < len(cells)
        }
        return held == ELEVENS or super().is_example(cells)

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Rules of one row; whether firm and union are known is decided in ``compare``."""
        founded = values.get("founded_on")
        if founded and founded > self.today.isoformat():
            message = "建会日期在今天之后。请核对日期。"
            problems.add(self.column("founded_on"), founded, message, code="founded_on.future")
        members, employees = values.get("declared_members"), values.get("employees")
        if members is not None and employees is not None and members > employees:
            message = f"会员人数 {members} 多于职工人数 {employees}，请核对（联合工会的会员可能不止本单位）。"
            column = self.column("declared_members")
            problems.add(column, members, message, level="warning", code="declared_members.more")
        if values.get("org_type") in (ANY_FEDERATION, SECTOR_UNION):
            self._name_kind(values, problems)
        name = values.get("name")
        key = hashlib.sha256(employer_key(name).encode()).digest() if name else None
        return Cleaned(key, {"shown": name or "", "fields": values}, problems)

    def _name_kind(self, values: dict, problems: Problems) -> None:
        named = values.get("union_name", "")
        found = OrgType.SECTOR_FEDERATION if values["org_type"] == SECTOR_UNION else None
        for kind, words in FEDERATION_WORDS:
            if found is None and any(word in named for word in words):
                found = kind
        found = found or OrgType.VILLAGE_FEDERATION
        values["org_type"] = found.value
        message = f"表中未分清联合会的类别，按名称记为“{found.label}”，请核对。"
        column = self.column("org_type")
        problems.add(column, "工会联合会", message, level="warning", code="org_type.guessed")

    def amend(self, pk: int, texts: dict) -> Cleaned:
        """Facts of a known firm and its union; see ``unions.amending``."""
        return amending.amended(self, pk, texts)

    def compare(self, staged: Staged) -> None:
        """Against the register of firms and unions."""
        matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """All changes of the tree stand in one queue."""
        exchanging.lock()

    def apply(self, staged: Staged) -> None:
        """Parents before children, each row through the services."""
        exchanging.apply(staged, self)

    def undo(self, staged: Staged) -> None:
        """Children before parents."""
        exchanging.undo(staged, self)

    @classmethod
    def records(cls, user):
        """Firms in the user's reach."""
        return Employer.objects.visible_to(user)

    def record_url(self, target_id: int) -> str:
        """The firm's page."""
        return reverse("unions:employer_detail", args=[target_id])

    def show(self, attribute: str, values: dict) -> str:
        """Phones masked, everything else by name."""
        if attribute == "head_phone":
            return mask_phone(values.get("head_phone") or "")
        return super().show(attribute, values)
