"""Indicators of subsidies: C7 补贴金额, C7N 补贴发放人次, C7S 补贴培训占比 (domain facts 15.1, measure 5)."""

from types import MappingProxyType

from django.db.models import Exists, F, OuterRef

from core import codes
from core.reporting import Direction, Indicator, Line, Period, Section, counted
from training.models import SubsidyClaim
from training.reporting.classes import people_trained
from training.rules.subsidies import rung_name

PAID_NOTE = "按登记的发放日期在统计期内的申报统计，计在申报时所属工会。"


def paid(unions, period: Period):
    """Claims paid in the period."""
    rows = SubsidyClaim.objects.paid_in(period).select_related("certificate__worker")
    rows = rows.defer("certificate__worker__phone", "certificate__worker__phone_index")
    return counted(rows, F("union"), unions).order_by("paid_on", "pk")


def trained_and_paid(unions, period: Period):
    """People trained in the period who were also paid a subsidy in it."""
    own = SubsidyClaim.objects.paid_in(period).filter(certificate__worker=OuterRef("pk"))
    return people_trained(unions, period).filter(Exists(own))


def claim_lines(records, user) -> list[Line]:
    """People by name with trade, level, amount and day of payment."""
    rows, names = list(records), codes.names("skill_level")
    keys = [row.pk for row in rows]
    opened = set(SubsidyClaim.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        Line(
            row.certificate.worker.name,
            f"{row.trade} {rung_name(row.level, names)}，{row.amount} 元，{row.paid_on} 发放",
            row.get_absolute_url() if row.pk in opened else "",
        )
        for row in rows
    ]


class SubsidySection(Section):
    """What was paid for certificates of skill, how often, and to how many of those trained."""

    code = "subsidy"
    title = "技能提升补贴"
    lines = MappingProxyType({"training.subsidyclaim": claim_lines})
    indicators = (
        Indicator(
            code="C7",
            title="补贴金额",
            unit="元",
            direction=Direction.NEUTRAL,
            numerator=paid,
            denominator=None,
            numerator_title="统计期内发放的补贴",
            numerator_unit="元",
            weight="amount",
            note=PAID_NOTE,
        ),
        Indicator(
            code="C7N",
            title="补贴发放人次",
            unit="人次",
            direction=Direction.NEUTRAL,
            numerator=paid,
            denominator=None,
            numerator_title="统计期内发放的补贴",
            numerator_unit="人次",
            dated_by="paid_on",
            note=f"{PAID_NOTE}一人领几次计几次。",
        ),
        Indicator(
            code="C7S",
            title="补贴培训占比",
            unit="%",
            direction=Direction.UP,
            numerator=trained_and_paid,
            denominator=people_trained,
            numerator_title="其中统计期内领到补贴的职工",
            denominator_title="统计期内结业的职工（培训人数）",
            note="分母为培训人数：统计期内结业的职工，一人只计一次，计在最近一次报名时所属工会。"
            "分子为其中在同一统计期内登记发放过技能提升补贴的人；领到补贴但统计期内没有结业的不计，"
            "补贴不必对应所参加的班次。",
        ),
    )
