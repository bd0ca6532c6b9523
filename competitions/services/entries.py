"""Entries from admission on: start numbers, substitution and withdrawal. Each locks the event first."""

import random
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from competitions.models import Draw, Entrant, Entry, Event, Mark, TypedMark
from competitions.rules.eligibility import Rules
from competitions.services.contests import refuse_when_over
from competitions.services.entering import NAMED, locked_event, record_entries, require_people
from competitions.services.freezing import refuse_when_frozen
from core.errors import RuleError
from core.text import clean_short
from unions.scoping import require_editable
from workers.rules import stated_reason

State = Entry.State
RANDOM = random.SystemRandom()  # a draw that nobody can foretell


@transaction.atomic
def admit(*, event: Event, entries: Sequence[int], by: User, note: str = "") -> int:
    """Admit entries that wait (their keys); returns how many. Raises PermissionDenied unless the user keeps the
    contest; RuleError naming who does not meet the rules when no note says why they are admitted all the same."""
    event = locked_event(event)
    require_editable(event, by)
    _refuse_settled(event)
    note = clean_short(note, longest=200)
    rows = _waiting(event, entries)
    people = [row.worker for entry in rows for row in entry.entrants.all() if row.left_at is None]
    rules = Rules.about(event, people)
    faults = [f"{person.name}：{fault}" for person in people if (fault := rules.unmet(person))]
    if faults and not note:
        raise RuleError(f"不符合参赛条件：{'。'.join(faults[:NAMED])}。确需通过的，请写明说明后再办理。")
    _decide(rows, State.ADMITTED, note, by)
    record_entries(by, "competitions.admit", event, entries=[entry.pk for entry in rows], has_note=bool(note))
    return len(rows)


@transaction.atomic
def refuse(*, event: Event, entries: Sequence[int], note: str, by: User) -> int:
    """Refuse entries that wait, with the reason; returns how many. Raises RuleError without one."""
    event = locked_event(event)
    require_editable(event, by)
    rows = _waiting(event, entries)
    _decide(rows, State.REFUSED, stated_reason(note, "note"), by)
    now = timezone.now()
    Entrant.objects.competing().filter(entry__in=rows).update(left_at=now, left_reason="审核不予通过")
    record_entries(by, "competitions.refuse", event, entries=[entry.pk for entry in rows])
    return len(rows)


@transaction.atomic
def draw_numbers(*, event: Event, by: User) -> int:
    """Draw start numbers for all who are admitted and have none, behind those already drawn; returns how many. Who
    has a number keeps it: nothing is drawn again. Raises RuleError while entries wait for a decision, when nobody
    is without a number, and once the marks are frozen."""
    event = locked_event(event)
    require_editable(event, by)
    _refuse_settled(event)
    if waiting := event.entries.filter(state=State.SUBMITTED).count():
        raise RuleError(f"还有 {waiting} 项报名没有审核，请先审核再编号")
    rows = list(event.entries.admitted().filter(start_number=None).order_by("pk"))
    if not rows:
        raise RuleError("没有需要编号的报名")
    last = max(event.entries.exclude(start_number=None).values_list("start_number", flat=True), default=0)
    numbers = list(range(last + 1, last + len(rows) + 1))
    RANDOM.shuffle(numbers)
    for row, number in zip(rows, numbers, strict=True):
        row.start_number = number
    Entry.objects.bulk_update(rows, ["start_number"])
    Draw.objects.create(event=event, first=last + 1, last=last + len(rows), drawn_by=by)
    record_entries(by, "competitions.draw_numbers", event, numbers={row.pk: row.start_number for row in rows})
    return len(rows)


@transaction.atomic
def withdraw_entry(*, entry: Entry, reason: str, by: User) -> Entry:
    """Take an entry out, with the reason; its start number stays taken. Raises RuleError once it is out."""
    event, entry = _locked_entry(entry, by)
    now = timezone.now()
    entry.state, entry.withdrawn_at, entry.note = State.WITHDRAWN, now, stated_reason(reason, "reason")
    entry.version += 1
    entry.save(update_fields=["state", "withdrawn_at", "note", "version"])
    entry.entrants.competing().update(left_at=now, left_reason=entry.note)
    record_entries(by, "competitions.withdraw_entry", event, entries=[entry.pk])
    return entry


