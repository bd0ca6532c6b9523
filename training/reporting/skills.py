"""Indicators of skill: C1 技能人才占比 and C2 高技能人才占技能人才比例 (domain facts 15.1).

Counted are people with a verified certificate valid at the cut-off, each once (docs/adr/0020). What is declared on
the roll does not count; special-ability certificates are no rung of the ladder.
"""

from django.db.models import Exists, OuterRef

from core.reporting import Direction, Indicator, Period, Section
from training.models import Certificate
from workers.querysets import HIGH_SKILL, SKILLED
from workers.reporting import workforce

VERIFIED = "按镇总工会已核验、截止日有效的职业资格证书和职业技能等级证书计算，一人按最高等级计一次；只在名册申报、没有证书的不计。"


def certified(unions, period: Period, levels):
    """People at work with a verified certificate of one of the levels, valid at the cut-off; each once."""
    held = Certificate.objects.valid_on(period.end).filter(worker=OuterRef("pk"), level__in=levels)
    return workforce(unions, period).filter(Exists(held))


def skilled(unions, period: Period):
    """People at work with a certificate of grade five (L2) or above."""
    return certified(unions, period, SKILLED)


def highly_skilled(unions, period: Period):
    """People at work with a certificate of grade three (L4) or above."""
    return certified(unions, period, HIGH_SKILL)


class SkillSection(Section):
    """Skilled and highly skilled people among those at work."""

    code = "skill"
    title = "职工技能素质"
    indicators = (
        Indicator(
            code="C1",
            title="技能人才占比",
            unit="%",
            direction=Direction.UP,
            numerator=skilled,
            denominator=workforce,
            numerator_title="持初级工以上证书的职工",
            denominator_title="在册在岗职工",
            note=f"在册在岗职工指截止日的在籍会员和在册就业人员。{VERIFIED}",
        ),
        Indicator(
            code="C2",
            title="高技能人才占技能人才比例",
            unit="%",
            direction=Direction.UP,
            numerator=highly_skilled,
            denominator=skilled,
            numerator_title="持高级工以上证书的职工",
            denominator_title="持初级工以上证书的职工",
            note=VERIFIED,
        ),
    )
