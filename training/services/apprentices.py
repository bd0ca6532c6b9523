"""Apprenticeships: entering, correcting, ending, and taking back an end that was recorded by mistake.

Both people are locked first, in the order of their keys, then the pair.
"""

import datetime as dt
from copy import copy

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from training.models import Apprenticeship, Certificate
from training.queries.apprentices import certificates_gained, load_of
from training.rules.apprentices import (
    CLEANERS,
    TABLES,
    refuse_dates,
    refuse_end_day,
    refuse_goal,
    refuse_load,
)
from training.services.proofs import locked_worker
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.models import Worker
from workers.rules import stated_reason

FACTS = ("trade", "goal_level", "goal", "signed_on", "start", "until")
Outcome = Apprenticeship.Outcome
SAME = "师傅和徒弟不能是同一人。请分别填写。"


@transaction.atomic
def enter_apprenticeship(*, master: Worker, apprentice: Worker, by: User, **facts) -> Apprenticeship:
    """Record a pair, both on the roll and in reach: FACTS, of which a goal, the trade and the days are needed.

    Raises RuleError by field; PermissionDenied for people out of reach.
    """
    if master.pk == apprentice.pk:
        raise RuleError({"master": SAME})
    people = {pk: locked_worker(pk, by) for pk in sorted({master.pk, apprentice.pk})}
    master, apprentice = people[master.pk], people[apprentice.pk]
    _refuse_gone(master=master, apprentice=apprentice)
    facts = cleaned(facts, CLEANERS)
    refuse_unusable(facts, TABLES)
    pair = Apprenticeship(
        master=master, apprentice=apprentice, union_id=apprentice.union_id, entered_by=by, **facts
    )
    _check(pair)
    today = timezone.localdate()
    if pair.start <= today <= pair.until:
        refuse_load(load_of(master, today), today)
    pair.save()
    require_editable(pair, by)
    _tell(by, "training.apprentice_enter", pair, start=str(pair.start))
    return pair


@transaction.atomic
def edit_apprenticeship(*, apprenticeship: Apprenticeship, version: str, by: User, **facts) -> Apprenticeship:
    """Correct the facts of a pair without an outcome. Raises RuleError by field, ``stale`` when somebody was faster."""
    pair = _locked(apprenticeship, by)
    check_version(pair, version)
    _refuse_ended(pair)
    before = copy(pair)
    facts = cleaned(facts, CLEANERS)
    refuse_unusable(facts, TABLES, stored=before)
    for name, value in facts.items():
        setattr(pair, name, value)
    _check(pair)
    changes = audit.differences(before, pair, list(FACTS))
    if not changes:
        return pair
    _save(pair, by)
    _tell(by, "training.apprentice_edit", pair, changes=changes)
    return pair


@transaction.atomic
def end_apprenticeship(
    *,
    apprenticeship: Apprenticeship,
    version: str,
    outcome: str,
    end: dt.date,
    by: User,
    certificate: Certificate | None = None,
    note: str = "",
) -> Apprenticeship:
    """Say what came of it. ``end`` is the first day the pair no longer held; the first day of all for one that was
    entered by mistake. An outcome other than 出师 needs a reason. Raises RuleError by field."""
    pair = _locked(apprenticeship, by)
    check_version(pair, version)
    _refuse_ended(pair)
    if outcome not in Outcome.values:
        raise RuleError({"outcome": "请选择结果"})
    refuse_end_day(end, start=pair.start)
    if certificate is not None:
        _refuse_foreign(certificate, pair, outcome, end)
    needs_reason = outcome != Outcome.FINISHED or bool(note.strip())
    pair.outcome, pair.end, pair.certificate = outcome, end, certificate
    pair.outcome_note = stated_reason(note, "note") if needs_reason else ""
    pair.full_clean()
    _save(pair, by)
    _tell(by, "training.apprentice_end", pair, outcome=outcome, end=str(end), note=pair.outcome_note)
    return pair


@transaction.atomic
def reopen_apprenticeship(
    *, apprenticeship: Apprenticeship, version: str, note: str, by: User
) -> Apprenticeship:
    """Take back an outcome that was recorded by mistake; the pair is in force again. Raises RuleError."""
    pair = _locked(apprenticeship, by)
    check_version(pair, version)
    note = stated_reason(note, "note")
    if pair.end is None:
        raise RuleError("这对师徒还没有登记结果，请刷新页面")
    was = pair.outcome
    pair.outcome, pair.end, pair.certificate, pair.outcome_note = "", None, None, ""
    _check(pair)
    _save(pair, by)
    _tell(by, "training.apprentice_reopen", pair, was=was, note=note)
    return pair


def _check(pair: Apprenticeship) -> None:
    """Goal and days, then what the database would refuse."""
    refuse_goal(goal_level=pair.goal_level, goal=pair.goal)
    pair.clean_fields()
    refuse_dates(signed_on=pair.signed_on, start=pair.start, until=pair.until)
    pair.full_clean()


def _refuse_gone(**people: Worker) -> None:
    """Raise RuleError at whoever has left."""
    gone = {name: "此人已离会。请核对人员。" for name, worker in people.items() if worker.standing == "left"}
    if gone:
        raise RuleError(gone)


def _refuse_ended(pair: Apprenticeship) -> None:
    if pair.end is not None:
        text = f"这对师徒已于 {pair.end} 结束（{pair.get_outcome_display()}）。登记有误的，请先撤回结果。"
        raise RuleError(text)


def _refuse_foreign(certificate: Certificate, pair: Apprenticeship, outcome: str, end: dt.date) -> None:
    """Raise RuleError for a certificate that does not show this outcome."""
    if outcome != Outcome.FINISHED:
        raise RuleError({"certificate": "只有出师的可以附证书。请清除所选证书，或改选出师。"})
    if not certificates_gained(pair, end).filter(pk=certificate.pk).exists():
        text = f"这张证书不是徒弟在 {pair.start} 至 {end} 之间取得的已核验证书。请另选，或先核验证书。"
        raise RuleError({"certificate": text})


def _save(pair: Apprenticeship, by: User) -> None:
    pair.version += 1
    pair.save()
    require_editable(pair, by)


def _tell(by: User, action: str, pair: Apprenticeship, **details) -> None:
    about = {"apprentice": pair.apprentice_id, "master": pair.master_id}
    audit.record(by, action, pair, union_id=pair.union_id, **about, **details)


def _locked(apprenticeship: Apprenticeship, by: User) -> Apprenticeship:
    """The apprentice first, then the pair."""
    worker = locked_worker(apprenticeship.apprentice_id, by)
    pair = Apprenticeship.objects.select_for_update().get(pk=apprenticeship.pk)
    require_editable(pair, by)
    pair.apprentice = worker
    return pair
