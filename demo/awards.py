"""What came of the finished contests of the demo town: awards, a rule, what was promised and what was given.
The rule is invented and says so in its source."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from competitions.models import Award, Contest, Entitlement, Event, Prize, Promise, Result
from competitions.queries.follow import winners
from competitions.rules.prizes import prize_of_rank
from competitions.services.result_notices import tell_unions
from core.numbering import next_code
from training.models import Certificate

SOURCE = "演示数据：虚构的示例，不是真实的奖励规定"
ISSUER = "演示评价机构"
PRIZES = (("一等奖", 1), ("二等奖", 2), ("三等奖", 3))
BONUS, LATE_AFTER = 1000, 90
Phase = Event.Phase


def set_prizes() -> int:
    """The prizes of every event, which stay once its results are final; returns how many."""
    rows = [
        Prize(event=event, position=place, title=title, places=places)
        for event in Event.objects.order_by("pk")
        for place, (title, places) in enumerate(PRIZES, start=1)
    ]
    return len(Prize.objects.bulk_create(rows))


def fill_awards(*, by: User, today: dt.date) -> int:
    """Awards and promises for events of finished contests, whose results are final; returns how many awards. The caller
    holds the transaction."""
    rule = Entitlement.objects.create(
        contest_kind="skill", contest_level="T", to_rank=3, gain="bonus", amount=BONUS, due_months=3,
        start=today.replace(year=today.year - 3), source=SOURCE, entered_by=by, confirmed_by=by,
        confirmed_at=timezone.now(),
    )  # fmt: skip
    events = Event.objects.filter(contest__state=Contest.State.FINISHED).select_related("contest")
    for event in events.order_by("pk"):
        _award(event, by)
        _promise(event, rule, by, today)
    _correct_one(by, today)
    for event in Event.objects.filter(phase__in=[Phase.PRELIMINARY, Phase.FINAL]).order_by("pk"):
        tell_unions(event)
    return Award.objects.count()


def _award(event: Event, by: User) -> None:
    if event.phase != Phase.FINAL or event.awards.exists():
        return
    prizes, code = list(event.prizes.all()), event.contest.code
    ranked = event.results.filter(standing=Result.Standing.RANKED).order_by("rank", "pk")
    known = Award.objects.filter(event__contest=event.contest).count()
    given = [(row, prize) for row in ranked if (prize := prize_of_rank(prizes, row.rank))]
    Award.objects.bulk_create(
        Award(
            event=event,
            prize=prize,
            entry_id=row.entry_id,
            code=f"{code}-J{number:03d}",
            awarded_on=event.contest.ends_on + dt.timedelta(days=10),
            created_by=by,
        )
        for number, (row, prize) in enumerate(given, start=known + 1)
    )


def _correct_one(by: User, today: dt.date) -> None:
    """The last award of the first event was dated wrong: revoked, and given again under the next number."""
    wrong = Award.objects.select_related("event__contest", "entry").order_by("event", "-code").first()
    if wrong is None:
        return
    entry, contest = wrong.entry, wrong.event.contest
    Award.objects.filter(pk=wrong.pk).update(
        entry=None, revoked_from=entry, revoked_on=today, revoked_by=by, revoke_reason="颁发日期登记有误"
    )
    Award.objects.create(
        event=wrong.event,
        prize=wrong.prize,
        entry=entry,
        code=next_code(Award.objects, f"{contest.code}-J", digits=3),
        awarded_on=wrong.awarded_on + dt.timedelta(days=1),
        created_by=by,
    )


def _promise(event: Event, rule: Entitlement, by: User, today: dt.date) -> None:
    """Pay grades promised by the firms: the first ones still to be given, some of them overdue."""
    contest = event.contest
    if event.phase != Phase.FINAL or contest.kind != Contest.Kind.SKILL:
        return
    due = contest.ends_on + dt.timedelta(days=LATE_AFTER)
    common = {"event": event, "created_by": by}
    rows = []
    for row in winners(event)[:3]:
        facts = common | {"entrant": row, "union_id": row.entry.union_id}
        made = {"promised_on": contest.ends_on, "due_on": due}
        rows.append(Promise(gain="pay", detail="岗位工资上调一级", **made, **facts))
        if contest.level == rule.contest_level:
            rows.append(Promise(gain="bonus", amount=BONUS, entitlement=rule, **made, **facts))
        if event.aims_at:
            rows.append(Promise(gain="skill", level=event.aims_at, promised_on=contest.ends_on, **facts))
    Promise.objects.bulk_create(rows)
    for row in event.promises.filter(gain="skill").order_by("pk")[:2]:
        _reach(row, contest.ends_on + dt.timedelta(days=60), by, today)


def _reach(row: Promise, issued_on: dt.date, by: User, today: dt.date) -> None:
    """The certificate that followed, unless its day is still to come."""
    if issued_on > today:
        return
    decided = {"state": Certificate.State.VERIFIED, "decided_by": by, "decided_at": timezone.now()}
    proof = Certificate.objects.create(
        worker_id=row.entrant.worker_id, kind=Certificate.Kind.LEVEL, trade=row.event.trade, level=row.level,
        number=f"S000033000099{issued_on.year % 100:02d}39{Certificate.objects.count():05d}", issuer=ISSUER, issued_on=issued_on,
        entered_by=by, **decided,
    )  # fmt: skip
    row.state, row.certificate, row.delivered_on = Promise.State.DELIVERED, proof.pk, issued_on
    row.closed_by, row.closed_at = by, timezone.now()
    row.save()
