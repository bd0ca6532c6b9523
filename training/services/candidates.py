"""Candidates: nominated by a union, accepted or refused by the town, noted year by year, and their outcome."""

import datetime as dt
from copy import copy

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.codes import refuse_unusable
from core.errors import RuleError
from training.models import Candidate, CandidateNote, Certificate
from training.models.nominations import Proposal
from training.rules.candidates import (
    CLEANERS,
    LOWEST_GOAL,
    TABLES,
    clean_text_of_year,
    refuse_mentor,
    refuse_term,
    refuse_year,
)
from training.services.nominations import decide, keep, refuse_gone, reopen, seen, tell, waiting
from training.services.proofs import locked, locked_worker
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.models import Worker
from workers.rules import stated_reason

FACTS = ("year", "batch", "scope", "trade", "mentor", "mentor_name", "goal_level", "start", "until")
Outcome = Candidate.Outcome


@transaction.atomic
def nominate(*, worker: Worker, by: User, mentor: Worker | None = None, **facts) -> Candidate:
    """Nominate a person: FACTS, of which a mentor (or the name of an outside one), the goal and the days are needed.

    Raises RuleError by field; PermissionDenied for people out of reach.
    """
    keys = {worker.pk} | ({mentor.pk} if mentor else set())
    people = {pk: locked_worker(pk, by) for pk in sorted(keys)}
    worker = people[worker.pk]
    refuse_gone(worker)
    facts = cleaned(facts, CLEANERS)
    refuse_unusable(facts, TABLES)
    candidate = Candidate(worker=worker, union_id=worker.union_id, entered_by=by, mentor=mentor, **facts)
    _check(candidate)
    candidate.start_level = level_on(worker.pk, candidate.start)
    candidate.save()
    require_editable(candidate, by)
    tell(candidate, by, "training.candidate_nominate", year=candidate.year, scope=candidate.scope)
    return candidate


@transaction.atomic
def edit_candidate(*, candidate: Candidate, version: str, by: User, **facts) -> Candidate:
    """Correct the facts; the town decides anew, about a refused one also where they stay. A mentor from elsewhere stays
    only unchanged. Raises RuleError by field, ``stale`` when somebody was faster."""
    candidate = seen(candidate, version, by)
    if candidate.outcome:
        raise RuleError(f"已登记培养结果（{candidate.get_outcome_display()}）。登记有误的，请先撤回结果。")
    before = copy(candidate)
    facts = cleaned(facts, CLEANERS)
    refuse_unusable(facts, TABLES, stored=before)
    mentor = facts.get("mentor")
    if mentor and mentor.pk != before.mentor_id:
        locked_worker(mentor.pk, by)
    for name, value in facts.items():
        setattr(candidate, name, value)
    reopen(candidate)
    _check(candidate)
    changes = audit.differences(before, candidate, list(FACTS))
    if not changes and before.state != Proposal.REFUSED:
        return before
    candidate.start_level = level_on(candidate.worker_id, candidate.start)
    return keep(candidate, by, "training.candidate_edit", changes=changes, was=before.state)


@transaction.atomic
def accept_candidate(*, candidate: Candidate, version: str, by: User) -> Candidate:
    """The town puts the person on the list; the level at the beginning is frozen now. Raises RuleError."""
    candidate = waiting(candidate, version, by)
    candidate.start_level = level_on(candidate.worker_id, candidate.start)
    told = {"start_level": candidate.start_level}
    return decide(candidate, Proposal.ACCEPTED, by, "training.candidate_accept", **told)


@transaction.atomic
def refuse_candidate(*, candidate: Candidate, version: str, note: str, by: User) -> Candidate:
    """The town does not, for a reason that the union sees. Raises RuleError."""
    return decide(waiting(candidate, version, by), Proposal.REFUSED, by, "training.candidate_refuse", note)


