"""Honours of people and of collectives, teams and studios as lists: the rows of their pages and files."""

from django.utils import timezone

from competitions.filters.honours import CollectiveHonourFilter, HonourFilter, StudioFilter, TeamFilter
from competitions.models import CollectiveHonour, Honour, Recognition, Studio, Team
from competitions.queries.honours import TITLES, with_titles
from competitions.queries.studios import with_projects
from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing

STATES = dict(Recognition.State.choices)
RECHECKS = dict(Recognition.Recheck.choices)


def _coded(field: str, table: str):
    return lambda row, names: names[table].get(getattr(row, field), getattr(row, field))


# Where to change what a file that comes back may not change.
ON_PAGE = "请在荣誉页面办理。"
ON_PERSON_PAGE = "请在职工页面办理。"
# Whose an honour is stays: papers, decisions and past figures are of that holder; the right one gets a record of its own.
AFRESH = "请镇总工会办理：待核实的不予认定，已核实的登记撤销（撤销日期填授予日期），再为正确的{whose}登记。"
OTHER_HOLDER = f"授予对象登记有误的，{AFRESH.format(whose='授予对象')}"
OTHER_PERSON = f"姓名有误的，请在职工页面改正；登记错了人的，{AFRESH.format(whose='职工')}"
OTHER_KIND = "种类登记有误的，请在荣誉页面修改。"


