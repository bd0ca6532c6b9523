"""Indicators of membership: A2 入会率, A3 实名制完整率, B1 工人党员比例, and the movements of the period.

Definitions: domain facts 15.1; retained members stay out of every rate (domain facts 3). Memberships and
employments are dated rows and read as at the cut-off. A person's own details (political affiliation, skill
level, mandatory fields) have no history: they are today's, and the notes say so.
"""

from datetime import timedelta
from types import MappingProxyType

from django.db.models import BigIntegerField, Exists, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from core.reporting import Direction, Indicator, Line, Period, Section, counted
from unions.models import Employer
from unions.reporting import covered_firms, covering_union
from workers.models import Change, Employment, Membership, Worker
from workers.querysets import PARTY_MEMBERS

NUMBER = BigIntegerField()


def workforce(unions, period: Period):
    """People at work at the cut-off: active members and employees on the roll, each once.

    A member counts where the membership is; others where their firm is, the latest employment first.
    """
    spells = Membership.objects.voters(period.end).filter(worker=OuterRef("pk"))
    jobs = Employment.objects.on(period.end).filter(worker=OuterRef("pk"))
    firm_place = Coalesce(covering_union(period.end, "employer"), F("employer__union"), output_field=NUMBER)
    newest = jobs.annotate(place=firm_place).order_by(F("start").desc(nulls_last=True), "-pk")
    people = Worker.objects.filter(Exists(spells) | Exists(jobs))
    place = Coalesce(
        Subquery(spells.values("union")[:1]), Subquery(newest.values("place")[:1]), output_field=NUMBER
    )
    return counted(people, place, unions)


def party_members(unions, period: Period):
    """People at work who are Party members, probationary ones included (GB/T 4762 01 and 02)."""
    return workforce(unions, period).filter(political__in=PARTY_MEMBERS)


def members(unions, period: Period):
    """Active memberships at the cut-off, one per person."""
    return _spells(unions).voters(period.end)


def retained_members(unions, period: Period):
    """Retained memberships (保留会籍) at the cut-off."""
    return _spells(unions).filter(is_retained=True).on(period.end)


def complete_members(unions, period: Period):
    """Active members whose mandatory fields of the collection form are all filled."""
    return members(unions, period).filter(worker__in=Worker.objects.complete())


def members_in_covered_firms(unions, period: Period):
    """Active members who work in a covered firm; members of holding unions are left out."""
    covered = Employer.objects.trading(period.end).covered(period.end)
    jobs = Employment.objects.on(period.end).filter(employer__in=covered)
    return members(unions, period).filter(union__is_holding=False, worker__in=jobs.values("worker"))


def _spells(unions):
    spells = Membership.objects.select_related("worker", "union").order_by("worker_id", "pk")
    return counted(spells, F("union"), unions)


def _opening(unions, period: Period):
    """Active members the day before the period began."""
    return _spells(unions).voters(period.start - timedelta(days=1))


def started(*changes: str):
    """Active spells that began in the period with one of the changes."""

    def spells(unions, period: Period):
        return _spells(unions).active().started_in(period).filter(start_change__in=changes)

    return spells


def ended(*changes: str):
    """Active spells that ended in the period with one of the changes."""

    def spells(unions, period: Period):
        return _spells(unions).active().ended_in(period).filter(end_change__in=changes)

    return spells


def _movement(code: str, title: str, numerator, note: str = "", *, dated_by: str | None = None) -> Indicator:
    return Indicator(
        code=code,
        title=title,
        unit="人",
        direction=Direction.NEUTRAL,
        numerator=numerator,
        denominator=None,
        numerator_title=title,
        dated_by=dated_by,
        note=note,
    )


WITHIN_TOWN = "含镇内工会之间转接。"
COMING = (
    _movement("M2", "入会", started(Change.JOIN), dated_by="start"),
    _movement(
        "M3",
        "转入",
        started(Change.TRANSFER_IN, Change.RETAIN),
        f"含由保留会籍恢复为在籍会员，{WITHIN_TOWN}",
        dated_by="start",
    ),
)
GOING = (
    _movement("M4", "转为保留会籍", ended(Change.RETAIN), dated_by="end"),
    _movement("M5", "转出", ended(Change.TRANSFER_OUT), WITHIN_TOWN, dated_by="end"),
    _movement("M6", "除名", ended(Change.EXPEL), dated_by="end"),
    _movement("M7", "退会", ended(Change.WITHDRAW), dated_by="end"),
    _movement("M8", "死亡", ended(Change.DEATH), dated_by="end"),
)

STOCK_NOTE = "在籍会员按会籍起止日期统计，不含保留会籍人员。期初数加入会、转入，减其余各项，等于期末数。"
MOVEMENTS = (
    _movement("M1", "期初在籍会员", _opening, STOCK_NOTE),
    *COMING,
    *GOING,
    _movement("M9", "期末在籍会员", members, STOCK_NOTE),
    _movement("M10", "期末保留会籍人员", retained_members, "单列，不计入在籍会员和各项比率。"),
)


def worker_lines(records, user) -> list[Line]:
    """People by name and standing; nothing else of them is shown."""
    people = list(records)
    opened = _opened(people, user)
    return [Line(person.name, person.get_standing_display(), _url(person, opened)) for person in people]


def membership_lines(records, user) -> list[Line]:
    """People by name with union and dates of the membership."""
    spells = list(records)
    opened = _opened([spell.worker for spell in spells], user)
    return [Line(spell.worker.name, _dates(spell), _url(spell.worker, opened)) for spell in spells]


def _opened(people: list[Worker], user) -> set[int]:
    may_open = Worker.objects.visible_to(user).filter(pk__in=[person.pk for person in people])
    return set(may_open.values_list("pk", flat=True))


def _url(person: Worker, opened: set[int]) -> str:
    return person.get_absolute_url() if person.pk in opened else ""


def _dates(spell: Membership) -> str:
    end = f"，{spell.end:%Y-%m-%d}止" if spell.end else ""
    return f"{spell.union}，{spell.start:%Y-%m-%d}起{end}"


class MembershipSection(Section):
    """Members, their records and their movements."""

    code = "membership"
    title = "会员队伍与会籍变动"
    lines = MappingProxyType({"workers.worker": worker_lines, "workers.membership": membership_lines})
    indicators = (
        Indicator(
            code="A2",
            title="入会率",
            unit="%",
            direction=Direction.UP,
            numerator=members_in_covered_firms,
            denominator=covered_firms,
            numerator_title="在已建会单位工作的在籍会员",
            denominator_title="已建会单位职工",
            denominator_weight="employees",
            note="职工人数为单位截止日前最近一次申报数；代管会籍的工会和保留会籍人员不计入。"
            "会员按会籍所在工会统计，“代管会籍”以目前登记为准。",
        ),
        Indicator(
            code="A3",
            title="实名制完整率",
            unit="%",
            direction=Direction.UP,
            numerator=complete_members,
            denominator=members,
            numerator_title="必填信息齐全的在籍会员",
            denominator_title="在籍会员",
            note="会籍按截止日统计；必填信息是否齐全以编制时的登记内容为准。",
        ),
        Indicator(
            code="B1",
            title="工人党员比例",
            unit="%",
            direction=Direction.UP,
            numerator=party_members,
            denominator=workforce,
            numerator_title="党员职工（含预备党员）",
            denominator_title="在册在岗职工",
            note="在册在岗职工指截止日的在籍会员和在册就业人员；政治面貌以编制时的登记内容为准。",
        ),
        *MOVEMENTS,
    )