@transaction.atomic
def note_year(*, candidate: Candidate, year: int, text: str, by: User, stamp: str = "") -> CandidateNote:
    """Write the note of a year, or correct the one that was seen (``CandidateNote.stamp``). Raises RuleError by
    field: what somebody wrote is never replaced unread."""
    candidate = locked(candidate, by)
    _refuse_not_accepted(candidate)
    known = candidate.notes.filter(year=year).first()
    if known and known.stamp != stamp:
        what = "已被修改" if stamp else "已登记"
        text = f"{year} 年度情况{what}：“{known.text[:50]}”。没有保存，请返回后在该年度一行点“修改”。"
        raise RuleError({"year": text})
    if not candidate.start.year <= year <= candidate.until.year + 1:
        span = f"{candidate.start.year} 至 {candidate.until.year + 1}"
        raise RuleError({"year": f"年度应在培养期内（{span}），现填 {year}"})
    facts = cleaned({"text": text}, {"text": clean_text_of_year})
    note, _ = CandidateNote.objects.update_or_create(
        candidate=candidate, year=year, defaults=facts | {"written_by": by}
    )
    require_editable(note, by)
    tell(candidate, by, "training.candidate_note", year=year)
    return note


@transaction.atomic
def reopen_candidate(*, candidate: Candidate, version: str, note: str, by: User) -> Candidate:
    """Take back an outcome that was recorded by mistake; the person is in training again. Raises RuleError."""
    candidate = seen(candidate, version, by)
    note = stated_reason(note, "note")
    if not candidate.outcome:
        raise RuleError("还没有登记培养结果，请刷新页面")
    told = {"was": candidate.outcome, "was_on": str(candidate.outcome_on), "note": note}
    candidate.outcome, candidate.outcome_on, candidate.outcome_note = "", None, ""
    candidate.full_clean()
    return keep(candidate, by, "training.candidate_reopen", **told)


@transaction.atomic
def conclude(
    *, candidate: Candidate, version: str, outcome: str, outcome_on: dt.date, by: User, note: str = ""
) -> Candidate:
    """Say what came of it. An outcome other than 培养合格 needs a reason; 培养合格 needs a verified certificate of the
    goal or above on the day. Raises RuleError by field."""
    candidate = seen(candidate, version, by)
    _refuse_not_accepted(candidate)
    if candidate.outcome:
        raise RuleError(f"已登记培养结果（{candidate.get_outcome_display()}），请刷新页面")
    if outcome not in Outcome.values:
        raise RuleError({"outcome": "请选择培养结果"})
    if not candidate.start <= outcome_on <= timezone.localdate():
        raise RuleError({"outcome_on": f"结果日期应在 {candidate.start} 与今天之间，现填 {outcome_on}"})
    if outcome == Outcome.REACHED and level_on(candidate.worker_id, outcome_on) < candidate.goal_level:
        text = "没有目标等级以上、已核验、当日有效的证书，不能登记为培养合格。请先登记并核验证书。"
        raise RuleError({"outcome": text})
    needs_reason = outcome != Outcome.REACHED or bool(note.strip())
    candidate.outcome, candidate.outcome_on = outcome, outcome_on
    candidate.outcome_note = stated_reason(note, "note") if needs_reason else ""
    candidate.full_clean()
    told = {"outcome": outcome, "on": str(outcome_on), "note": candidate.outcome_note}
    return keep(candidate, by, "training.candidate_conclude", **told)


def level_on(worker_id: int, day: dt.date) -> str:
    """The highest rung of the person's verified certificates valid on the day, or ""."""
    held = Certificate.objects.valid_on(day).filter(worker=worker_id)
    return next((row["highest"] for row in held.highest_levels()), "")


def _check(candidate: Candidate) -> None:
    """Goal, mentor and days, then what the database would refuse."""
    candidate.clean_fields()
    refuse_year(candidate.year)
    refuse_term(candidate.start, candidate.until)
    if candidate.goal_level < LOWEST_GOAL:
        raise RuleError({"goal_level": "目标等级应为初级工以上：学徒工没有可以证明的证书"})
    refuse_mentor(candidate.worker_id, candidate.mentor_id, candidate.mentor_name)
    candidate.full_clean()


def _refuse_not_accepted(candidate: Candidate) -> None:
    if candidate.state != Proposal.ACCEPTED:
        raise RuleError(f"现为“{candidate.get_state_display()}”，审定后才能登记培养情况")