def _facts(*, hidden: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """The columns of what was conferred."""
    columns = (
        Column("type", "荣誉种类", _coded("type", "types"), width=18, reads=("type",), attribute="type",
               fixed=OTHER_KIND),
        Column("level", "级别", _coded("level", "levels"), width=12, reads=("level",), attribute="level"),
        Column("title", "荣誉名称", AsRead("title"), width=30, reads=("title",), attribute="title"),
        Column("year", "年度", AsRead("year"), width=8, reads=("year",), attribute="year"),
        Column("awarded_on", "授予日期", AsRead("awarded_on"), reads=("awarded_on",), attribute="awarded_on"),
        Column("valid_until", "有效期至", AsRead("valid_until"), reads=("valid_until",), attribute="valid_until"),
        Column("recheck_on", "复核期限", AsRead("recheck_on"), reads=("recheck_on",), attribute="recheck_on"),
        Column("state", "状态", lambda row, names: STATES[row.state], width=10, reads=("state",), fixed=ON_PAGE),
    )  # fmt: skip
    return tuple(column for column in columns if column.key not in hidden)


RECORDS = (
    Column("issuer", "授予单位", AsRead("issuer"), width=30, shown=False, reads=("issuer",), attribute="issuer"),
    Column("batch", "批次", AsRead("batch"), width=14, shown=False, reads=("batch",), attribute="batch"),
    Column("document_number", "文件号", AsRead("document_number"), width=22, shown=False, reads=("document_number",),
           attribute="document_number"),
    Column("rechecked_on", "复核日期", AsRead("rechecked_on"), shown=False, reads=("rechecked_on",), fixed=ON_PAGE),
    Column("recheck_result", "复核结论", lambda row, names: RECHECKS.get(row.recheck_result, ""), width=10,
           shown=False, reads=("recheck_result",), fixed=ON_PAGE),
    Column("revoked_on", "撤销日期", AsRead("revoked_on"), shown=False, reads=("revoked_on",), fixed=ON_PAGE),
    Column("decision_note", "核实说明", AsRead("decision_note"), width=30, shown=False, reads=("decision_note",),
           fixed=ON_PAGE),
)  # fmt: skip


class _RecognitionListing(FilterListing):
    permission = Permission.VIEW_CONTESTS
    order = ("-awarded_on", "-pk")

    def names(self):
        """Names of kinds and levels."""
        return {"types": codes.names("honour_type"), "levels": codes.names("base_level")}


class HonourListing(_RecognitionListing):
    """个人荣誉; those of anonymised people are left out, as on the roll."""

    name = "honours"
    title = "个人荣誉"
    url_name = "competitions:honour_list"
    parameters = tuple(HonourFilter.Meta.fields)
    filter_class = HonourFilter
    unsaid = ("find",)
    whole = "全部个人荣誉"
    holds_people = True
    kind = "honours"
    columns = (
        Column("name", "姓名", AsRead("worker__name"), personal=True, reads=("worker__name",), attribute="name",
               fixed=OTHER_PERSON),
        *_facts(),
        Column("union", "所属工会", AsRead("worker__union__name"), width=34, reads=("worker__union__name",),
               fixed=ON_PERSON_PAGE),
        Column("employer", "工作单位", AsRead("worker__employer__name"), width=34, shown=False,
               reads=("worker__employer__name",), fixed=ON_PERSON_PAGE),
        *RECORDS,
    )  # fmt: skip

    def everything(self, user, query):
        """Honours of the people in reach."""
        rows = Honour.objects.visible_to(user).filter(worker__anonymised_on=None)
        return rows.select_related("worker__union", "worker__employer").defer(
            "worker__phone", "worker__phone_index"
        )

    def present(self, user, keys):
        """The honours as the list shows them now."""
        return self.everything(user, None).filter(pk__in=list(keys))


class CollectiveHonourListing(_RecognitionListing):
    """集体荣誉."""

    name = "collective_honours"
    title = "集体荣誉"
    url_name = "competitions:collective_honour_list"
    parameters = tuple(CollectiveHonourFilter.Meta.fields)
    filter_class = CollectiveHonourFilter
    whole = "全部集体荣誉"
    kind = "collective_honours"
    columns = (
        Column("holder", "获奖集体", lambda row, names: row.holder.name, width=26, fixed=OTHER_HOLDER),
        *_facts(),
        Column("union", "所属工会", AsRead("union__name"), width=34, attribute="union", fixed=OTHER_HOLDER),
        Column(
            "team", "班组", AsRead("team__name"), width=20, shown=False, attribute="team", fixed=OTHER_HOLDER
        ),
        Column(
            "employer",
            "用人单位",
            AsRead("employer__name"),
            width=34,
            shown=False,
            attribute="employer",
            fixed=OTHER_HOLDER,
        ),
        *RECORDS,
    )

    def everything(self, user, query):
        """Honours of collectives of the unions in reach."""
        return CollectiveHonour.objects.visible_to(user).select_related("union", "employer", "team")

    def present(self, user, keys):
        """The honours as the list shows them now."""
        return self.everything(user, None).filter(pk__in=list(keys))


class StudioListing(_RecognitionListing):
    """工作室."""

    name = "studios"
    title = "工作室"
    url_name = "competitions:studio_list"
    parameters = tuple(StudioFilter.Meta.fields)
    filter_class = StudioFilter
    whole = "全部工作室"
    holds_people = True
    numbers = ("approved",)
    columns = (
        Column("title", "工作室名称", AsRead("title"), width=30),
        Column("leader", "领衔人", AsRead("leader__name"), personal=True),
        *_facts(hidden=("title", "year")),
        Column("approved", "今年立项数", AsRead("approved"), width=10),
        Column("union", "所属工会", AsRead("union__name"), width=34),
        Column("employer", "用人单位", AsRead("employer__name"), width=34, shown=False),
        Column("field", "专业领域", AsRead("field"), width=20, shown=False),
        Column("year", "年度", AsRead("year"), width=8, shown=False),
        *RECORDS,
    )

    def everything(self, user, query):
        """Studios of the unions in reach, with this year's approved projects."""
        today = timezone.localdate()
        rows = Studio.objects.visible_to(user).select_related("union", "employer", "leader")
        return with_projects(rows.defer("leader__phone", "leader__phone_index"), today.year, today)


class TeamListing(FilterListing):
    """班组."""

    name = "teams"
    title = "班组"
    url_name = "competitions:team_list"
    permission = Permission.VIEW_CONTESTS
    parameters = tuple(TeamFilter.Meta.fields)
    filter_class = TeamFilter
    order = ("name", "pk")
    whole = "全部班组"
    holds_people = True
    numbers = ("headcount", "titles")
    columns = (
        Column("name", "班组名称", AsRead("name"), width=26),
        Column("leader", "班组长", AsRead("leader__name"), personal=True),
        Column("headcount", "人数", AsRead("headcount"), width=8),
        Column("titles", TITLES, AsRead("titles"), width=12),
        Column("union", "所属工会", AsRead("union__name"), width=34),
        Column("employer", "用人单位", AsRead("employer__name"), width=34),
        Column("founded_on", "成立日期", AsRead("founded_on")),
        Column("dissolved_on", "撤销日期", AsRead("dissolved_on"), shown=False),
    )

    def everything(self, user, query):
        """Teams of the unions in reach with how many titles they hold today."""
        rows = Team.objects.visible_to(user).select_related("union", "employer", "leader")
        return with_titles(rows.defer("leader__phone", "leader__phone_index"), timezone.localdate())
