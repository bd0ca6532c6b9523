"""What is held about a person's outside learning and online courses, for the copy the person may ask for (training.holdings)."""

from accounts.models import User
from core import codes
from core.listing import to_the_minute
from training.models import Learner, OutsideLearning
from workers.holdings import Sheet, text_of
from workers.models import Worker

HEADINGS = (
    *("来源", "课程或培训名称", "主办单位", "培训类别", "学时", "完成日期", "结论", "成绩", "平台账号已绑定"),
    *("登记时所属工会", "状态", "附件数", "审核说明"),
)
COURSE_HEADINGS = (
    *(
        "课程",
        "登记时所属工会",
        "登记日期",
        "链接发放时间",
        "开始学习时间",
        "最近计时时间",
        "已学秒数",
        "学完章节",
    ),
    *("答题成绩", "完成日期"),
)
BOUND = {True: "是", False: "否", None: ""}


def learning_sheet(worker: Worker, *, by: User) -> Sheet:
    """One sheet: what the person learned outside the unions' own classes."""
    kinds = codes.names("training_kind")
    found = OutsideLearning.objects.visible_to(by).filter(worker=worker)
    rows = [
        (
            row.get_source_display(),
            row.title,
            row.organiser,
            kinds.get(row.kind, row.kind),
            "" if row.hours is None else str(row.hours),
            text_of(row.completed_on),
            row.get_result_display(),
            "" if row.score is None else str(row.score),
            BOUND[row.account_bound],
            row.union.name,
            row.get_state_display(),
            str(len(row.papers.all())),
            row.decision_note,
        )
        for row in found.select_related("union").prefetch_related("papers").order_by("pk")
    ]
    return "校外学习", HEADINGS, rows


def course_sheet(worker: Worker, *, by: User) -> Sheet:
    """One sheet: the online courses of the person, how long and with what marks."""
    found = Learner.objects.visible_to(by).filter(worker=worker).select_related("course", "union")
    rows = [
        (
            row.course.title,
            row.union.name,
            text_of(row.enrolled_on),
            to_the_minute(row.issued_at),
            to_the_minute(row.began_at),
            to_the_minute(row.beat_at),
            str(row.seconds or 0),
            str(row.done or 0),
            "、".join(str(one.score) for one in row.attempts.all() if one.score is not None),
            text_of(row.completed_on),
        )
        for row in found.with_progress().prefetch_related("attempts").order_by("pk")
    ]
    return "网上课堂", COURSE_HEADINGS, rows
