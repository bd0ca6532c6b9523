"""D2 以赛晋级人数 and D2P 竞赛待遇兑现率: what contests brought to people, once papers prove it (domain facts 9, 15.1)."""

from django.conf import settings
from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, Subquery
from django.utils.module_loading import import_string

from competitions.models import Gain, Honour, Promise
from competitions.queries.follow import Names
from core.reporting import Direction, Indicator, Line, Period, counted
from workers.models import Worker

DELIVERED = Promise.State.DELIVERED


def _proven(rows):
    """Without levels and honours whose certificate or record is not verified any more."""
    proof = import_string(settings.LEVEL_PROOFS)().filter(
        pk=OuterRef("certificate"), worker=OuterRef("entrant__worker")
    )
    rows = rows.filter(~Q(gain=Gain.SKILL) | Exists(proof))
    return rows.filter(~Q(gain=Gain.HONOUR) | Q(honour__state=Honour.State.VERIFIED))


def promoted(unions, period: Period):
    """Different people whose certificate followed a promise of a contest, by the day of its issue; each at the union
    that entered them the last time. Without those whose award was revoked by the cut-off."""
    rows = _proven(Promise.objects.unlapsed(period.end).filter(gain=Gain.SKILL, state=DELIVERED))
    rows = rows.filter(delivered_on__range=(period.start, period.end), entrant__worker=OuterRef("pk"))
    last = Subquery(rows.order_by("-delivered_on", "-pk").values("union")[:1], output_field=BigIntegerField())
    people = Worker.objects.filter(Exists(rows)).defer("phone", "phone_index")
    return counted(people, last, unions).order_by("pk")


def promised(unions, period: Period):
    """All that was promised up to the cut-off, not given up and its award not revoked by then."""
    rows = Promise.objects.made_by(period.end)
    rows = rows.select_related("entrant__worker", "event__contest")
    rows = rows.defer("entrant__worker__phone", "entrant__worker__phone_index")
    return counted(rows.order_by("promised_on", "pk"), F("union"), unions)


def delivered(unions, period: Period):
    """Those of them that were given by the cut-off, with the paper that proves it."""
    return _proven(promised(unions, period).filter(state=DELIVERED, delivered_on__lte=period.end))


def promise_lines(records, user) -> list[Line]:
    """People by name with what was promised, in which contest, and when it was given."""
    rows, names = list(records), Names.load()
    seen = Promise.objects.visible_to(user).filter(pk__in=[row.pk for row in rows])
    opened = set(seen.values_list("pk", flat=True))
    return [
        Line(
            row.entrant.worker.name,
            f"{row.event.contest.title}，{names.of(row)}"
            + (f"，{row.delivered_on} 兑现" if row.delivered_on else ""),
            row.get_absolute_url() if row.pk in opened else "",
        )
        for row in rows
    ]


INDICATORS = (
    Indicator(
        code="D2",
        title="以赛晋级人数",
        unit="人",
        direction=Direction.UP,
        numerator=promoted,
        denominator=None,
        numerator_title="统计期内因竞赛晋级并取得证书的职工",
        note=(
            "竞赛本身不改变等级：只计赛后取得、已核验、达到所登记等级的证书，按发证日期；一人只计一次，计在最近一次参赛的工会；"
            "获奖被撤销的，从撤销之日起不计。"
        ),
    ),
    Indicator(
        code="D2P",
        title="竞赛待遇兑现率",
        unit="%",
        direction=Direction.UP,
        numerator=delivered,
        denominator=promised,
        numerator_title="截止日已兑现的事项",
        denominator_title="截止日已登记的待兑现事项",
        numerator_unit="项",
        denominator_unit="项",
        note="荣誉、等级、工资职级和奖金按项计，计在参赛工会；有证书或文件才算兑现，登记为不再兑现的不计入；获奖被撤销的，从撤销之日起不计入。",
    ),
)
