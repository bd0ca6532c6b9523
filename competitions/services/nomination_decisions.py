"""What the town decides about nominations: the shortlist, what goes back, objections, and what was granted."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Nomination, NoticeObjection, Selection
from competitions.rules.selections import clean_number
from competitions.services.honours import enter_collective_honour, enter_honour
from competitions.services.nominations import hold_person, keep_nomination, locked_nomination
from competitions.services.selections import locked_selection
from core.errors import RuleError
from core.forms import check_version
from core.text import clean_lines
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.rules import stated_reason

Phase, State = Selection.Phase, Nomination.State
Verdict = NoticeObjection.State


@transaction.atomic
def shortlist(*, selection: Selection, nominations: Sequence[int], by: User) -> int:
    """Put submitted nominations (their keys) on the list; returns how many. Raises RuleError beyond the places."""
    selection, rows = _ticked(selection, nominations, (State.SUBMITTED,), by)
    taken = selection.nominations.on_the_list().count()
    if selection.places is not None and taken + len(rows) > selection.places:
        free = max(selection.places - taken, 0)
        raise RuleError(
            f"推荐名额共 {selection.places} 个，名单上还可列入 {free} 个，本次勾选了 {len(rows)} 个"
        )
    return _decide(selection, rows, State.SHORTLISTED, "", by)


@transaction.atomic
def take_off(*, selection: Selection, nominations: Sequence[int], by: User) -> int:
    """Take nominations off the list again: they wait for a decision as before. Raises RuleError once it is public."""
    selection, rows = _ticked(selection, nominations, (State.SHORTLISTED,), by)
    return _decide(selection, rows, State.SUBMITTED, "", by)


@transaction.atomic
def send_back(*, selection: Selection, nominations: Sequence[int], note: str, by: User) -> int:
    """Send submitted nominations back to their unions to be mended, saying what. Raises RuleError without a note."""
    selection, rows = _ticked(selection, nominations, (State.SUBMITTED,), by)
    return _decide(selection, rows, State.RETURNED, stated_reason(note, "note"), by)


@transaction.atomic
def refuse_nominations(*, selection: Selection, nominations: Sequence[int], note: str, by: User) -> int:
    """Do not put these forward, for a reason the unions see. Raises RuleError without one."""
    selection, rows = _ticked(selection, nominations, (State.SUBMITTED, State.SHORTLISTED), by)
    return _decide(selection, rows, State.REFUSED, stated_reason(note, "note"), by)


@transaction.atomic
def record_objection(
    *, nomination: Nomination, channel: str, is_signed: bool, text: str, received_on: dt.date, by: User
) -> NoticeObjection:
    """Note what was said against somebody in public notice; not by whom. Raises RuleError outside the notice."""
    nomination = locked_nomination(nomination, by)
    selection = nomination.selection
    if selection.phase != Phase.NOTICE or nomination.state != State.SHORTLISTED:
        raise RuleError("只有公示中的推荐对象可以登记异议")
    if not selection.notice_from <= received_on <= timezone.localdate():
        raise RuleError(
            {"received_on": f"收到日期应在公示开始 {selection.notice_from} 与今天之间，现填 {received_on}"}
        )
    row = NoticeObjection(
        nomination=nomination,
        channel=channel,
        is_signed=is_signed,
        text=clean_lines(text),
        received_on=received_on,
        recorded_by=by,
    )
    row.full_clean()
    row.save()
    require_editable(row, by)
    _tell(by, "competitions.notice_objection", nomination, objection=row.pk)
    return row


@transaction.atomic
def settle_objection(*, objection: NoticeObjection, verdict: str, answer: str, by: User) -> NoticeObjection:
    """Say what was found. An upheld objection ends the nomination. Raises RuleError by field, or once it is settled."""
    nomination = locked_nomination(objection.nomination, by)
    objection = NoticeObjection.objects.select_for_update().get(pk=objection.pk)
    require_editable(objection, by)
    if objection.state != Verdict.OPEN:
        raise RuleError(f"这项异议已登记为“{objection.get_state_display()}”，请刷新页面")
    if verdict not in (Verdict.UPHELD, Verdict.REJECTED):
        raise RuleError({"verdict": "请选择核查结论"})
    objection.state, objection.answer = verdict, clean_lines(answer)
    objection.decided_by, objection.decided_at = by, timezone.now()
    objection.full_clean()
    objection.save()
    if verdict == Verdict.UPHELD and nomination.state == State.SHORTLISTED:
        nomination.state, nomination.note = State.REFUSED, "公示期间收到异议，经核查属实"
        nomination.decided_by, nomination.decided_at = by, timezone.now()
        return _settled(objection, keep_nomination(nomination, by, "competitions.nomination_refuse"), by)
    return _settled(objection, nomination, by)


@transaction.atomic
def grant_nomination(
    *,
    nomination: Nomination,
    version: str,
    level: str,
    document_number: str,
    awarded_on: dt.date,
    by: User,
    title: str = "",
) -> Nomination:
    """The honour was granted by a document: the record of the honour is made from it, now and not before, and waits to
    be verified like any other. Raises RuleError by field, and unless the nomination was recommended."""
    hold_person(nomination.worker_id)
    nomination = recommended(nomination, version, by)
    selection = nomination.selection
    facts = cleaned({"document_number": document_number}, {"document_number": clean_number})
    if awarded_on < selection.decided_on:
        text = f"授予日期不能早于推荐名单确定日期 {selection.decided_on}，现填 {awarded_on}"
        raise RuleError({"awarded_on": text})
    facts |= {"type": selection.honour_type, "level": level, "title": title, "issuer": selection.issuer}
    facts |= {"year": selection.year, "awarded_on": awarded_on}
    if nomination.worker_id:
        nomination.honour = enter_honour(worker=nomination.worker, by=by, **facts)
    else:
        employer = nomination.employer if nomination.subject == Nomination.Subject.EMPLOYER else None
        nomination.collective_honour = enter_collective_honour(
            union=nomination.union, employer=employer, team=nomination.team, by=by, **facts
        )
    nomination.state, nomination.decided_by, nomination.decided_at = State.AWARDED, by, timezone.now()
    told = {"honour": nomination.honour_id, "collective_honour": nomination.collective_honour_id}
    return keep_nomination(nomination, by, "competitions.nomination_grant", **told)


@transaction.atomic
def decline_nomination(*, nomination: Nomination, version: str, note: str, by: User) -> Nomination:
    """The honour was not granted, for a reason. Raises RuleError unless the nomination was recommended."""
    nomination = recommended(nomination, version, by)
    nomination.state, nomination.note = State.DECLINED, stated_reason(note, "note")
    nomination.decided_by, nomination.decided_at = by, timezone.now()
    return keep_nomination(nomination, by, "competitions.nomination_decline")


def recommended(nomination: Nomination, version: str, by: User) -> Nomination:
    """The nomination, locked, for the town, and waiting for the word of whoever grants. Raises RuleError."""
    nomination = locked_nomination(nomination, by)
    require_editable(nomination.selection, by)
    check_version(nomination, version)
    if nomination.state != State.RECOMMENDED:
        raise RuleError(f"现为“{nomination.get_state_display()}”，只有确定推荐的可以登记结果")
    return nomination


def _ticked(selection: Selection, keys: Sequence[int], among: tuple[str, ...], by: User):
    """The selection and its ticked nominations in one of these states, locked. Raises RuleError for none."""
    selection = locked_selection(selection, by)
    if selection.phase != Phase.OPEN:
        raise RuleError(f"推荐评选现在是“{selection.get_phase_display()}”，名单不能再变。请刷新页面。")
    rows = selection.nominations.filter(pk__in=keys, state__in=among).select_for_update().order_by("pk")
    found = list(rows)
    if not found:
        words = "或".join(State(state).label for state in among)
        raise RuleError(f"请勾选“{words}”的推荐对象")
    return selection, found


def _decide(selection: Selection, rows: list[Nomination], state: str, note: str, by: User) -> int:
    now = timezone.now()
    for row in rows:
        row.state, row.note, row.decided_by, row.decided_at = state, note, by, now
        row.version += 1
    Nomination.objects.bulk_update(rows, ["state", "note", "decided_by", "decided_at", "version"])
    keys = [row.pk for row in rows]
    told = {"state": state, "nominations": keys, "has_note": bool(note)}
    audit.record(by, "competitions.nominations_decide", selection, union_id=selection.union_id, **told)
    return len(rows)


def _settled(objection: NoticeObjection, nomination: Nomination, by: User) -> NoticeObjection:
    _tell(
        by,
        "competitions.notice_objection_settle",
        nomination,
        objection=objection.pk,
        verdict=objection.state,
    )
    return objection


def _tell(by: User, action: str, nomination: Nomination, **details) -> None:
    audit.record(by, action, nomination, union_id=nomination.union_id, **details)
