"""会籍 by the rules of domain facts 3: join, transfer, retain, leave. Spells are half-open and never overlap."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.idnumbers import LOWEST_AGE
from core.text import clean_text
from unions.models import COMMITTEES, Union
from unions.rules import past_or_today
from unions.scoping import require_editable
from workers.models import CLOSING, Change, Membership, Proposal, Transfer, Worker
from workers.movements import LEAVING, PENSIONED, REASONS_THAT_END_THE_JOB, RETAINED_BY_REASON
from workers.positions import refresh_positions
from workers.services.employments import end_jobs
from workers.services.matters import close_open_business

ACTIVE = "20"
RETAINED_STATUSES = ("30", "31", "32", "33")
BY_OWN_REQUEST, FOR_A_CRIME = "5", "6"


@dataclass(frozen=True)
class Move:
    """One asked-for change, with the spell it starts from (None without a running one).

    ``proposal`` or ``transfer`` is the business it settles; ``is_deemed`` a withdrawal that somebody decided
    without the person's request.
    """

    worker: Worker
    change: Change
    on: dt.date
    reason: str
    union: Union
    status: str
    note: str
    current: Membership | None
    proposal: Proposal | None = None
    transfer: Transfer | None = None
    is_deemed: bool = False


@transaction.atomic
def change_membership(
    *,
    worker: Worker,
    change: str,
    on: dt.date,
    by: User,
    reason: str = "",
    union: Union | None = None,
    status: str = "",
    note: str = "",
) -> Worker:
    """Join, transfer in or out, retain, expel, withdraw or close by death, as of ``on`` (at the latest today).

    ``union`` is where the person goes (joining, transferring in, retention by a holding union); ``status`` the
    code of a retention. The person's row is locked, so of several changes at a time one is decided first.
    Raises RuleError by field.
    """
    worker = locked(worker.pk)
    require_editable(worker, by)
    move = asked(worker, change=change, on=on, reason=reason, union=union, status=status, note=note)
    carry_out(move, by)
    require_editable(worker, by)
    return worker


def locked(pk: int) -> Worker:
    """The person's row, locked first by whatever decides about memberships, proposals and transfers.

    Without its union: a locked row that somebody moved meanwhile no longer fits the joined one and is not found.
    """
    return Worker.objects.select_for_update().defer("phone").get(pk=pk)


def asked(
    worker: Worker,
    *,
    change: str,
    on: dt.date,
    reason: str = "",
    union: Union | None = None,
    status: str = "",
    note: str = "",
    **settled,
) -> Move:
    """What is asked for, with the running spell of the locked person. Raises RuleError for a day to come."""
    _check_day(on)
    current = worker.memberships.select_related("union").filter(end=None).first()
    text = clean_text(note)[:200]
    return Move(worker, Change(change), on, reason, union or worker.union, status, text, current, **settled)


def carry_out(move: Move, by: User) -> None:
    """Change the dated rows of the locked person by the rules, close other open business, and write the trail.

    Whether ``by`` may do this is the caller's question. Raises RuleError by field.
    """
    worker = move.worker
    STEPS[move.change](move)
    _end_jobs_with(move)
    note = f"会籍已另行办理：{move.change.label}"
    closed = close_open_business(
        [worker.pk], by=by, note=note, proposal=move.proposal, transfer=move.transfer
    )
    settle_position(worker)
    _record(move, by, closed)


def settle_position(worker: Worker) -> None:
    """Bring the locked person's columns into line with the changed dated rows."""
    refresh_positions([worker.pk])
    touch(worker)
    worker.refresh_from_db()


def touch(worker: Worker) -> None:
    """Count the locked record up: an import that is undone leaves alone what somebody has worked on since."""
    Worker.objects.filter(pk=worker.pk).update(version=F("version") + 1, updated_at=timezone.now())


def open_membership(
    worker: Worker,
    *,
    union: Union,
    on: dt.date,
    change: str = Change.JOIN,
    reason: str = "",
    status: str = ACTIVE,
) -> Membership:
    """Store a running spell after every check of place and day. Raises RuleError by field."""
    _check_day(on)
    check_home(union, on)
    check_age_on(worker, on)
    last = worker.memberships.exclude(end=None).order_by("-end").first()
    if last and on < last.end:
        raise RuleError({"on": f"日期不能早于上一段会籍的终止日期 {last.end}"})
    spell = Membership(
        worker=worker,
        union=union,
        start=on,
        start_change=change,
        start_reason=reason,
        is_retained=status in RETAINED_STATUSES,
        status=status,
    )
    spell.full_clean()
    spell.save()
    return spell


def _end_jobs_with(move: Move) -> None:
    """Death ends every job; leaving the union because the job is over ends that job."""
    worker = move.worker
    if move.change == Change.DEATH:
        end_jobs(worker, move.on)
    elif move.change in LEAVING and move.reason in REASONS_THAT_END_THE_JOB and worker.employer_id:
        end_jobs(worker, move.on, worker.employer_id)


def _record(move: Move, by: User, closed: list[str]) -> None:
    """The change log: ``from`` and ``to`` are unions by key, ``retained`` the state after the change."""
    leaves = move.change in (*LEAVING, Change.DEATH)
    union = None if leaves else move.union
    details = {
        "from": move.current and move.current.union_id,
        "to": union and union.pk,
        "retained": move.change == Change.RETAIN,
        "deemed": move.is_deemed,
        "proposal": move.proposal and move.proposal.pk,
        "transfer": move.transfer and move.transfer.pk,
        "closed": closed,
    }
    audit.record(
        by,
        "workers.membership",
        move.worker,
        union_id=move.worker.union_id,
        change=str(move.change),
        on=str(move.on),
        reason=move.reason,
        note=move.note,
        changes={"membership": [move.current and move.current.union.name, union and union.name]},
        **{key: value for key, value in details.items() if value},
    )


