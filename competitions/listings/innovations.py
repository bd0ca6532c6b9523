"""Innovations, methods to take over, and where they were taken over, as lists for page and file."""

from competitions.filters.innovations import InnovationFilter, MethodFilter, PromotionFilter
from competitions.models import Innovation, Promotion
from competitions.models.innovation_kinds import WORDS, Kind, PatentKind, Review, Stage
from competitions.queries.innovations import innovations_of
from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing

KINDS, REVIEWS, PATENTS = dict(Kind.choices), dict(Review.choices), dict(PatentKind.choices)
CONFIRMED, WAITING = "已确认", "待确认"


def _sum(field: str):
    """Yuan as a number, None where there is none."""

    def say(row, names):
        value = getattr(row, field)
        if value is None:
            return None
        return int(value) if value == int(value) else float(value)

    return say


def _reviewed(row, names) -> str:
    """As on the page: before it is done the town has nothing to review, and it says how far it is."""
    is_early = row.state == Review.ENTERED and row.stage != Stage.DONE
    return WORDS[row.kind].stages[row.stage] if is_early else REVIEWS[row.state]


class InnovationListing(FilterListing):
    """创新成果."""

    name = "innovations"
    title = "创新成果"
    url_name = "competitions:innovation_list"
    permission = Permission.VIEW_CONTESTS
    parameters = tuple(InnovationFilter.Meta.fields)
    filter_class = InnovationFilter
    order = ("-entered_at", "-pk")
    whole = "全部创新成果"
    holds_people = True
    numbers = ("effect_yuan", "investment", "reward")
    columns = (
        Column("title", "名称", AsRead("title"), width=34, reads=("title",)),
        Column("kind", "种类", lambda row, names: KINDS[row.kind], reads=("kind",)),
        Column("lead", "主要完成人", AsRead("lead"), personal=True, reads=("lead",)),
        Column("union", "工会", AsRead("union__name"), width=34, reads=("union__name",)),
        Column("employer", "用人单位", AsRead("employer__name"), width=34, shown=False, reads=("employer__name",)),
        Column("stage", "进展", lambda row, names: WORDS[row.kind].stages[row.stage], reads=("kind", "stage")),
        Column("begun_on", "开始、提出或申请日期", AsRead("begun_on"), width=20, shown=False, reads=("begun_on",)),
        Column("done_on", "完成日期", AsRead("done_on"), reads=("done_on",)),
        Column("effect_yuan", "年经济效益（元）", _sum("effect_yuan"), width=16, reads=("effect_yuan",)),
        Column("state", "评审", _reviewed, reads=("state", "kind", "stage")),
        Column("department", "车间（部门）", AsRead("department"), width=16, shown=False, reads=("department",)),
        Column("content", "内容", AsRead("content"), width=40, shown=False, reads=("content",)),
        Column("effect", "成效", AsRead("effect"), width=40, shown=False, reads=("effect",)),
        Column("adopted_on", "采纳日期", AsRead("adopted_on"), shown=False, reads=("adopted_on",)),
        Column("investment", "投入（元）", _sum("investment"), shown=False, reads=("investment",)),
        Column("reward", "奖励（元）", _sum("reward"), shown=False, reads=("reward",)),
        Column("level", "级别", lambda row, names: names.get(row.level, row.level), shown=False, reads=("level",)),
        Column("document_number", "文件号", AsRead("document_number"), width=20, shown=False,
               reads=("document_number",)),
        Column("patent_kind", "专利类型", lambda row, names: PATENTS.get(row.patent_kind, ""), shown=False,
               reads=("patent_kind",)),
        Column("patent_number", "专利号", AsRead("patent_number"), width=22, shown=False, number_text=True,
               reads=("patent_number",)),
        Column("stage_reason", "终止或未采纳原因", AsRead("stage_reason"), width=30, shown=False,
               reads=("stage_reason",)),
        Column("decision_note", "退回理由", AsRead("decision_note"), width=30, shown=False,
               reads=("decision_note",)),
    )  # fmt: skip

    def everything(self, user, query):
        """Innovations of the unions in reach."""
        return innovations_of(user)

    def names(self):
        """Names of the levels."""
        return codes.names("innovation_level")


class MethodListing(FilterListing):
    """先进操作法 of the whole town that any union may take over; nobody is named."""

    name = "methods"
    title = "先进操作法"
    url_name = "competitions:method_list"
    permission = Permission.VIEW_CONTESTS
    parameters = tuple(MethodFilter.Meta.fields)
    filter_class = MethodFilter
    order = ("-done_on", "-pk")
    whole = "全部先进操作法"
    numbers = ("taken_over",)
    columns = (
        Column("title", "操作法名称", AsRead("title"), width=34),
        Column("union", "首创单位工会", AsRead("union__name"), width=34),
        Column("employer", "首创单位", AsRead("employer__name"), width=34),
        Column("level", "级别", lambda row, names: names.get(row.level, row.level), width=16),
        Column("done_on", "命名日期", AsRead("done_on")),
        Column("taken_over", "已推广单位数", AsRead("taken_over"), width=14),
        Column("document_number", "命名文件号", AsRead("document_number"), width=20, shown=False),
        Column("content", "内容", AsRead("content"), width=40, shown=False),
        Column("effect", "成效", AsRead("effect"), width=40, shown=False),
    )

    def everything(self, user, query):
        """Accepted methods, whosever they are, for whoever may see competitions."""
        rows = Innovation.objects.visible_to(user).methods()
        return rows.select_related("union", "employer").with_promotions()

    def names(self):
        """Names of the levels."""
        return codes.names("innovation_level")


class PromotionListing(FilterListing):
    """推广应用."""

    name = "promotions"
    title = "推广应用"
    url_name = "competitions:promotion_list"
    permission = Permission.VIEW_CONTESTS
    parameters = tuple(PromotionFilter.Meta.fields)
    filter_class = PromotionFilter
    order = ("-since", "-pk")
    whole = "全部推广应用"
    numbers = ("effect_yuan",)
    columns = (
        Column("title", "先进操作法", AsRead("innovation__title"), width=34),
        Column("union", "应用单位工会", AsRead("union__name"), width=34),
        Column("employer", "应用单位", AsRead("employer__name"), width=34),
        Column("since", "应用开始日期", AsRead("since")),
        Column("state", "确认", lambda row, names: CONFIRMED if row.confirmed_at else WAITING),
        Column("effect_yuan", "年经济效益（元）", _sum("effect_yuan"), width=16),
        Column("effect", "应用成效", AsRead("effect"), width=40),
        Column("from_union", "首创单位工会", AsRead("innovation__union__name"), width=34, shown=False),
        Column("from_employer", "首创单位", AsRead("innovation__employer__name"), width=34, shown=False),
    )

    def everything(self, user, query):
        """Where the unions in reach took something over, and where their methods went."""
        rows = Promotion.objects.visible_to(user)
        return rows.select_related("innovation__union", "innovation__employer", "union", "employer")
