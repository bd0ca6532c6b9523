"""培养对象 as a list: the rows of its page and every column it can show or export."""

from django.utils import timezone

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.candidates import CandidateFilter
from training.models import Candidate
from training.queries.candidates import candidates_of, standing

STANDING = ("state", "outcome", "until", "current_level", "goal_level")


def _level(field: str):
    return lambda row, names: names["levels"].get(getattr(row, field), getattr(row, field))


def _mentor(row, names) -> str:
    return (row.mentor.name if row.mentor else row.mentor_name) or ""


class CandidateListing(FilterListing):
    """培养对象."""

    name = "candidates"
    title = "培养对象"
    url_name = "training:candidate_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(CandidateFilter.Meta.fields)
    filter_class = CandidateFilter
    order = ("-year", "-pk")
    unsaid = ("find",)
    whole = "培养中和待审定的培养对象"
    holds_people = True
    numbers = ()
    columns = (
        Column("name", "姓名", AsRead("worker__name"), personal=True, reads=("worker__name",)),
        Column("year", "年度", AsRead("year"), width=8, reads=("year",)),
        Column("scope", "级别", lambda row, names: Candidate.Scope(row.scope).label, width=8, reads=("scope",)),
        Column("trade", "工种", AsRead("trade"), width=14, reads=("trade",)),
        Column("mentor", "导师", _mentor, personal=True),
        Column("current_level", "现最高等级", _level("current_level"), width=14, reads=("current_level",)),
        Column("goal_level", "目标等级", _level("goal_level"), width=14, reads=("goal_level",)),
        Column("until", "培养期至", AsRead("until"), reads=("until",)),
        Column("standing", "情况", lambda row, names: standing(row, names["today"]), width=16, reads=STANDING),
        Column("union", "所属工会", AsRead("worker__union__name"), width=34, reads=("worker__union__name",)),
        Column("employer", "工作单位", AsRead("worker__employer__name"), width=34, shown=False,
               reads=("worker__employer__name",)),
        Column("batch", "批次", AsRead("batch"), width=20, shown=False, reads=("batch",)),
        Column("start", "培养开始", AsRead("start"), shown=False, reads=("start",)),
        Column("start_level", "开始时最高等级", _level("start_level"), width=14, shown=False, reads=("start_level",)),
        Column("outcome_on", "结果日期", AsRead("outcome_on"), shown=False, reads=("outcome_on",)),
        Column("outcome_note", "结果说明", AsRead("outcome_note"), width=30, shown=False, reads=("outcome_note",)),
        Column("decision_note", "审定说明", AsRead("decision_note"), width=30, shown=False, reads=("decision_note",)),
    )  # fmt: skip

    def everything(self, user, query):
        """Candidates among the people in reach."""
        return candidates_of(user)

    def names(self):
        """Names of the levels, and today, from which the days are counted."""
        return {"levels": codes.names("skill_level"), "today": timezone.localdate()}
