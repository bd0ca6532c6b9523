"""Kind ``innovations``: projects, proposals, patents and methods with whose they are. One row is one innovation."""

import hashlib

from django.urls import reverse

from competitions.bulk import innovations as innovation_bulk
from competitions.matching import innovations as innovation_matching
from competitions.models.innovation_kinds import Kind, PatentKind
from competitions.rules.innovations import INNOVATION_CLEANERS, clean_sum, faults_of
from competitions.rules.patents import doubts
from core import crypto
from core.access import Permission
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.idnumbers import identity_key
from core.text import mask_number
from core.widgets import ChoiceWidget, CleanedWidget, CodeWidget, DayWidget
from unions.models import Union
from workers import employment_matching, examples, row_checks, who_columns
from workers.models import Worker

KIND_TEXTS = {
    Kind.PROJECT: ("项目", "技术创新项目", "五小成果", "技改项目"),
    Kind.PROPOSAL: ("建议", "合理化建议"),
    Kind.PATENT: ("发明创造", "专利成果"),
    Kind.METHOD: ("操作法", "先进操作法", "绝技绝活"),
}
PATENT_TEXTS = {
    PatentKind.INVENTION: ("发明专利",),
    PatentKind.UTILITY: ("实用新型专利", "新型"),
    PatentKind.DESIGN: ("外观设计专利", "外观"),
}
DAY = "格式：yyyy/MM/dd"


def _text(name: str) -> CleanedWidget:
    return CleanedWidget(INNOVATION_CLEANERS[name])


