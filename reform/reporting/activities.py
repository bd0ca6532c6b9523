"""Activities of the unions (plan measures 2, 8 and 14): what was held in the period, and how many took part.

B5 主题教育, B6 工匠精神讨论, B7 学习活动 (measure 2); C24 网络文明活动数 and C25 参与人次 (measure 8); H4 宣传报道数,
H5 文艺作品数, H6 劳模工匠四进 (measure 14).
"""

from types import MappingProxyType

from django.db.models import F

from core import codes
from core.reporting import Direction, Indicator, Line, Period, Section, counted
from reform.models import Activity
from reform.rules.activities import ARTS, CRAFT, LEARNING, MODEL, NETCULTURE, PUBLICITY, THEME

NOTE = "按开始日期在统计期内、已登记为已举办的“{kind}”统计，计在主办工会；计划中和已取消的不计。"
PARTICIPANTS = (
    "participants",
    "人次",
    "参与人次",
    "参与人次由主办工会登记，参加几次计几次；还没有登记人次的活动不计。",
)
WORKS = "works", "件", "作品数", "作品数由主办工会登记；还没有登记作品数的活动不计。"


def _held(kind: str):
    """Activities of the kind that were held, with the first day in the period."""

    def activities(unions, period: Period):
        rows = Activity.objects.held_in(period).filter(kind=kind)
        return counted(rows.order_by("starts_on", "pk"), F("union"), unions)

    return activities


def _counted(kind: str, field: str):
    """Those of them whose number in the field is known."""
    held = _held(kind)

    def activities(unions, period: Period):
        return held(unions, period).exclude(**{field: None})

    return activities


def _times(code: str, title: str, kind: str, name: str, unit: str = "场") -> Indicator:
    """How many activities of a kind were held; ``name`` is what the office calls the kind."""
    return Indicator(
        code=code,
        title=title,
        unit=unit,
        direction=Direction.UP,
        numerator=_held(kind),
        denominator=None,
        numerator_title=f"统计期内举办的{name}",
        numerator_unit=unit,
        dated_by="starts_on",
        note=NOTE.format(kind=name),
    )


def _sum(
    code: str, title: str, kind: str, name: str, of: tuple[str, str, str, str] = PARTICIPANTS
) -> Indicator:
    """How many took part in them, or what else was counted: the field, its unit, its name and a note."""
    field, unit, counted_as, note = of
    return Indicator(
        code=code,
        title=title,
        unit=unit,
        direction=Direction.UP,
        numerator=_counted(kind, field),
        denominator=None,
        numerator_title=f"统计期内举办、已统计{counted_as}的{name}",
        numerator_unit=unit,
        weight=field,
        note=NOTE.format(kind=name) + note,
    )


def activity_lines(records, user) -> list[Line]:
    """Activities by title with kind, days, participants and, where some were handed in, works."""
    rows, names = list(records), codes.names("activity_kind")
    seen = Activity.objects.visible_to(user).filter(pk__in=[row.pk for row in rows])
    opened = set(seen.values_list("pk", flat=True))
    return [
        Line(
            row.title,
            f"{names.get(row.kind, row.kind)}，{row.days}，{_took_part(row)}",
            row.get_absolute_url() if row.pk in opened else "",
        )
        for row in rows
    ]


def _took_part(row: Activity) -> str:
    people = "参与人次未统计" if row.participants is None else f"{row.participants} 人次"
    return people if row.works is None else f"{people}，作品 {row.works} 件"


class ActivitySection(Section):
    """What the unions held: theme education, talks about craftsmanship, learning, a healthy culture on the net,
    publicity, works of art, visits of model workers."""

    code = "activities"
    title = "思想引领、网络文明和社会宣传活动"
    lines = MappingProxyType({"reform.activity": activity_lines})
    indicators = (
        _times("B5", "主题教育场次", THEME, "主题教育"),
        _sum("B5P", "主题教育受教育人次", THEME, "主题教育"),
        _times("B6", "工匠精神讨论场次", CRAFT, "工匠精神讨论"),
        _sum("B7", "学习活动人次", LEARNING, "学习活动"),
        _times("C24", "网络文明活动数", NETCULTURE, "网络文明活动"),
        _sum("C25", "网络文明活动参与人次", NETCULTURE, "网络文明活动"),
        _times("H4", "宣传报道数", PUBLICITY, "宣传报道", unit="篇"),
        _sum("H5", "文艺作品数", ARTS, "文艺创作", WORKS),
        _times("H6", "劳模工匠四进场次", MODEL, "劳模工匠四进"),
        _sum("H6P", "劳模工匠四进受众人次", MODEL, "劳模工匠四进"),
    )
