"""Kind ``learning``: the result sheet of the city federation's learning platform. One row is one course that one
person completed.

The platform's own column titles are not known: those below are guesses, and the step that maps columns asks for what
it does not recognise and remembers the answer.
"""

import hashlib

from django.urls import reverse

from core import crypto
from core.access import Permission
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.idnumbers import identity_key
from core.text import clean_phone, clean_short, mask_number, mask_phone
from core.widgets import ChoiceWidget, CleanedWidget, CodeWidget, DayWidget, YesNoWidget
from training.bulk import learning as learning_bulk
from training.matching import learning as learning_matching
from training.models import OutsideLearning
from training.resources.enrolments import clean_score
from training.rules.learning import clean_hours, clean_title
from unions.models import Union
from workers import examples, row_checks, who_columns
from workers.headings import KNOWN_AS
from workers.models import Worker
from workers.widgets import as_found, is_citizen_number

Result = OutsideLearning.Result
RESULT_TEXTS = {
    Result.PASSED: ("通过", "及格", "优秀", "良好", "结业", "已完成", "完成", "已学完"),
    Result.FAILED: ("未通过", "不及格", "未合格"),
}
NOBODY = "没有填写证件号码，也没有填写移动电话，不知道是谁。请填写其中一项。"
FUTURE = "完成日期在今天之后。请核对日期。"


class LearningExchange(Exchange):
    """Enters what the platform says people completed, and corrects it; a blank cell says nothing. Such rows count at
    once, so only the town, which gets the sheet from the platform, may bring it in."""

    name = "learning"
    title = "学习平台成绩"
    permission = Permission.DECIDE_TRAINING
    key_column = "number"
    record = Worker
    holds_people = True
    form_title = "市总学习平台学习成绩表"
    purpose = "市总学习平台导出的学习成绩。按证件号码认人，没有证件号码的按姓名和手机号码认人；同一人同一天的同一门课程只计一次。"
    example = examples.PERSON | {
        "phone": "138XXXXXXXX",
        "title": "安全生产网上公开课",
        "organiser": "市总学习平台",
        "kind": "网上课堂",
        "hours": "4",
        "completed_on": "2026/03/20",
        "result": "合格",
        "score": "88",
        "account_bound": "是",
    }
    footnote = (
        "填表说明：\n1、每行填写一人学完的一门课程；只填写平台导出的结果，自行参加的培训在职工页面登记。\n"
        "2、人员须已在会员名册中；证件号码和移动电话至少填写一项，姓名须与名册一致。\n"
        "3、平台导出的表格列名不同的，上传后在“列对应”中指定一次，以后自动识别。"
    )

    full_name = who_columns.FULL_NAME
    doc_type = who_columns.DOC_TYPE
    number = Column(
        *("number", "证件号码", CleanedWidget(as_found)),
        headings=KNOWN_AS["number"],
        mask=mask_number,
        number_text=True,
        hint="填写18位身份证；没有的填写移动电话",
        width=22,
        looks_like=is_citizen_number,
    )
    phone = Column(
        *("phone", "移动电话", CleanedWidget(clean_phone)),
        headings=KNOWN_AS["phone"],
        mask=mask_phone,
        number_text=True,
        width=14,
    )
    course = Column(
        *("title", "课程名称", CleanedWidget(clean_title)),
        headings=("课程", "培训课程", "学习课程", "课程标题", "培训名称", "学习内容", "项目名称"),
        required=True,
        uniform=True,
        blank="error",
        width=30,
    )
    organiser = Column(
        *("organiser", "主办单位", CleanedWidget(lambda value: clean_short(value, longest=100))),
        headings=("举办单位", "组织单位"),
        uniform=True,
        width=20,
    )
    kind = Column(
        *("kind", "培训类别", CodeWidget("training_kind")),
        headings=("课程类别", "课程分类", "类别"),
        uniform=True,
    )
    hours = Column(
        *("hours", "学时", CleanedWidget(clean_hours)),
        headings=("学习学时", "获得学时", "学时数", "完成学时"),
        width=8,
    )
    completed_on = Column(
        *("completed_on", "完成日期", DayWidget()),
        headings=("完成时间", "学完时间", "学习完成时间", "结业日期", "结业时间", "通过时间"),
        required=True,
        uniform=True,
        blank="error",
        hint="格式：yyyy/MM/dd",
    )
    result = Column(
        *("result", "结论", ChoiceWidget(Result, RESULT_TEXTS, what="结论", code="unknown_result")),
        headings=("学习结果", "考核结果", "是否合格", "学习状态", "是否通过"),
        width=10,
    )
    score = Column(
        *("score", "成绩", CleanedWidget(clean_score)),
        headings=("考试成绩", "得分", "分数", "考核成绩"),
        width=8,
    )
    account_bound = Column(
        *("account_bound", "平台账号已绑定", YesNoWidget()),
        headings=("是否绑定", "账号绑定", "是否绑定账号", "是否实名绑定"),
        hint="填写“是”或“否”",
    )

    def prepare(self, positions: dict[str, int]) -> None:
        """Unions inside the file's union that the uploader decides for, and the keys of the indexes."""
        super().prepare(positions)
        unions = Union.objects.within_reach(self.by, Permission.DECIDE_TRAINING)
        self.unions = list((unions.within(self.union) if self.union else unions).values_list("pk", flat=True))
        self.index_number = crypto.indexer("identity")
        self.index_phone = crypto.indexer("phone")

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Who is meant, by number or by phone, and when; whether it is known is told in ``compare``."""
        check = row_checks.check_number(self, values, raw, problems)
        phone = values.pop("phone", "")
        if values.get("completed_on", "") > self.today.isoformat():
            column = self.column("completed_on")
            problems.add(column, raw["completed_on"], FUTURE, code="completed_on.future")
        if check is None and "number" not in raw and "phone" not in raw:
            problems.add(self.column("number"), "", NOBODY, code="number.nobody")
        if check is not None:
            person = self.index_number(identity_key(values["doc_type"], check.number))
            staged = {"shown": mask_number(check.number), "person": f"\\x{person.hex()}"}
        elif phone and "number" not in raw:
            person = self.index_phone(phone)
            staged = {"shown": mask_phone(phone), "phone": f"\\x{person.hex()}"}
        else:
            return Cleaned(None, {}, problems)
        values.pop("doc_type", None)
        if problems.blocking:
            return Cleaned(None, staged, problems)
        staged |= {"name": values.pop("name"), "fields": values}
        course = f"{values['title']}:{values['completed_on']}"
        return Cleaned(hashlib.sha256(person + course.encode()).digest(), staged, problems)

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same person, course and day."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一人同一天完成的同一门课程。请核对后只保留一行。"

    def compare(self, staged: Staged) -> None:
        """Against the roll and what is recorded; see ``training.matching.learning``."""
        learning_matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The people the file names."""
        learning_matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """See ``training.bulk.learning``."""
        learning_bulk.write(staged, by=self.by)

    def undo(self, staged: Staged) -> None:
        """See ``training.bulk.learning``."""
        learning_bulk.revert(staged, by=self.by)

    @classmethod
    def records(cls, user):
        """People on the roll in the user's reach."""
        return Worker.objects.within_reach(user, Permission.VIEW_TRAINING)

    def record_url(self, target_id: int) -> str:
        """The worker's page."""
        return reverse("workers:worker_detail", args=[target_id])
