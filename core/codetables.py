"""Which code tables there are: their Chinese titles, which of them take local codes, and what uses them."""

from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db.models import Count

BY_STANDARD = "代码由国家标准定死，软件按代码判断和计算"
BY_SOFTWARE = "软件按代码办理业务，新增代码须随软件升级"


@dataclass(frozen=True)
class CodeTable:
    """A table of ``core/data/codes``. ``closed`` says why it takes no local codes; empty for those that do."""

    name: str
    title: str
    closed: str = ""

    @property
    def why_closed(self) -> str:
        """The sentence for pages and refusals."""
        return f"本表不能增加或停用代码：{self.closed}。可以增加别名或调整显示名称。" if self.closed else ""


TABLES = {
    table.name: table
    for table in (
        CodeTable("sex", "性别", f"{BY_STANDARD}（GB/T 2261.1，与证件号码核对）"),
        CodeTable("ethnicity", "民族"),
        CodeTable("id_document_type", "证件类别", f"{BY_SOFTWARE}（各类证件的号码规则不同）"),
        CodeTable("country", "国家和地区"),
        CodeTable("education", "学历"),
        CodeTable("skill_level", "技能等级", f"{BY_SOFTWARE}（等级高低用于统计技能人才和高技能人才）"),
        CodeTable("political_affiliation", "政治面貌"),
        CodeTable("employment_status", "就业状况"),
        CodeTable("household_type", "户籍类型"),
        CodeTable("employment_form", "用工形式"),
        CodeTable(
            "membership_change_type", "会籍变化类型", f"{BY_SOFTWARE}（每种变化怎样起止会籍已写在程序里）"
        ),
        CodeTable("membership_change_reason", "会籍变化原因"),
        CodeTable("membership_status", "会籍状态", f"{BY_SOFTWARE}（是否计入在籍会员由代码决定）"),
        CodeTable("union_org_type", "工会类型", f"{BY_SOFTWARE}（能否直接发展会员、能否下设工会由代码决定）"),
        CodeTable("employer_nature", "单位性质类别"),
        CodeTable("economy_kind", "经济类型（采集表）"),
        CodeTable("economic_type", "企业登记注册类型"),
        CodeTable("industry_section", "所属行业"),
        CodeTable("district", "所在政区"),
        CodeTable("marital", "婚姻状况"),
        CodeTable("party_stage", "入党阶段"),
        CodeTable("competition_level", "竞赛级别"),
        CodeTable("innovation_level", "创新成果级别"),
        CodeTable("honour_type", "荣誉类型"),
        CodeTable("case_type", "诉求类型"),
        CodeTable("difficulty_category", "困难类别"),
        CodeTable("facility_type", "职工服务设施类型"),
        CodeTable("permit_category", "特种作业类别"),
        CodeTable("safety_risk", "安全培训行业风险", f"{BY_SOFTWARE}（应训学时由代码决定）"),
        CodeTable("training_kind", "培训类别"),
        CodeTable("hazard_level", "隐患等级"),
        CodeTable("base_level", "实训基地级别"),
        CodeTable("cooperation_mode", "校企合作方式"),
        CodeTable("activity_kind", "活动种类"),
        CodeTable("progress_status", "进展状态", BY_SOFTWARE),
        CodeTable("skill_title_crosswalk", "技能等级与职称贯通", "这是对照规则，不是可选值"),
    )
}


@dataclass(frozen=True)
class CodedField:
    """A field that stores codes of a table, as ``settings.CODED_FIELDS`` names it."""

    model: type
    name: str

    def __str__(self):
        return f"{self.model._meta.verbose_name}·{self.model._meta.get_field(self.name).verbose_name}"

    def counts(self) -> dict[str, int]:
        """Code → how many rows hold it."""
        rows = self.model._default_manager.exclude(**{self.name: ""}).order_by().values_list(self.name)
        return dict(rows.annotate(rows=Count("pk")))


def fields_using(table: str) -> list[CodedField]:
    """The fields that store codes of the table."""
    found = []
    for path in settings.CODED_FIELDS.get(table, ()):
        label, _, name = path.rpartition(".")
        found.append(CodedField(apps.get_model(label), name))
    return found