@transaction.atomic
def substitute(*, entrant: Entrant, worker: int, reason: str, by: User) -> Entrant:
    """Put another person of the same union in somebody's place; who left, who came and why stay. Raises RuleError
    when the other one cannot enter or does not meet the rules of the event, and once a person alone has marks."""
    event, entry = _locked_entry(entrant.entry, by)
    entrant = entry.entrants.competing().filter(pk=entrant.pk).first()
    if entrant is None:
        raise RuleError("此人已不在这项报名中，请刷新页面")
    if not event.is_team and _has_marks(entry):
        raise RuleError("评委已给这项报名评分，不能换人。请办理退赛。")
    [person] = require_people(event, [worker], by)
    if person.union_id != entry.union_id:
        raise RuleError(f"{person.name}不是参赛工会的职工，不能替换")
    if fault := Rules.about(event, [person]).unmet(person):
        raise RuleError(f"{person.name}不符合参赛条件：{fault}")
    entrant.left_at, entrant.left_reason = timezone.now(), stated_reason(reason, "reason")
    entrant.save(update_fields=["left_at", "left_reason"])
    successor = Entrant.objects.create(entry=entry, event=event, worker=person, instead_of=entrant)
    entry.version += 1
    entry.save(update_fields=["version"])
    people = [entrant.worker_id, person.pk]
    record_entries(by, "competitions.substitute", event, entries=[entry.pk], workers=people)
    return successor


@transaction.atomic
def leave_team(*, entrant: Entrant, reason: str, by: User) -> Entrant:
    """Take somebody out of a team without another in the place, with the reason. Raises RuleError when the team would have
    fewer than the event asks for, and for somebody who competes alone."""
    event, entry = _locked_entry(entrant.entry, by)
    entrant = entry.entrants.competing().filter(pk=entrant.pk).first()
    if entrant is None:
        raise RuleError("此人已不在这项报名中，请刷新页面")
    if not event.is_team:
        raise RuleError("这是个人项目。请办理退赛。")
    if (size := entry.entrants.competing().count()) <= event.team_least:
        raise RuleError(f"每队最少 {event.team_least} 人，这队现有 {size} 人，不能减少。请替换，或办理退赛。")
    entrant.left_at, entrant.left_reason = timezone.now(), stated_reason(reason, "reason")
    entrant.save(update_fields=["left_at", "left_reason"])
    entry.version += 1
    entry.save(update_fields=["version"])
    record_entries(by, "competitions.leave_team", event, entries=[entry.pk], workers=[entrant.worker_id])
    return entrant


def _refuse_settled(event: Event) -> None:
    """Results are made of the entries as they were: nobody comes or goes once they are counted."""
    refuse_when_over(event.contest)
    refuse_when_frozen(event)


def _has_marks(entry: Entry) -> bool:
    return any(kind.objects.filter(entry=entry).exists() for kind in (Mark, TypedMark))


def _locked_entry(entry: Entry, by: User) -> tuple[Event, Entry]:
    event = locked_event(entry.event)
    _refuse_settled(event)
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    require_editable(entry, by)
    if entry.state not in (State.SUBMITTED, State.ADMITTED):
        raise RuleError(f"这项报名现在是“{entry.get_state_display()}”，不能再变更。请刷新页面。")
    return event, entry


def _waiting(event: Event, keys: Sequence[int]) -> list[Entry]:
    rows = event.entries.filter(pk__in=keys, state=State.SUBMITTED).order_by("pk")
    found = list(rows.prefetch_related("entrants__worker__employer"))
    if not found:
        raise RuleError("请勾选待审核的报名")
    return found


def _decide(rows: list[Entry], state: str, note: str, by: User) -> None:
    now = timezone.now()
    for row in rows:
        row.state, row.note, row.decided_by, row.decided_at = state, note, by, now
        row.version += 1
    Entry.objects.bulk_update(rows, ["state", "note", "decided_by", "decided_at", "version"])
