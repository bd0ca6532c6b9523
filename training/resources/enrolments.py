"""Kind ``enrolments``: people in classes with their results. One row is one person in one class."""

import hashlib

from django.urls import reverse

from core import crypto
from core.access import Permission
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.idnumbers import identity_key
from core.numbers import cell_decimal
from core.text import clean_label, mask_number
from core.widgets import ChoiceWidget, CleanedWidget, CountWidget, DayWidget
from training.bulk import enrolments as enrolment_bulk
from training.matching import enrolments as enrolment_matching
from training.models import Enrolment, TrainingClass
from unions.models import Union
from workers import employment_matching, examples, row_checks, who_columns
from workers.models import Worker

Result = Enrolment.Result
RESULT_TEXTS = {
    Result.PASSED: ("通过", "及格", "优秀", "良好", "结业"),
    Result.FAILED: ("未通过", "不及格", "未合格"),
    Result.ABSENT: ("缺席", "缺考", "未到", "没有参加"),
}
NO_CLASS = "没有这个编号的培训班次，或者它不在本次导入的范围内。请核对班次编号，编号在培训班次页面上。"


def clean_score(value) -> str:
    """A mark from 0 to 100 with one decimal at most, as text. Raises TextError."""
    return cell_decimal(
        *(value, "成绩"),
        units=("分",),
        places=1,
        fits=lambda score: 0 <= score <= 100,
        remedy="请填写 0 至 100 的数字，最多一位小数",
        code="not_a_score",
    )


class EnrolmentExchange(Exchange):
    """Enters people into classes of the uploader's unions and records their results; a blank cell says nothing."""

    name = "enrolments"
    title = "培训报名与结论"
    permission = Permission.EDIT_TRAINING
    key_column = "number"
    record = Worker
    holds_people = True
    form_title = "职工培训报名与结论登记表"
    purpose = "本工会主办班次的参训人员和考核结论。没有报名的人按有名额报名，已报名的更新结论。"
    example = examples.PERSON | {
        "class_code": "某某-2026-001",
        "result": "合格",
        "score": "88",
        "completed_on": "2026/03/20",
        "certified_on": "",
        "satisfaction": "5",
    }
    footnote = (
        "填表说明：\n1、每行填写一人参加的一个班次；班次编号在培训班次页面上。\n"
        "2、人员须已在会员名册中；姓名用来核对证件号码有没有填错，须与名册一致。\n"
        "3、合格、不合格的计入培训人次，结业日期不填的取培训结束日期。"
    )

    full_name = who_columns.FULL_NAME
    doc_type, number = who_columns.DOC_TYPE, who_columns.NUMBER
    class_code = Column(
        *("class_code", "班次编号", CleanedWidget(lambda value: clean_label(value, longest=32))),
        headings=("培训班次", "班级编号", "培训班编号"),
        required=True,
        uniform=True,
        blank="error",
        width=20,
    )
    result = Column(
        *("result", "结论", ChoiceWidget(Result, RESULT_TEXTS, what="结论", code="unknown_result")),
        headings=("考核结论", "培训结论", "考核结果", "是否合格"),
    )
    score = Column("score", "考核成绩", CleanedWidget(clean_score), headings=("成绩", "分数", "考试成绩"))
    completed_on = Column(
        "completed_on", "结业日期", DayWidget(), headings=("结业时间", "完成日期"), hint="格式：yyyy/MM/dd"
    )
    certified_on = Column(
        "certified_on", "取证日期", DayWidget(), headings=("取证时间", "获证日期"), hint="格式：yyyy/MM/dd"
    )
    satisfaction = Column(
        "satisfaction", "满意度", CountWidget(), headings=("满意度评分",), hint="1 至 5 的整数"
    )

    def prepare(self, positions: dict[str, int]) -> None:
        """Unions inside the file's union that the uploader may write to, and their classes by code."""
        super().prepare(positions)
        unions = Union.objects.within_reach(self.by, Permission.EDIT_TRAINING)
        self.unions = list((unions.within(self.union) if self.union else unions).values_list("pk", flat=True))
        classes = TrainingClass.objects.filter(union__in=self.unions).select_related("union")
        self.classes = {one.code: one for one in classes}
        self.index_number = crypto.indexer("identity")

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Number and class; who it is, and what the result makes of what is known, is told in ``compare``."""
        check = row_checks.check_number(self, values, raw, problems)
        code = values.pop("class_code", None)
        training_class = self.classes.get(code)
        if code and training_class is None:
            problems.add(self.column("class_code"), code, NO_CLASS, code="class_code.unknown")
        if check is None:
            return Cleaned(None, {}, problems)
        person = self.index_number(identity_key(values.pop("doc_type"), check.number))
        staged = {"shown": mask_number(check.number), "person": f"\\x{person.hex()}"}
        if training_class is None or problems.blocking:
            return Cleaned(None, staged, problems)
        staged |= {"name": values.pop("name"), "class": training_class.code, "fields": values}
        key = hashlib.sha256(person + training_class.pk.to_bytes(8)).digest()
        return Cleaned(key, staged, problems)

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same person in the same class."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一人在同一个班次。请核对后只保留一行。"

    def compare(self, staged: Staged) -> None:
        """Against the roll and the classes' enrolments; see ``training.matching.enrolments``."""
        enrolment_matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The people the file names, then the classes: the order of a merge."""
        employment_matching.lock(staged)
        enrolment_matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """See ``training.bulk.enrolments``."""
        enrolment_bulk.write(staged, by=self.by)

    def undo(self, staged: Staged) -> None:
        """See ``training.bulk.enrolments``."""
        enrolment_bulk.revert(staged, by=self.by)

    @classmethod
    def records(cls, user):
        """People on the roll in the user's reach."""
        return Worker.objects.within_reach(user, Permission.VIEW_TRAINING)

    def record_url(self, target_id: int) -> str:
        """The worker's page."""
        return reverse("workers:worker_detail", args=[target_id])
