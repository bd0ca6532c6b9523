"""Indicators of working with schools: C10 校企合作项目数, C11 订单班人数, C12 协同培育人数 (measures 5 and 6).

Their formulas are the portal's own; each says in its note what it counts.
"""

from types import MappingProxyType

from django.db.models import F, Q

from core import codes
from core.reporting import Direction, Indicator, Line, Period, Section, counted
from training.models import Agreement, Enrolment, TrainingClass
from training.reporting.classes import completed, people_of

ORDER = "ORDER"  # 订单班 in the code table cooperation_mode
BEGUN = (TrainingClass.State.RUNNING, TrainingClass.State.FINISHED)


def agreements_in_force(unions, period: Period):
    """Agreements signed and running at the cut-off, each at the union that signed it."""
    rows = Agreement.objects.in_force(period.end).select_related("union", "partner")
    return counted(rows.order_by("pk"), F("union"), unions)


def order_places(period: Period):
    """Places in classes under an agreement 订单班 that ran on some day of the period. Who withdrew after the
    period still had a place in it: by promotion, or as one of the first within the capacity."""
    left_later = Q(state=Enrolment.State.WITHDRAWN, withdrawn_at__date__gt=period.end) & (
        Q(promoted_at__date__lte=period.end)
        | Q(training_class__capacity=None)
        | Q(position__lte=F("training_class__capacity"))
    )
    rows = Enrolment.objects.filter(Q(state=Enrolment.State.ENROLLED) | left_later)
    rows = rows.exclude(result=Enrolment.Result.ABSENT).filter(
        training_class__agreement__mode=ORDER,
        training_class__state__in=BEGUN,
        training_class__starts_on__lte=period.end,
        training_class__ends_on__gte=period.start,
    )
    return counted(rows, F("union"), None)


def people_in_order_classes(unions, period: Period):
    """Different people with a place in such classes, each at the union of the latest enrolment."""
    return people_of(order_places(period), unions, ("-training_class__starts_on", "-pk"))


def people_trained_together(unions, period: Period):
    """Different people who completed a class under any agreement in the period."""
    rows = completed(None, period).filter(training_class__agreement__isnull=False)
    return people_of(rows, unions, ("-completed_on", "-pk"))


def agreement_lines(records, user) -> list[Line]:
    """Agreements with school, mode and term."""
    found, names = list(records), codes.names("cooperation_mode")
    keys = [row.pk for row in found]
    opened = set(Agreement.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        Line(
            row.title,
            f"{row.union.name}与{row.partner.name}，{names.get(row.mode, row.mode)}，"
            f"{row.starts_on} 至 {row.ends_on or '长期'}",
            row.get_absolute_url() if row.pk in opened else "",
        )
        for row in found
    ]


class CooperationSection(Section):
    """Agreements with schools, and who is trained under them."""

    code = "cooperation"
    title = "校企合作与协同培育"
    lines = MappingProxyType({"training.agreement": agreement_lines})
    indicators = (
        Indicator(
            code="C10",
            title="校企合作项目数",
            unit="项",
            direction=Direction.UP,
            numerator=agreements_in_force,
            denominator=None,
            numerator_title="截止日执行中的校企合作协议",
            numerator_unit="项",
            note="截止日已签订、在协议期内且没有终止的校企合作协议，按签约工会计。",
        ),
        Indicator(
            code="C11",
            title="订单班人数",
            unit="人",
            direction=Direction.UP,
            numerator=people_in_order_classes,
            denominator=None,
            numerator_title="统计期内在读或结业的订单班学员",
            note="按“订单班”协议开展、已开课或已结束、起止日期与统计期有重合的班次中有名额的职工，"
            "候补的、结论为未参加的和统计期内退出的不计；一人只计一次，计在最近一班报名时所属工会。",
        ),
        Indicator(
            code="C12",
            title="协同培育人数",
            unit="人",
            direction=Direction.UP,
            numerator=people_trained_together,
            denominator=None,
            numerator_title="统计期内在校企合作班次结业的职工",
            note="按任一校企合作协议开展的班次中，结业日期在统计期内、结论为合格或不合格的职工；"
            "一人只计一次，计在最近一次报名时所属工会。",
        ),
    )
