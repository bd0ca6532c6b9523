"""Results as a list, one row an entry; and the medal table, one row a union."""

from django.db.models import Exists, OuterRef, Prefetch

from competitions.filters.results import MedalFilter, ResultFilter
from competitions.models import Entrant, Result
from competitions.queries.medals import final_events, with_medals
from competitions.queries.results import may_open, prize_of
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing, Reader
from unions.models import Union


class ResultListing(FilterListing):
    """竞赛成绩."""

    name = "results"
    title = "竞赛成绩"
    url_name = "competitions:result_list"
    permission = Permission.VIEW_CONTESTS
    parameters = tuple(ResultFilter.Meta.fields)
    filter_class = ResultFilter
    order = ("-event__contest__starts_on", "event", "rank", "entry__start_number", "pk")
    whole = "全部竞赛成绩"
    holds_people = True
    numbers = ("rank", "start_number", "total")
    columns = (
        Column("name", "姓名", lambda row, names: names_of(row), width=20, personal=True),
        Column("contest", "竞赛名称", AsRead("event__contest__title"), width=34),
        Column("event", "比赛项目", AsRead("event__title"), width=20),
        Column("rank", "名次", AsRead("rank"), width=8),
        Column("total", "总成绩", lambda row, names: None if row.total is None else float(row.total), width=10),
        Column("standing", "情况", lambda row, names: row.get_standing_display(), width=10),
        Column("start_number", "参赛号", AsRead("entry__start_number"), width=8),
        Column("team", "队名", AsRead("entry__team_name"), width=16),
        Column("union", "参赛工会", AsRead("entry__union__name"), width=34),
        Column("prize", "奖项", lambda row, names: prize_of(row), width=12),
        Column("phase", "成绩状态", lambda row, names: row.event.get_phase_display(), width=10),
        Column("stages", "各环节成绩", lambda row, names: stages_of(row), width=34, shown=False),
        Column("code", "竞赛编号", AsRead("event__contest__code"), width=20, shown=False),
    )  # fmt: skip

    def everything(self, user, query):
        """Results of own entries once they are published, and of contests in reach from the freeze on; ``opens`` where
        the user may open the event."""
        people = (
            Entrant.objects.competing().select_related("worker").defer("worker__phone", "worker__phone_index")
        )
        rows = Result.objects.visible_to(user).annotate(opens=may_open(user))
        rows = rows.select_related("entry__union", "entry__award__prize", "event__contest")
        people = Prefetch("entry__entrants", queryset=people.order_by("pk"), to_attr="people")
        return rows.prefetch_related(people, "event__stages")


class MedalListing(FilterListing):
    """奖牌榜."""

    name = "medals"
    title = "奖牌榜"
    url_name = "competitions:medal_list"
    permission = Permission.VIEW_CONTESTS
    parameters = tuple(MedalFilter.Meta.fields)
    filter_class = MedalFilter
    order = ("-first", "-second", "-third", "path", "pk")
    whole = "已公布最终成绩的全部项目"
    numbers = ("first", "second", "third", "medals", "ranked", "awards")
    columns = (
        Column("name", "参赛工会", AsRead("name"), width=34),
        Column("first", "第一名", AsRead("first"), width=10),
        Column("second", "第二名", AsRead("second"), width=10),
        Column("third", "第三名", AsRead("third"), width=10),
        Column("medals", "前三名合计", AsRead("medals"), width=12),
        Column("awards", "获奖项数", AsRead("awards"), width=10),
        Column("ranked", "有名次的参赛项数", AsRead("ranked"), width=16),
    )

    def everything(self, user, query):
        """Unions ranked in the events asked for, of contests the user sees; ``opens`` where their results can be listed."""
        form = MedalFilter(query, Union.objects.none(), request=Reader(user)).form
        asked = form.cleaned_data if form.is_valid() else {}
        events = final_events(user)
        if asked.get("year"):
            events = events.filter(contest__starts_on__year=int(asked["year"]))
        if asked.get("contest"):
            events = events.filter(contest=asked["contest"])
        if asked.get("kind"):
            events = events.filter(contest__kind=asked["kind"])
        if asked.get("event"):
            events = events.filter(pk=asked["event"].pk)
        opens = Union.objects.visible_to(user).filter(pk=OuterRef("pk"))
        return with_medals(events).annotate(opens=Exists(opens))


def names_of(row: Result) -> str:
    """The people still in the entry."""
    return "、".join(one.worker.name for one in row.entry.people)


def stages_of(row: Result) -> str:
    """The score at each stage it took part in, in words."""
    found = ((stage.title, row.stages.get(str(stage.pk))) for stage in row.event.stages.all())
    return "；".join(f"{title} {score['score'] or '无成绩'}" for title, score in found if score)
