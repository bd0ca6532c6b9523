"""Indicators of skill: C1 技能人才占比 and C2 高技能人才占技能人才比例 (domain facts 15.1).

The level is the one declared on the roll. Special-ability certificates (ZX) are no rung of the ladder.
"""

from core.reporting import Direction, Indicator, Period, Section
from workers.querysets import HIGH_SKILL, SKILLED
from workers.reporting import workforce

DECLARED = "技能等级以编制时名册申报为准，尚未与职业技能等级证书核对。"


def skilled(unions, period: Period):
    """People at work with grade five (L2) or above."""
    return workforce(unions, period).filter(skill_level__in=SKILLED)


def highly_skilled(unions, period: Period):
    """People at work with grade three (L4) or above."""
    return workforce(unions, period).filter(skill_level__in=HIGH_SKILL)


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
            numerator_title="初级工以上职工",
            denominator_title="在册在岗职工",
            note=f"在册在岗职工指截止日的在籍会员和在册就业人员。{DECLARED}",
        ),
        Indicator(
            code="C2",
            title="高技能人才占技能人才比例",
            unit="%",
            direction=Direction.UP,
            numerator=highly_skilled,
            denominator=skilled,
            numerator_title="高级工以上职工",
            denominator_title="初级工以上职工",
            note=DECLARED,
        ),
    )
