"""What winning brings: promised by the rules in force or by a union, and kept when the paper is there."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Entitlement, Entrant, Event, Gain, Promise, PromisePaper
from competitions.queries.follow import honours_for, proofs_for, winners
from competitions.rules.follow import FOLLOW_CLEANERS, GAIN_FIELDS, GAIN_TABLES, NO_RUNGS, due_day
from competitions.services.contests import locked_contest
from competitions.services.nominations import hold_person
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from core.papers import accept_paper, delete_papers
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.rules import stated_reason

State = Promise.State
DOCUMENT = "兑现文件"
CLOSING = [
    *(
        "state",
        "delivered_on",
        "document_number",
        "delivered_amount",
        "certificate",
        "honour",
        "waive_reason",
    ),
]


@transaction.atomic
def propose(*, event: Event, by: User) -> int:
    """Promise what the rules in force on the contest's last day give to its ranks, to every person of a team; what was
    promised by a rule before stays. Returns how many rows came. Raises RuleError before the results are final, or
    when no confirmed rule fits."""
    contest = locked_contest(event.contest, by)
    event = Event.objects.select_for_update().get(pk=event.pk)
    _refuse_unless_final(event)
    rules = list(
        Entitlement.objects.in_force(contest.ends_on)
        .filter(contest_kind=contest.kind, contest_level=contest.level)
        .select_for_update(of=("self",), no_key=True)
    )
    if not rules:
        raise RuleError(
            "没有适用这项竞赛、已经确认的奖励政策。请镇总工会在“奖励政策”中录入并确认，或逐人登记待兑现事项。"
        )
    known = set(
        event.promises.exclude(state=State.WAIVED).values_list("entrant", "gain", "honour_type", "level")
    )
    by_rule = set(event.promises.values_list("entrant", "entitlement"))
    rows = []
    for entrant in winners(event):
        for rule in rules:
            if not rule.from_rank <= entrant.entry.result.rank <= rule.to_rank:
                continue
            said = (entrant.pk, rule.gain, rule.honour_type, rule.level)
            if (entrant.pk, rule.pk) in by_rule or (rule.gain in (Gain.HONOUR, Gain.SKILL) and said in known):
                continue
            known.add(said)
            rows.append(_by_rule(entrant, rule, contest.ends_on, by))
    Promise.objects.bulk_create(rows)
    details = {"event": event.pk, "promises": [row.pk for row in rows]}
    audit.record(by, "competitions.propose", contest, union_id=contest.union_id, **details)
    return len(rows)


@transaction.atomic
def promise(*, entrant: Entrant, by: User, due_on: dt.date | None = None, **facts) -> Promise:
    """Register something that a union promises a person for a rank. Raises RuleError by field, or when the person has
    no rank in a final result."""
    _refuse_unless_final(entrant.event)
    if not winners(entrant.event).filter(pk=entrant.pk).exists():
        raise RuleError("只能为取得名次、没有退出的参赛人员登记")
    facts = cleaned(facts, FOLLOW_CLEANERS)
    refuse_unusable(facts, GAIN_TABLES)
    if facts.get("level") in NO_RUNGS:
        raise RuleError({"level": "请选择初级工至首席技师中的一级"})
    row = Promise(
        entrant=entrant,
        event=entrant.event,
        union_id=entrant.entry.union_id,
        promised_on=timezone.localdate(),
        due_on=due_on,
        created_by=by,
        **facts,
    )
    row.full_clean()
    row.save()
    require_editable(row, by)
    changes = audit.differences(None, row, [*GAIN_FIELDS, "due_on"])
    _record(by, "competitions.promise", row, changes=changes)
    return row


@transaction.atomic
def deliver_level(*, promise: Promise, version: str, certificate: int, by: User) -> Promise:
    """A level is reached: by a verified certificate of at least that level, issued on the last day of the contest or
    later (settings.LEVEL_PROOFS). The person is held first, as for an honour. Raises RuleError for any other."""
    hold_person(promise.entrant.worker_id)
    row = _open(promise, version, by)
    if row.gain != Gain.SKILL:
        raise RuleError("只有技能等级凭证书兑现")
    proof = proofs_for(row).filter(pk=certificate).first()
    if proof is None:
        ended_on = row.event.contest.ends_on
        raise RuleError({"certificate": f"请选择 {ended_on} 及以后发的、达到这一等级、镇总工会已核验的证书"})
    row.certificate, row.delivered_on = proof.pk, proof.issued_on
    return _close(row, State.DELIVERED, by, "competitions.promise_deliver")


@transaction.atomic
def deliver_honour(*, promise: Promise, version: str, honour: int, by: User) -> Promise:
    """An honour was conferred: by a verified record of it with the number of its document, awarded on the last day of
    the contest or later. The person is held first: an honour that is just being revoked, or refused in a merge of two
    records, keeps nothing. Raises RuleError for any other."""
    hold_person(promise.entrant.worker_id)
    row = _open(promise, version, by)
    if row.gain != Gain.HONOUR:
        raise RuleError("只有荣誉称号凭个人荣誉记录兑现")
    proof = honours_for(row).filter(pk=honour).first()
    if proof is None:
        ended_on = row.event.contest.ends_on
        raise RuleError({"honour": f"请选择 {ended_on} 及以后授予、写明文件号、镇总工会已核实的这种荣誉"})
    row.honour, row.delivered_on = proof, proof.awarded_on
    row.document_number = proof.document_number
    return _close(row, State.DELIVERED, by, "competitions.promise_deliver")


@transaction.atomic
def deliver_document(
    *, promise: Promise, version: str, document_number: str, delivered_on: dt.date, by: User,
    file=None, delivered_amount: int | None = None,
) -> Promise:  # fmt: skip
    """A pay grade or bonus is given by a document: its number and day, a scan, and the yuan paid of a bonus. Raises
    RuleError by field."""
    row = _open(promise, version, by)
    if row.gain not in (Gain.PAY, Gain.BONUS):
        raise RuleError("技能等级凭证书兑现，荣誉称号凭个人荣誉记录兑现，竞赛本身不改变这些")
    _check_document(row, delivered_on, delivered_amount, file)
    facts = cleaned({"document_number": document_number}, FOLLOW_CLEANERS)
    row.document_number, row.delivered_on = facts["document_number"], delivered_on
    row.delivered_amount = delivered_amount if row.gain == Gain.BONUS else None
    accept_paper(PromisePaper(promise=row, added_by=by), file, of=DOCUMENT)
    return _close(row, State.DELIVERED, by, "competitions.promise_deliver")


@transaction.atomic
def waive_promise(*, promise: Promise, version: str, reason: str, by: User) -> Promise:
    """It will not be given, and why. Raises RuleError without a reason."""
    row = _open(promise, version, by)
    row.waive_reason = stated_reason(reason, "reason")
    return _close(row, State.WAIVED, by, "competitions.promise_waive")


@transaction.atomic
def reopen_promise(*, promise: Promise, version: str, reason: str, by: User) -> Promise:
    """Take back what was registered by mistake; its scans go. Raises RuleError without a reason."""
    row = _locked(promise, version, by)
    reason = stated_reason(reason, "reason")
    if row.state == State.PROMISED:
        raise RuleError("这一项还没有办理，请刷新页面")
    if row.is_lapsed:
        raise RuleError("所依据的获奖已撤销，不能退回待兑现；重新颁发后自动恢复")
    was = row.state
    delete_papers(row.papers.all())
    row.state, row.document_number, row.waive_reason = State.PROMISED, "", ""
    row.delivered_on = row.delivered_amount = row.certificate = row.honour = row.closed_by = row.closed_at = (
        None
    )
    row.version += 1
    row.full_clean()
    row.save(update_fields=[*CLOSING, "closed_by", "closed_at", "version"])
    _record(by, "competitions.promise_reopen", row, was=was, reason=reason)
    return row


@transaction.atomic
def settle_promise(*, promise: Promise, version: str, settled: str, reason: str, by: User) -> Promise:
    """Say what becomes of something that was given for an award revoked since. Raises RuleError by field, and for any
    other promise."""
    row = _locked(promise, version, by)
    if row.state != State.DELIVERED or not row.is_lapsed or row.settled:
        raise RuleError("这一项不在等待撤销获奖后的处理，请刷新页面")
    if settled not in Promise.Settled.values:
        raise RuleError({"settled": "请选择处理结果"})
    row.settled, row.settled_note = settled, stated_reason(reason, "reason")
    row.settled_by, row.settled_at = by, timezone.now()
    row.version += 1
    row.full_clean()
    row.save(update_fields=["settled", "settled_note", "settled_by", "settled_at", "version"])
    _record(by, "competitions.promise_settle", row, settled=settled, reason=row.settled_note)
    return row


def _by_rule(entrant: Entrant, rule: Entitlement, ended_on: dt.date, by: User) -> Promise:
    return Promise(
        entrant=entrant,
        event_id=entrant.event_id,
        union_id=entrant.entry.union_id,
        entitlement=rule,
        promised_on=timezone.localdate(),
        due_on=due_day(ended_on, rule.due_months),
        created_by=by,
        **{name: getattr(rule, name) for name in GAIN_FIELDS},
    )


def _refuse_unless_final(event: Event) -> None:
    if event.phase != Event.Phase.FINAL:
        raise RuleError(f"成绩现在是“{event.get_phase_display()}”，公布最终成绩后才能登记待兑现事项")


def _check_document(row: Promise, delivered_on: dt.date, amount: int | None, file) -> None:
    faults = {}
    ended_on, today = row.event.contest.ends_on, timezone.localdate()
    if not ended_on <= delivered_on <= today:
        faults["delivered_on"] = f"日期应在竞赛结束日期 {ended_on} 至今天之间，现填 {delivered_on}"
    if row.gain == Gain.BONUS and not amount:
        faults["delivered_amount"] = "请填写实发金额"
    if file is None:
        faults["file"] = "请上传文件或发放凭证的扫描件或照片"
    if faults:
        raise RuleError(faults)


def _locked(promise: Promise, version: str, by: User) -> Promise:
    rows = Promise.objects.select_for_update(of=("self",)).select_related("event__contest", "entrant")
    row = rows.get(pk=promise.pk)
    require_editable(row, by)
    check_version(row, version)
    return row


def _open(promise: Promise, version: str, by: User) -> Promise:
    row = _locked(promise, version, by)
    if row.state != State.PROMISED:
        raise RuleError(f"这一项现在是“{row.get_state_display()}”，请刷新页面")
    return row


def _close(row: Promise, state: str, by: User, action: str) -> Promise:
    row.state, row.closed_by, row.closed_at = state, by, timezone.now()
    row.version += 1
    row.full_clean()
    row.save(update_fields=[*CLOSING, "closed_by", "closed_at", "version"])
    _record(by, action, row, state=state)
    return row


def _record(by: User, action: str, row: Promise, **details) -> None:
    audit.record(by, action, row, union_id=row.union_id, event=row.event_id, **details)
