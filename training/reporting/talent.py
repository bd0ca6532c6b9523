"""Indicators of how skilled people grow: C16 新增高级工以上人数, D3 职称贯通人数, C21 技能带头人数, C22 津贴发放额,
C23 师带徒对数."""

from types import MappingProxyType

from django.db.models import Exists, F, OuterRef

from core.reporting import Direction, Indicator, Line, Period, Section, counted
from training.models import AllowancePayment, Apprenticeship, Certificate, SkillLeader, Title
from workers.querysets import HIGH_SKILL
from workers.reporting import workforce


def risen(unions, period: Period):
    """People at work at the cut-off with a verified certificate of grade three (L4) or above that was issued in the
    period and is valid at the cut-off, and who never held one issued before."""
    held = Certificate.objects.filter(worker=OuterRef("pk"), level__in=HIGH_SKILL)
    gained = held.valid_on(period.end).filter(issued_on__gte=period.start)
    before = held.ever_valid().filter(issued_on__lt=period.start)
    return workforce(unions, period).filter(Exists(gained)).exclude(Exists(before)).order_by("pk")


def with_level_and_title(unions, period: Period):
    """People at work who at the cut-off hold both: a valid verified certificate of grade three (L4) or above, and a
    verified professional title (domain facts 15.1); each once, whatever came first."""
    level = Certificate.objects.valid_on(period.end).filter(worker=OuterRef("pk"), level__in=HIGH_SKILL)
    title = Title.objects.held_on(period.end).filter(worker=OuterRef("pk"))
    return workforce(unions, period).filter(Exists(level), Exists(title)).order_by("pk")


def pairs_in_force(unions, period: Period):
    """Apprenticeships in force at the cut-off, each where the apprentice was on the roll at entry."""
    rows = Apprenticeship.objects.in_force(period.end).select_related("master", "apprentice")
    rows = rows.defer("master__phone", "master__phone_index", "apprentice__phone", "apprentice__phone_index")
    return counted(rows, F("union"), unions).order_by("until", "pk")


def leaders_in_term(unions, period: Period):
    """Skill leaders whom the town accepted, in term at the cut-off, each where they were on the roll at entry."""
    rows = SkillLeader.objects.in_term(period.end).select_related("worker")
    rows = rows.defer("worker__phone", "worker__phone_index")
    return counted(rows, F("union"), unions).order_by("end", "pk")


def allowances_paid(unions, period: Period):
    """Allowances paid in the period; ``amount`` is in whole yuan."""
    rows = AllowancePayment.objects.filter(paid_on__range=(period.start, period.end))
    rows = rows.select_related("leader__worker").defer("leader__worker__phone", "leader__worker__phone_index")
    return counted(rows, F("leader__union"), unions).order_by("paid_on", "pk")


def leader_lines(records, user) -> list[Line]:
    """Leaders by name with trade, team and the last day of the term."""
    found = list(records)
    opened = _opened(SkillLeader, (row.pk for row in found), user)
    return [
        Line(
            row.worker.name,
            f"{row.trade}，{row.team}，聘期至 {row.until}",
            row.get_absolute_url() if row.pk in opened else "",
        )
        for row in found
    ]


def allowance_lines(records, user) -> list[Line]:
    """Leaders by name with month, sum and day of payment."""
    found = list(records)
    opened = _opened(SkillLeader, (row.leader_id for row in found), user)
    return [
        Line(
            row.leader.worker.name,
            f"{row.month:%Y-%m} 津贴 {row.amount} 元，{row.paid_on} 由{row.get_payer_display()}发放",
            row.leader.get_absolute_url() if row.leader_id in opened else "",
        )
        for row in found
    ]


def _opened(model, keys, user) -> set[int]:
    """Which of these records the user may open."""
    return set(model.objects.visible_to(user).filter(pk__in=list(keys)).values_list("pk", flat=True))


def pair_lines(records, user) -> list[Line]:
    """Pairs by name with the trade and the agreed days."""
    found = list(records)
    opened = _opened(Apprenticeship, (row.pk for row in found), user)
    return [
        Line(
            f"{row.master.name} 带 {row.apprentice.name}",
            f"{row.trade}，{row.start} 至 {row.until}",
            row.get_absolute_url() if row.pk in opened else "",
        )
        for row in found
    ]


class TalentSection(Section):
    """Who rose to a high rung, who leads and what they are paid for it, and who teaches whom."""

    code = "talent"
    title = "高技能人才培养"
    lines = MappingProxyType(
        {
            "training.apprenticeship": pair_lines,
            "training.skillleader": leader_lines,
            "training.allowancepayment": allowance_lines,
        }
    )
    indicators = (
        Indicator(
            code="C16",
            title="新增高级工以上人数",
            unit="人",
            direction=Direction.UP,
            numerator=risen,
            denominator=None,
            numerator_title="统计期内首次取得高级工以上证书的职工",
            note="在册在岗职工中，持统计期内发证、镇总工会已核验、截止日有效的高级工以上证书，而此前没有取得过高级工以上证书的；"
            "按发证日期计，一人计一次。换证、升级和在失效后重新取证的不计。",
        ),
        Indicator(
            code="D3",
            title="职称贯通人数",
            unit="人",
            direction=Direction.UP,
            numerator=with_level_and_title,
            denominator=None,
            numerator_title="截止日既有高级工以上证书又有职称的职工",
            note="在册在岗职工中，截止日同时持有镇总工会已核验、有效的高级工以上证书和职称的，一人计一次，不论先后和职称级别。",
        ),
        Indicator(
            code="C21",
            title="技能带头人数",
            unit="人",
            direction=Direction.UP,
            numerator=leaders_in_term,
            denominator=None,
            numerator_title="截止日在聘的技能带头人",
            note="镇总工会已审定、截止日在聘期内的技能带头人，计在登记时所属工会。",
        ),
        Indicator(
            code="C22",
            title="带头人津贴发放额",
            unit="元",
            direction=Direction.NEUTRAL,
            numerator=allowances_paid,
            denominator=None,
            numerator_title="统计期内发放的技能带头人津贴",
            numerator_unit="元",
            weight="amount",
            note="按发放日期在统计期内登记的津贴合计，不论所属月份和发放单位，计在带头人登记时所属工会。",
        ),
        Indicator(
            code="C23",
            title="师带徒对数",
            unit="对",
            direction=Direction.UP,
            numerator=pairs_in_force,
            denominator=None,
            numerator_title="截止日在带的师徒",
            numerator_unit="对",
            note="截止日在约定起止日期之内、还没有结束的师徒协议，计在登记时徒弟所属工会；期满没有登记结果的不计。",
        ),
    )
