"""Selections and nominations as lists: the rows of their pages, and the columns they can export."""

from competitions.filters.selections import NominationFilter, SelectionFilter
from competitions.models import Nomination, Selection
from competitions.queries.nominations import nominations_of
from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing

SUBJECTS, STATES = dict(Nomination.Subject.choices), dict(Nomination.State.choices)
POSITIONS = dict(Nomination.Position.choices)
SAID = {True: "是", False: "否", None: "未登记"}


def _name(row, names) -> str:
    return row.name


def _employer(row, names) -> str:
    return row.employer.name if row.employer else ""


def _said(field: str, *subjects: str):
    return lambda row, names: SAID[getattr(row, field)] if row.subject in subjects else ""


class SelectionListing(FilterListing):
    """推荐评选."""

    name = "selections"
    title = "推荐评选"
    url_name = "competitions:selection_list"
    permission = Permission.VIEW_CONTESTS
    parameters = tuple(SelectionFilter.Meta.fields)
    filter_class = SelectionFilter
    order = ("-year", "-pk")
    whole = "全部推荐评选"
    numbers = ("places", "places_each", "nominated", "year")
    columns = (
        Column("title", "名称", AsRead("title"), width=34),
        Column("year", "年度", AsRead("year"), width=8),
        Column(
            "honour_type", "荣誉", lambda row, names: names.get(row.honour_type, row.honour_type), width=20
        ),
        Column("kind", "推荐", lambda row, names: "集体" if row.is_collective else "个人", width=8),
        Column("issuer", "授予单位", AsRead("issuer"), width=24),
        Column("places", "推荐名额", AsRead("places"), width=8),
        Column("nominated", "已推荐", AsRead("nominated"), width=8),
        Column("deadline", "推荐截止日期", AsRead("deadline")),
        Column("phase", "进度", lambda row, names: row.get_phase_display(), width=10),
        Column("notice_from", "公示开始", AsRead("notice_from"), shown=False),
        Column("notice_until", "公示结束", AsRead("notice_until")),
        Column("union", "主办工会", AsRead("union__name"), width=30, shown=False),
        Column("places_each", "每个工会名额", AsRead("places_each"), width=8, shown=False),
        Column("document_number", "通知文号", AsRead("document_number"), width=20, shown=False),
        Column("decided_on", "确定日期", AsRead("decided_on"), shown=False),
        Column("sent_on", "上报日期", AsRead("sent_on"), shown=False),
        Column("sent_number", "上报文号", AsRead("sent_number"), width=20, shown=False),
    )

    def everything(self, user, query):
        """Selections of the unions in reach and announced ones of unions above, with what the user's unions put forward."""
        return Selection.objects.visible_to(user).select_related("union").with_counts(user)

    def names(self):
        """Names of the honours."""
        return codes.names("honour_type")


class NominationListing(FilterListing):
    """推荐对象."""

    name = "nominations"
    title = "推荐对象"
    url_name = "competitions:nomination_list"
    permission = Permission.VIEW_CONTESTS
    parameters = tuple(NominationFilter.Meta.fields)
    filter_class = NominationFilter
    order = ("-selection__year", "-selection", "union__path", "pk")
    whole = "全部推荐对象"
    holds_people = True
    numbers = ()
    columns = (
        Column("name", "推荐对象", _name, personal=True, width=20),
        Column("selection", "推荐评选", AsRead("selection__title"), width=34),
        Column("subject", "对象", lambda row, names: SUBJECTS[row.subject], width=8),
        Column("employer", "工作单位", _employer, width=30),
        Column("position", "职工类别", lambda row, names: POSITIONS.get(row.position, ""), width=16),
        Column("migrant", "农民工", _said("is_migrant", "person"), width=8),
        Column("woman", "女性", _said("is_woman", "person"), width=8),
        Column("party", "中共党员", _said("is_party", "person"), width=8),
        Column("state", "情况", lambda row, names: STATES[row.state], width=12),
        Column("union", "推荐工会", AsRead("union__name"), width=30),
        Column("nonpublic", "非公有制单位", _said("is_nonpublic", "team", "employer"), width=10, shown=False),
        Column("job", "岗位", AsRead("job"), width=16, shown=False),
        Column("reason", "推荐理由", AsRead("reason"), width=40, shown=False),
        Column("submitted_on", "提交日期", AsRead("submitted_on"), shown=False),
        Column("facts_on", "按名册取数日期", AsRead("facts_on"), shown=False),
        Column("note", "说明", AsRead("note"), width=30, shown=False),
    )

    def everything(self, user, query):
        """Nominations in reach."""
        return nominations_of(user)
