"""C3 持证率, C20 关键岗位持高级工以上比例, C14 实训基地数 and C15 基地培训人次 (domain facts 15.1; measures 6 and 11)."""

from types import MappingProxyType

from django.db.models import Exists, F, OuterRef

from core.reporting import Direction, Indicator, Line, Period, Section, counted
from training.models import Certificate, KeyPost, KeyPostHolder, TrainingBase
from training.querysets.key_posts import counted_per_post
from training.reporting.classes import PERIOD_NOTE, completed
from workers.querysets import HIGH_SKILL
from workers.reporting import workforce

AS_AT = "岗位、在岗人员、证书和操作证均按截止日计。"


def in_certificate_posts(unions, period: Period):
    """People at work at the cut-off who hold a post that needs a certificate, each once."""
    held = KeyPostHolder.objects.on(period.end).of_certificate_posts().filter(worker=OuterRef("pk"))
    return workforce(unions, period).filter(Exists(held))


def certified_in_posts(unions, period: Period):
    """Those of them who have at the cut-off what each of their posts asks."""
    lacking = KeyPostHolder.objects.on(period.end).unmet(period.end).filter(worker=OuterRef("pk"))
    return in_certificate_posts(unions, period).exclude(Exists(lacking))


def key_posts(unions, period: Period):
    """Key posts at the cut-off with ``high``: how many of their seats are held by people at work with a verified
    certificate of grade three (L4) or above."""
    proofs = Certificate.objects.valid_on(period.end).filter(worker=OuterRef("worker"), level__in=HIGH_SKILL)
    people = workforce(None, period).filter(pk=OuterRef("worker"))
    high = KeyPostHolder.objects.on(period.end).filter(Exists(proofs), Exists(people))
    rows = KeyPost.objects.key().on(period.end).select_related("union", "employer")
    rows = rows.annotate(high=counted_per_post(high)).order_by("union", "title", "pk")
    return counted(rows, F("union"), unions)


def key_posts_held_high(unions, period: Period):
    """Those of them with a seat held so."""
    return key_posts(unions, period).filter(high__gt=0)


def recognised_bases(unions, period: Period):
    """Bases recognised at the cut-off."""
    rows = TrainingBase.objects.recognised_on_day(period.end).select_related("union", "employer")
    return counted(rows.order_by("name", "pk"), F("union"), unions)


def completed_at_bases(unions, period: Period):
    """Enrolments completed in the period in classes held at a base (人次)."""
    return completed(unions, period).exclude(training_class__base=None)


def key_post_lines(records, user) -> list[Line]:
    """Posts by name and place with their seats; nobody is named."""
    found = list(records)
    keys = KeyPost.objects.visible_to(user).filter(pk__in=[row.pk for row in found])
    opened = set(keys.values_list("pk", flat=True))
    return [Line(str(row), _seats(row), row.get_absolute_url() if row.pk in opened else "") for row in found]


def _seats(row: KeyPost) -> str:
    place = row.employer.name if row.employer else row.union.name
    high = getattr(row, "high", None)
    return f"{place}，席位 {row.seats} 个" + ("" if high is None else f"，高级工以上 {high} 个")


def base_lines(records, user) -> list[Line]:
    """Bases by name and host."""
    found = list(records)
    keys = TrainingBase.objects.visible_to(user).filter(pk__in=[row.pk for row in found])
    opened = set(keys.values_list("pk", flat=True))
    return [
        Line(
            row.name,
            f"{row.employer.name if row.employer else row.host}，{row.recognised_on} 认定",
            row.get_absolute_url() if row.pk in opened else "",
        )
        for row in found
    ]


class BaseSection(Section):
    """Who holds the posts that matter with what, and where people can be trained."""

    code = "bases"
    title = "关键岗位与实训基地"
    lines = MappingProxyType({"training.keypost": key_post_lines, "training.trainingbase": base_lines})
    indicators = (
        Indicator(
            code="C3",
            title="持证率",
            unit="%",
            direction=Direction.UP,
            numerator=certified_in_posts,
            denominator=in_certificate_posts,
            numerator_title="持有所在岗位全部要求证书的职工",
            denominator_title="在要求证书的岗位上的职工",
            note="岗位以登记了要求的技能等级或特种作业类别的为准，在册在岗职工一人只计一次；一人任几个岗位的，每个岗位都达到要求才计为持证。"
            "等级以已核验、有效的最高等级比较，不分工种；操作证到期或逾期未审的不算。" + AS_AT,
        ),
        Indicator(
            code="C20",
            title="关键岗位持高级工以上比例",
            unit="%",
            direction=Direction.UP,
            numerator=key_posts_held_high,
            denominator=key_posts,
            weight="high",
            denominator_weight="seats",
            numerator_title="由高级工以上职工担任的关键岗位席位",
            denominator_title="关键岗位席位",
            numerator_unit="个",
            denominator_unit="个",
            note="按席位计，空缺的席位计入分母；担任者须是在册在岗职工，持已核验、有效的高级工以上证书。关键岗位的含义见“认定规则”。"
            + AS_AT,
        ),
        Indicator(
            code="C14",
            title="实训基地数",
            unit="个",
            direction=Direction.UP,
            numerator=recognised_bases,
            denominator=None,
            numerator_title="截止日在认定期内的实训基地",
            numerator_unit="个",
            note="按认定日期和撤销日期计，计在归口工会。",
        ),
        Indicator(
            code="C15",
            title="基地培训人次",
            unit="人次",
            direction=Direction.UP,
            numerator=completed_at_bases,
            denominator=None,
            numerator_title="统计期内在实训基地举办的班次结业的报名",
            numerator_unit="人次",
            note=f"班次登记了实训基地的才计。{PERIOD_NOTE}一人参加几次计几次。",
        ),
    )
