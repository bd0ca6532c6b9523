"""Figures of honours (domain/measures.csv, measures 2, 6 and 11): craftsmen, model teams and studios."""

from types import MappingProxyType

from django.db.models import Count, Exists, F, OuterRef

from competitions.models import CollectiveHonour, Honour, Studio, Team
from competitions.queries.studios import projects_asked, with_projects
from core import charts, codes
from core.reporting import Direction, Indicator, Line, Period, Section, counted
from workers.reporting import workforce

CRAFTSMAN, MODEL_TEAM = "craftsman", "model_team"


def craftsmen(unions, period: Period):
    """People at work at the cut-off who hold on it an honour that counts as 工匠 or 金牌工人, each once."""
    held = Honour.objects.valid_on(period.end).counting_as(CRAFTSMAN).filter(worker=OuterRef("pk"))
    return workforce(unions, period).filter(Exists(held)).order_by("pk")


def new_craftsmen(unions, period: Period):
    """Those of them who got the first such honour in the period."""
    before = Honour.objects.ever_valid().counting_as(CRAFTSMAN).filter(awarded_on__lt=period.start)
    return craftsmen(unions, period).exclude(Exists(before.filter(worker=OuterRef("pk"))))


def teams(unions, period: Period):
    """Teams that exist at the cut-off."""
    rows = Team.objects.on(period.end).select_related("union").order_by("name", "pk")
    return counted(rows, F("union"), unions)


def model_teams(unions, period: Period):
    """Those of them that hold on it a title that counts for model teams."""
    return teams(unions, period).titled_on(period.end)


def studios(unions, period: Period):
    """Studios that the town verified, recognised at the cut-off."""
    rows = Studio.objects.valid_on(period.end).select_related("union").order_by("awarded_on", "pk")
    return counted(rows, F("union"), unions)


def studios_with_projects(unions, period: Period):
    """Those of them with as many approved projects in the year of the cut-off as the rule asks; without a rule, with
    one."""
    asked = projects_asked(period.end) or 1
    rows = with_projects(studios(unions, period), period.end.year, period.end)
    return rows.filter(approved__gte=asked)


def team_lines(records, user) -> list[Line]:
    """Teams by name with union and headcount."""
    return _lines(Team, records, user, lambda row: (row.name, f"{row.union.name}，{row.headcount} 人"))


def studio_lines(records, user) -> list[Line]:
    """Studios by name with level and day of recognition."""
    levels = codes.names("base_level")
    return _lines(
        Studio,
        records,
        user,
        lambda row: (
            row.title,
            f"{levels.get(row.level, row.level)}，{row.awarded_on} 认定，{row.union.name}",
        ),
    )


def _lines(model, records, user, said) -> list[Line]:
    rows = list(records)
    seen = model.objects.visible_to(user).filter(pk__in=[row.pk for row in rows])
    opened = set(seen.values_list("pk", flat=True))
    return [Line(*said(row), row.get_absolute_url() if row.pk in opened else "") for row in rows]


class HonourSection(Section):
    """Craftsmen, model teams and studios."""

    code = "honours"
    title = "荣誉、班组与工作室"
    lines = MappingProxyType({"competitions.team": team_lines, "competitions.studio": studio_lines})
    indicators = (
        Indicator(
            code="D6",
            title="工匠与金牌工人数",
            unit="人",
            direction=Direction.UP,
            numerator=craftsmen,
            denominator=None,
            numerator_title="截止日持有工匠或金牌工人荣誉的职工",
            note="在册在岗职工中，持镇总工会已核实、截止日有效的工匠或金牌工人荣誉的，一人计一次。"
            "计入的荣誉种类见“荣誉种类规则”。",
        ),
        Indicator(
            code="D6N",
            title="新增工匠与金牌工人数",
            unit="人",
            direction=Direction.UP,
            numerator=new_craftsmen,
            denominator=None,
            numerator_title="统计期内首次获得工匠或金牌工人荣誉的职工",
            note="截止日仍有效、按授予日期在统计期内、此前没有获得过这类荣誉的，一人计一次。",
        ),
        Indicator(
            code="D7",
            title="工匠班组数",
            unit="个",
            direction=Direction.UP,
            numerator=model_teams,
            denominator=None,
            numerator_title="截止日持有工人先锋号、青年文明号、巾帼文明岗的班组",
            numerator_unit="个",
            note="持有镇总工会已核实、截止日有效的称号，一个班组有几个称号计一次，计在所属工会。"
            "计入的称号见“荣誉种类规则”。",
        ),
        Indicator(
            code="D7R",
            title="班组创建率",
            unit="%",
            direction=Direction.UP,
            numerator=model_teams,
            denominator=teams,
            numerator_title="截止日持有工人先锋号、青年文明号、巾帼文明岗的班组",
            denominator_title="截止日登记的班组",
            numerator_unit="个",
            denominator_unit="个",
            note="分母为截止日已成立、没有撤销的班组；没有登记的班组不在分母中。",
        ),
        Indicator(
            code="D8",
            title="工作室数",
            unit="个",
            direction=Direction.UP,
            numerator=studios,
            denominator=None,
            numerator_title="截止日有效的劳模创新工作室、技能大师工作室",
            numerator_unit="个",
            note="镇总工会已核实、截止日没有到期和撤销的工作室，计在所属工会。",
        ),
        Indicator(
            code="D8R",
            title="工作室年度立项率",
            unit="%",
            direction=Direction.UP,
            numerator=studios_with_projects,
            denominator=studios,
            numerator_title="截止日所在年度已按要求立项的工作室",
            denominator_title="截止日有效的工作室",
            numerator_unit="个",
            denominator_unit="个",
            note="每个工作室每年应立项的项目数为规则数据“工作室每年应立项的项目数”；按截止日前已立项、没有终止的项目计。",
        ),
    )

    def chart(self, unions, period: Period) -> dict | None:
        """Honours, titles and studios valid at the cut-off by level."""
        levels = codes.names("base_level")
        series = [
            (title, _by_level(model, unions, period))
            for title, model in (("个人荣誉", Honour), ("集体荣誉", CollectiveHonour), ("工作室", Studio))
        ]
        used = [level for level in levels if any(level in found for _, found in series)]
        if not used:
            return None
        return charts.bar(
            title="有效的荣誉和工作室（按级别）",
            categories=[levels[level] for level in used],
            series=[charts.Series(title, [found.get(level, 0) for level in used]) for title, found in series],
        )


def _by_level(model, unions, period: Period) -> dict[str, int]:
    rows = counted(model.objects.valid_on(period.end), F("union"), unions).order_by()
    return dict(rows.values_list("level").annotate(found=Count("pk")))
