"""Prizes of an event, until its results are final, and the awards that follow from them."""

import datetime as dt

from django.db import transaction

from accounts import audit
from accounts.models import User
from competitions.models import Award, Contest, Event, Prize, Result
from competitions.rules.prizes import PRIZE_CLEANERS, prize_of_rank
from competitions.services.contests import locked_contest
from core.errors import RuleError
from core.forms import check_version
from core.numbering import next_code
from unions.rules import cleaned

PRIZE_FIELDS = ["position", "title", "places"]


@transaction.atomic
def add_prize(*, event: Event, by: User, **facts) -> Prize:
    """Add a prize to an event. Raises RuleError by field, or once the results are final."""
    contest, event = _before_the_end(event, by)
    prize = Prize(event=event, **cleaned(facts, PRIZE_CLEANERS))
    prize.full_clean()
    prize.save()
    _record(by, "competitions.prize_add", contest, event, audit.differences(None, prize, PRIZE_FIELDS))
    return prize


@transaction.atomic
def edit_prize(*, prize: Prize, version: str, by: User, **facts) -> Prize:
    """Change a prize. Raises RuleError (stale, by field), or once the results are final."""
    contest, event = _before_the_end(prize.event, by)
    before, after = event.prizes.get(pk=prize.pk), event.prizes.get(pk=prize.pk)
    check_version(before, version)
    for name, value in cleaned(facts, PRIZE_CLEANERS).items():
        setattr(after, name, value)
    changes = audit.differences(before, after, PRIZE_FIELDS)
    if changes:
        after.version = before.version + 1
        after.full_clean()
        after.save()
        _record(by, "competitions.prize_edit", contest, event, changes)
    return after


@transaction.atomic
def remove_prize(*, prize: Prize, by: User) -> Event:
    """Take a prize away; returns its event. Raises RuleError once the results are final."""
    contest, event = _before_the_end(prize.event, by)
    prize = event.prizes.get(pk=prize.pk)
    gone = {name: [was, None] for name, (_, was) in audit.differences(None, prize, PRIZE_FIELDS).items()}
    prize.delete()
    _record(by, "competitions.prize_remove", contest, event, gone)
    return event


@transaction.atomic
def give_awards(*, event: Event, awarded_on: dt.date, by: User) -> list[Award]:
    """Give the prizes by rank (``rules.prizes``), each with a number of its own; those absent, cut or withdrawn have
    no rank and get none. Raises RuleError before the results are final, without prizes, or when it was done."""
    contest = locked_contest(event.contest, by)
    event = Event.objects.select_for_update().get(pk=event.pk)
    _refuse_unready(event)
    refuse_day_of_award(contest, awarded_on)
    prizes = list(event.prizes.all())
    ranked = Result.objects.filter(event=event, standing=Result.Standing.RANKED).order_by("rank", "pk")
    given = [(row, prize) for row in ranked if (prize := prize_of_rank(prizes, row.rank))]
    if not given:
        raise RuleError("没有取得名次的参赛者，不能颁奖")
    beginning, first = next_award_number(contest)
    awards = Award.objects.bulk_create(
        Award(
            event=event,
            prize=prize,
            entry_id=row.entry_id,
            code=f"{beginning}{number:03d}",
            awarded_on=awarded_on,
            created_by=by,
        )
        for number, (row, prize) in enumerate(given, start=first)
    )
    details = {"event": event.pk, "awards": len(awards), "awarded_on": str(awarded_on)}
    audit.record(by, "competitions.give_awards", contest, union_id=contest.union_id, **details)
    return awards


def next_award_number(contest: Contest) -> tuple[str, int]:
    """How the numbers of awards of the contest begin, and the next one; those of revoked awards are not used again.
    The caller holds the contest."""
    beginning = f"{contest.code}-J"
    return beginning, int(next_code(Award.objects, beginning, digits=3).removeprefix(beginning))


def refuse_day_of_award(contest: Contest, awarded_on: dt.date) -> None:
    """Raises RuleError at ``awarded_on`` for a day before the contest."""
    if awarded_on < contest.starts_on:
        raise RuleError(
            {"awarded_on": f"颁发日期不能早于竞赛开始日期 {contest.starts_on}，现填 {awarded_on}"}
        )


def _refuse_unready(event: Event) -> None:
    if event.phase != Event.Phase.FINAL:
        raise RuleError(f"成绩现在是“{event.get_phase_display()}”，公布最终成绩后才能颁奖")
    if not event.prizes.exists():
        raise RuleError("这个项目没有设置奖项")
    if event.awards.exists():
        raise RuleError("这个项目已经颁奖，请刷新页面")


def _before_the_end(event: Event, by: User) -> tuple[Contest, Event]:
    """The contest first, as everybody who changes it does; then its event."""
    contest = locked_contest(event.contest, by)
    event = Event.objects.select_for_update().get(pk=event.pk)
    if contest.state == Contest.State.CANCELLED:
        raise RuleError("竞赛已取消，不能再修改奖项")
    if event.phase == Event.Phase.FINAL:
        raise RuleError("最终成绩已公布，不能再修改奖项")
    return contest, event


def _record(by: User, action: str, contest: Contest, event: Event, changes: dict) -> None:
    audit.record(by, action, contest, union_id=contest.union_id, event=event.pk, changes=changes)