class InnovationExchange(Exchange):
    """Enters innovations with their author; changes none that is known. The town reviews each afterwards."""

    name = "innovations"
    title = "创新成果"
    permission = Permission.EDIT_CONTESTS
    key_column = "number"
    record = Worker
    holds_people = True
    form_title = "职工创新成果登记表"
    purpose = "创新项目、合理化建议、专利和先进操作法，每行一项，姓名和证件号码填负责人、建议人、第一发明人或首创人。"
    example = examples.PERSON | {
        "kind": "合理化建议",
        "title": "冲压线加装定位销",
        "department": "冲压车间",
        "content": "在模具上加装定位销，减少错位。",
        "begun_on": "2026/03/01",
        "adopted_on": "2026/03/15",
        "done_on": "2026/04/20",
        "effect": "错位报废由每月 30 件降到 4 件",
        "effect_yuan": "12000",
        "reward": "500",
    }
    footnote = (
        "填表说明：\n1、每行填写一项成果；成果归在此人的工会和名册上的工作单位。参加人导入之后在页面上登记。\n"
        "2、人员须已在会员名册中；姓名用来核对证件号码有没有填错，须与名册一致。\n"
        "3、没有采纳的建议、终止的项目填写原因，不填完成日期；投入只填创新项目，奖励只填合理化建议。"
    )

    full_name = who_columns.FULL_NAME
    doc_type, number = who_columns.DOC_TYPE, who_columns.NUMBER
    sort = Column(
        *("kind", "种类", ChoiceWidget(Kind, KIND_TEXTS, what="种类", code="unknown_kind")),
        headings=("成果种类", "成果类别", "成果类型"),
        required=True,
        blank="error",
    )
    label = Column(
        *("title", "成果名称", _text("title")),
        headings=("项目名称", "建议名称", "专利名称", "操作法名称"),
        required=True,
        blank="error",
        width=30,
    )
    department = Column("department", "车间（部门）", _text("department"), headings=("车间", "部门"))
    content = Column(
        *("content", "内容", _text("content")),
        headings=("成果内容", "建议内容", "主要内容", "内容简介"),
        required=True,
        blank="error",
        width=40,
    )
    begun_on = Column(
        *("begun_on", "开始日期", DayWidget()),
        headings=("提出日期", "申请日期", "形成日期", "立项日期"),
        hint=DAY,
    )
    adopted_on = Column("adopted_on", "采纳日期", DayWidget(), hint=DAY)
    done_on = Column(
        *("done_on", "完成日期", DayWidget()),
        headings=("实施日期", "授权日期", "命名日期", "验收日期"),
        hint=DAY,
    )
    stage_reason = Column(
        *("stage_reason", "未采纳或终止原因", _text("title")),
        headings=("未采纳原因", "终止原因"),
        width=24,
    )
    effect = Column("effect", "成效", _text("effect"), headings=("应用成效", "实施效果", "效果"), width=30)
    effect_yuan = Column(
        *("effect_yuan", "年经济效益（元）", CleanedWidget(clean_sum)), headings=("年经济效益", "经济效益")
    )
    investment = Column("investment", "投入（元）", CleanedWidget(clean_sum), headings=("投入", "投入资金"))
    reward = Column("reward", "奖励（元）", CleanedWidget(clean_sum), headings=("奖励", "奖金"))
    level = Column("level", "级别", CodeWidget("innovation_level"), headings=("成果级别",))
    document_number = Column(
        *("document_number", "文件号", _text("document_number")), headings=("命名文件号", "立项文号")
    )
    patent_kind = Column(
        *(
            "patent_kind",
            "专利类型",
            ChoiceWidget(PatentKind, PATENT_TEXTS, what="专利类型", code="unknown_patent"),
        )
    )
    patent_number = Column("patent_number", "专利号", _text("patent_number"), headings=("申请号",), width=22)

    def prepare(self, positions: dict[str, int]) -> None:
        """Unions inside the file's union that the uploader may write to."""
        super().prepare(positions)
        unions = Union.objects.within_reach(self.by, Permission.EDIT_CONTESTS)
        self.unions = list((unions.within(self.union) if self.union else unions).values_list("pk", flat=True))
        self.index_number = crypto.indexer("identity")

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Number, and what goes together by the kind; whose it is and whether it is known is told in ``compare``."""
        check = row_checks.check_number(self, values, raw, problems)
        unread = raw.keys() - values.keys()
        for attribute, text, code in faults_of(values, self.today.isoformat()):
            if attribute not in unread:
                column = self.column(attribute)
                problems.add(column, raw.get(attribute, ""), text, code=f"{attribute}.{code}")
        for text in doubts(values.get("patent_number", ""), values.get("patent_kind", "")):
            column = self.column("patent_number")
            problems.add(column, raw["patent_number"], text, level="warning", code="patent_number.odd")
        if check is None:
            return Cleaned(None, {}, problems)
        person = self.index_number(identity_key(values.pop("doc_type"), check.number))
        staged = {"shown": mask_number(check.number), "person": f"\\x{person.hex()}"}
        if problems.blocking:
            return Cleaned(None, staged, problems)
        staged |= {"name": values.pop("name"), "fields": values}
        what = f"{values['kind']}:{values['title']}:{values.get('begun_on', '')}"
        return Cleaned(hashlib.sha256(person + what.encode()).digest(), staged, problems)

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same innovation of the same person."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一人同名、同日的同一种成果。请核对后只保留一行。"

    def compare(self, staged: Staged) -> None:
        """Against the roll and what is entered; see ``competitions.matching.innovations``."""
        innovation_matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The people the file names, then their unions, under which innovations are entered."""
        employment_matching.lock(staged)
        innovation_matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """See ``competitions.bulk.innovations``."""
        innovation_bulk.write(staged, by=self.by, today=self.today)

    def undo(self, staged: Staged) -> None:
        """See ``competitions.bulk.innovations``."""
        innovation_bulk.revert(staged)

    @classmethod
    def records(cls, user):
        """People on the roll in the user's reach."""
        return Worker.objects.within_reach(user, Permission.VIEW_CONTESTS)

    def record_url(self, target_id: int) -> str:
        """The worker's page."""
        return reverse("workers:worker_detail", args=[target_id])
