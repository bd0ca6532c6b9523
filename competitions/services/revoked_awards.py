"""A wrong award is taken back by the town and, if another is due, given again under a new number.

What was given on paper stays on record: the revoked row keeps its number, which no later award gets.
"""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.award_papers import code_of
from competitions.models import Award, Contest, Entrant, Event, Prize, Promise
from competitions.queries.follow import with_award
from competitions.services.contests import locked_contest
from competitions.services.prizes import next_award_number, refuse_day_of_award
from core.access import Permission
from core.errors import RuleError
from unions.scoping import reaches_all
from workers.rules import stated_reason

State = Promise.State


@transaction.atomic
def revoke_award(*, award: Award, reason: str, by: User) -> Award:
    """Take an award back, for a reason; for the town. From today its promises that are open lapse, and those that were
    delivered wait for a decision (``promises.settle_promise``). Raises RuleError without a reason, or when it was
    revoked."""
    contest, award = _locked(award, by)
    if award.revoked_on:
        raise RuleError(f"获奖编号 {award.code} 已于 {award.revoked_on} 撤销，请刷新页面")
    award.revoke_reason = stated_reason(reason, "reason")
    papers = with_award(Entrant.objects.competing().filter(entry=award.entry_id))
    award.revoked_codes = [code_of(entrant, entrant.entry.award) for entrant in papers.order_by("pk")]
    award.revoked_from_id, award.entry = award.entry_id, None
    award.revoked_on, award.revoked_by = timezone.localdate(), by
    award.full_clean()
    facts = ["revoked_from", "entry", "revoked_on", "revoked_by", "revoke_reason", "revoked_codes"]
    award.save(update_fields=facts)
    lapsed, undecided = _lapse(award, by)
    _record(by, "competitions.award_revoke", contest, award, lapsed=lapsed, undecided=undecided)
    return award


@transaction.atomic
def give_again(*, award: Award, prize: Prize, awarded_on: dt.date, by: User) -> Award:
    """Give the entry of a revoked award one in its place, with a number of its own; for the town. What lapsed with the
    old one and was not settled is revived. Raises RuleError for an award that was not revoked, when the entry has one
    again, for a prize of another event, and for a day before the contest."""
    contest, old = _locked(award, by)
    if not old.revoked_on:
        raise RuleError(f"获奖编号 {old.code} 没有撤销，不能重新颁发")
    if held := Award.objects.filter(entry=old.revoked_from_id).first():
        raise RuleError(f"这项报名已重新颁发，获奖编号 {held.code}，请刷新页面")
    if prize.event_id != old.event_id:
        raise RuleError({"prize": f"“{prize.title}”不是这个项目的奖项，请改选"})
    refuse_day_of_award(contest, awarded_on)
    beginning, number = next_award_number(contest)
    new = Award.objects.create(
        event_id=old.event_id,
        prize=prize,
        entry_id=old.revoked_from_id,
        code=f"{beginning}{number:03d}",
        awarded_on=awarded_on,
        created_by=by,
    )
    _record(by, "competitions.award_again", contest, new, instead_of=old.pk, revived=_revive(old))
    return new


def _locked(award: Award, by: User) -> tuple[Contest, Award]:
    """The contest first, as everybody who changes it does, then its event, then the award."""
    if not reaches_all(by, Permission.DECIDE_CONTESTS):
        raise PermissionDenied
    contest = locked_contest(award.event.contest, by)
    Event.objects.select_for_update().get(pk=award.event_id)
    return contest, Award.objects.select_for_update(of=("self",)).get(pk=award.pk)


def _lapse(award: Award, by: User) -> tuple[list[int], list[int]]:
    """Keys of the promises that lapsed, and of those that were delivered and wait for a decision."""
    rows = Promise.objects.filter(entrant__entry=award.revoked_from_id).select_for_update(of=("self",))
    states = dict(rows.exclude(state=State.WAIVED).order_by("pk").values_list("pk", "state"))
    still_open = [pk for pk, state in states.items() if state == State.PROMISED]
    facts = {
        "revoked_award": award,
        "lapsed_on": award.revoked_on,
        "revived_on": None,
        "version": F("version") + 1,
    }
    Promise.objects.filter(pk__in=still_open).update(
        state=State.WAIVED,
        waive_reason=f"获奖已撤销（{award.code}）",
        closed_by=by,
        closed_at=timezone.now(),
        **facts,
    )
    delivered = [pk for pk in states if pk not in set(still_open)]
    Promise.objects.filter(pk__in=delivered, settled="").update(**facts)
    return still_open, delivered


def _revive(award: Award) -> list[int]:
    """Keys of the promises that hold again with the award in its place."""
    rows = award.lapsed_promises.filter(revived_on=None, settled="").select_for_update()
    states = dict(rows.order_by("pk").values_list("pk", "state"))
    facts = {"revived_on": timezone.localdate(), "version": F("version") + 1}
    waived = [pk for pk, state in states.items() if state == State.WAIVED]
    Promise.objects.filter(pk__in=waived).update(
        state=State.PROMISED, waive_reason="", closed_by=None, closed_at=None, **facts
    )
    Promise.objects.filter(pk__in=states.keys() - set(waived)).update(**facts)
    return list(states)


def _record(by: User, action: str, contest: Contest, award: Award, **details) -> None:
    details |= {"event": award.event_id, "award": award.pk, "code": award.code}
    if award.revoke_reason:
        details["reason"] = award.revoke_reason
    audit.record(by, action, contest, union_id=contest.union_id, **details)
