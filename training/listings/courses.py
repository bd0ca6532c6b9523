"""网上课程 and 学习进度 as lists: the rows of their pages, and the columns they can export."""

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.courses import (
    DONE,
    LEARNING,
    PLACES,
    STUCK,
    UNBEGUN,
    WAITING,
    CourseFilter,
    LearnerFilter,
)
from training.models import Course, Learner


def place_of(row) -> str:
    """How far a learner (``with_progress``) is, in words."""
    if row.completed_on:
        return PLACES[DONE]
    if row.is_stuck:
        return PLACES[STUCK]
    if row.began_at:
        return PLACES[LEARNING]
    return PLACES[UNBEGUN if row.issued_at else WAITING]


class CourseListing(FilterListing):
    """网上课程 of the unions in reach, and those of unions above that are open to them."""

    name = "courses"
    title = "网上课程"
    url_name = "training:course_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(CourseFilter.Meta.fields)
    filter_class = CourseFilter
    order = ("-opens_on", "-pk")
    whole = "全部网上课程"
    numbers = ("enrolled", "begun", "completed")
    columns = (
        Column("title", "课程名称", AsRead("title"), width=34),
        Column("union", "主办工会", AsRead("union__name"), width=34),
        Column("kind", "培训类别", lambda row, names: names["kinds"].get(row.kind, row.kind)),
        Column("trade", "工种", AsRead("trade"), shown=False),
        Column("opens_on", "开放日期", AsRead("opens_on")),
        Column("closes_on", "截止日期", AsRead("closes_on")),
        Column("state", "状态", lambda row, names: Course.State(row.state).label, width=10),
        Column("enrolled", "安排人数", lambda row, names: row.enrolled or 0, width=10),
        Column("begun", "开始人数", lambda row, names: row.begun or 0, width=10),
        Column("completed", "完成人数", lambda row, names: row.completed or 0, width=10),
    )

    def everything(self, user, query):
        """Courses with their union and counts of the whole course."""
        return Course.objects.visible_to(user).select_related("union").with_counts()

    def names(self):
        """Names of the kinds of training."""
        return {"kinds": codes.names("training_kind")}


class LearnerListing(FilterListing):
    """学习进度: who learns what, how long and with what result; without those who were anonymised."""

    name = "learners"
    title = "网上课堂学习进度"
    url_name = "training:learner_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(LearnerFilter.Meta.fields)
    filter_class = LearnerFilter
    order = ("-enrolled_on", "-pk")
    unsaid = ("find",)
    whole = "全部学员"
    holds_people = True
    numbers = ("done", "minutes", "best")
    columns = (
        Column("name", "姓名", AsRead("worker__name"), personal=True),
        Column("union", "登记时所属工会", AsRead("union__name"), width=34),
        Column("course", "课程", AsRead("course__title"), width=34),
        Column("place", "进度", lambda row, names: place_of(row), width=10),
        Column("done", "学完章节", lambda row, names: row.done or 0, width=10),
        Column("minutes", "已学分钟", lambda row, names: (row.seconds or 0) // 60, width=10),
        Column("best", "最好成绩", lambda row, names: row.best, width=10),
        Column("enrolled_on", "登记日期", AsRead("enrolled_on")),
        Column("completed_on", "完成日期", AsRead("completed_on")),
    )

    def everything(self, user, query):
        """Learners in reach with their progress."""
        return learners_of(user)


def learners_of(user):
    """Learners in the user's reach with person, union, course and progress."""
    rows = Learner.objects.visible_to(user).filter(worker__anonymised_on=None)
    rows = rows.select_related("worker", "union", "course").with_progress()
    return rows.defer("worker__phone", "worker__phone_index")