def _join(move: Move) -> None:
    if move.current:
        raise RuleError(f"此人自 {move.current.start} 起已有会籍，不能再次入会；从其他工会来的请选“转入”")
    if move.worker.employment_status in PENSIONED:
        raise RuleError({"change": "已退休、离休人员不能新入会；原有会籍的请选“转入”后办理保留"})
    _doubt_the_dead(move)
    open_membership(move.worker, union=move.union, on=move.on, reason=move.reason)


def _transfer_in(move: Move) -> None:
    """From another union of the tree, from outside, or back from retention. Leaving and arriving are one day."""
    if move.current:
        if move.current.union_id == move.union.pk and not move.current.is_retained:
            raise RuleError({"union": f"此人自 {move.current.start} 起已在该工会"})
        _close(move, Change.TRANSFER_OUT)
    else:
        _doubt_the_dead(move)
    open_membership(move.worker, union=move.union, on=move.on, change=Change.TRANSFER_IN, reason=move.reason)


def _retain(move: Move) -> None:
    """Unemployed, retired, in military service, or the union dissolved: dues are waived, votes rest."""
    current = _running(move)
    if current.is_retained:
        raise RuleError(f"此人的会籍自 {current.start} 起已经保留")
    status = move.status or RETAINED_BY_REASON.get(move.reason, "")
    if status not in RETAINED_STATUSES:
        raise RuleError({"status": "请选择保留会籍的情形"})
    if move.union.pk != current.union_id and not move.union.is_holding:
        raise RuleError({"union": "会籍应保留在原工会，或转到代管会籍的工会保留"})
    _close(move, Change.RETAIN)
    open_membership(
        move.worker,
        union=move.union,
        on=move.on,
        change=Change.RETAIN,
        reason=move.reason,
        status=status,
    )


def _transfer_out(move: Move) -> None:
    if not move.reason:
        raise RuleError({"reason": "请选择转出的原因"})
    _close(move, Change.TRANSFER_OUT)


def _expel(move: Move) -> None:
    if move.reason != FOR_A_CRIME:
        raise RuleError({"reason": "除名只用于“因犯罪被开除会籍”，其他情形请选退会或转出"})
    if not move.note:
        raise RuleError({"note": "请写明工会委员会决定的日期和文号"})
    _close(move, Change.EXPEL)


def _withdraw(move: Move) -> None:
    """By own request, or deemed withdrawn, which is a person's decision and needs its grounds."""
    if not move.reason and not move.is_deemed:
        raise RuleError({"reason": "请选择退会的原因"})
    if move.reason != BY_OWN_REQUEST and not move.note:
        raise RuleError({"note": "不是本人要求退会的，请写明认定依据（由人决定，系统不自动退会）"})
    _close(move, Change.WITHDRAW)


def _die(move: Move) -> None:
    _close(move, Change.DEATH)


def _doubt_the_dead(move: Move) -> None:
    """A new membership after a death can only mend a mistake, and says so."""
    died_on = death_of(move.worker)
    if died_on and not move.note:
        raise RuleError({"note": f"名册登记此人已于 {died_on} 死亡；如登记有误，请写明更正依据"})


STEPS = {
    Change.JOIN: _join,
    Change.TRANSFER_IN: _transfer_in,
    Change.RETAIN: _retain,
    Change.TRANSFER_OUT: _transfer_out,
    Change.EXPEL: _expel,
    Change.WITHDRAW: _withdraw,
    Change.DEATH: _die,
}


def _running(move: Move) -> Membership:
    if move.current is None:
        raise RuleError(f"此人目前没有会籍，不能办理“{move.change.label}”")
    return move.current


def _close(move: Move, change: Change) -> None:
    current = _running(move)
    if change not in CLOSING:
        raise ValueError(f"{change} does not close a spell")
    if move.on <= current.start:
        raise RuleError({"on": f"日期应晚于现有会籍的起始日期 {current.start}"})
    current.end, current.end_change, current.end_reason = move.on, change, move.reason
    current.is_deemed = move.is_deemed
    current.save(update_fields=["end", "end_change", "end_reason", "is_deemed"])


def _check_day(on: dt.date) -> None:
    try:
        past_or_today(on)
    except RuleError as error:
        raise RuleError({"on": error})


def death_of(worker: Worker) -> dt.date | None:
    """The day of death, when that is how the last membership ended."""
    last = worker.memberships.order_by("-start").first()
    return last.end if last and last.end_change == Change.DEATH else None


def check_age_on(worker: Worker, on: dt.date) -> None:
    """Raise RuleError when the person was too young on the day (hiring under 16 is banned, 劳动法 15)."""
    if worker.birth_date and on < _birthday(worker.birth_date, LOWEST_AGE):
        raise RuleError({"on": f"当日未满 {LOWEST_AGE} 周岁，不能入会（劳动法第十五条）"})


def check_home(union: Union, on: dt.date) -> None:
    """Members belong to grassroots unions; federations have none unless they hold (domain facts 3 and 4)."""
    if union.org_type not in COMMITTEES and not union.is_holding:
        raise RuleError({"union": "会员应在基层工会或联合基层工会；联合会只有标明“代管会籍”时才接收会员"})
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    if union.founded_on and on < union.founded_on:
        raise RuleError({"on": f"日期不能早于该工会的建会日期 {union.founded_on}"})


def _birthday(birth_date: dt.date, age: int) -> dt.date:
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:  # 29 February
        return dt.date(birth_date.year + age, 3, 1)
