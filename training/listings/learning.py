"""校外学习 as a list: the rows of its page and every column it can show or export."""

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.learning import LearningFilter
from training.models import OutsideLearning
from workers.matters import WAITING_CAP

BOUND = {True: "是", False: "否", None: ""}


class LearningListing(FilterListing):
    """校外学习 of people in reach, the latest first; those of anonymised people are left out, as on the roll."""

    name = "outside_learning"
    title = "校外学习"
    url_name = "training:learning_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(LearningFilter.Meta.fields)
    filter_class = LearningFilter
    order = ("-completed_on", "-pk")
    unsaid = ("find",)
    whole = "全部校外学习"
    holds_people = True
    numbers = ("hours", "score")
    columns = (
        Column("name", "姓名", AsRead("worker__name"), reads=("worker__name",), personal=True),
        Column("union", "所属工会", AsRead("worker__union__name"), width=34, reads=("worker__union__name",)),
        Column("employer", "工作单位", AsRead("worker__employer__name"), width=34, shown=False,
               reads=("worker__employer__name",)),
        Column("source", "来源", lambda row, names: OutsideLearning.Source(row.source).label, width=14,
               reads=("source",)),
        Column("title", "课程或培训名称", AsRead("title"), width=34, reads=("title",)),
        Column("organiser", "主办单位", AsRead("organiser"), width=24, shown=False, reads=("organiser",)),
        Column("kind", "培训类别", lambda row, names: names["kinds"].get(row.kind, row.kind), reads=("kind",)),
        Column("hours", "学时", AsRead("hours"), width=8, reads=("hours",)),
        Column("completed_on", "完成日期", AsRead("completed_on"), reads=("completed_on",)),
        Column("result", "结论", lambda row, names: OutsideLearning.Result(row.result).label if row.result else "",
               width=8, reads=("result",)),
        Column("score", "成绩", AsRead("score"), width=8, reads=("score",)),
        Column("account_bound", "平台账号已绑定", lambda row, names: BOUND[row.account_bound], width=16,
               shown=False, reads=("account_bound",)),
        Column("state", "状态", lambda row, names: OutsideLearning.State(row.state).label, width=10,
               reads=("state",)),
        Column("note", "审核说明", AsRead("decision_note"), width=30, shown=False, reads=("decision_note",)),
    )  # fmt: skip

    def everything(self, user, query):
        """Learning with person, union and firm."""
        return learning_of(user)

    def names(self):
        """Names of the kinds of training."""
        return {"kinds": codes.names("training_kind")}


def learning_of(user):
    """Learning in the user's reach, with person, union and firm."""
    found = OutsideLearning.objects.visible_to(user).filter(worker__anonymised_on=None)
    return found.select_related("worker__union", "worker__employer").defer(
        "worker__phone", "worker__phone_index"
    )


def learning_waiting(user) -> int:
    """How much reported learning waits for this user's decision, up to WAITING_CAP + 1."""
    rows = OutsideLearning.objects.within_reach(user, Permission.DECIDE_TRAINING).waiting()
    return rows.order_by()[: WAITING_CAP + 1].count()
