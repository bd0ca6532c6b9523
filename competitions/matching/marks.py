"""Staged marks against the panel of their event and the marks it has: what would come, change or is refused."""

import json
from dataclasses import dataclass
from decimal import Decimal

from competitions.models import Contest, Event
from competitions.queries.marks import panel_of
from competitions.services.freezing import FROZEN
from core.exchange import FILL, KNOWN, SKIP, Exchange, Staged
from workers.employment_matching import DECIDED

LATE = f"{FROZEN}。有误的，在异议期提出异议，由主办工会处理。"
NOT_RUNNING = "竞赛现在是“{state}”，开始之后、结束之前才能评分。"
HIDDEN = "另一得分（封存前不显示）"  # a sheet of guesses is no way to read what judges gave
CLOSED = "{number} 号不由这位评委评分：已退赛、缺考、没有晋级，或按规定回避。请核对评委和参赛号。"

LOCK_SEATS = """
SELECT s.id FROM competitions_seat s
WHERE s.id IN (SELECT (r."values" ->> 'seat')::bigint FROM {rows} r WHERE {of_run} AND r."values" ? 'seat')
ORDER BY s.id FOR NO KEY UPDATE
"""
# A freeze waits for us, and we see what it has done: the same lock as that of the trigger for marks.
LOCK_EVENTS = """
SELECT e.id FROM competitions_event e
WHERE e.id IN (
    SELECT n.event_id FROM {rows} r JOIN competitions_entry n ON n.id = (r."values" ->> 'entry')::bigint
    WHERE {of_run} AND r."values" ? 'entry'
)
ORDER BY e.id FOR SHARE
"""
TARGETS = """
UPDATE {rows} r SET target_id = (r."values" ->> 'entry')::bigint
WHERE {of_run} AND r.verdict = 'new' AND r."values" ? 'entry'
"""
FOUND = """
SELECT r.number, n.event_id, n.id, n.start_number, (r."values" ->> 'seat')::bigint,
       r."values" -> 'fields' ->> 'points', m.points, m.id, m.version
FROM {rows} r
JOIN competitions_entry n ON n.id = (r."values" ->> 'entry')::bigint
LEFT JOIN competitions_mark m
    ON m.entry_id = n.id AND m.seat_id = (r."values" ->> 'seat')::bigint
    AND m.criterion_id = (r."values" ->> 'criterion')::bigint
WHERE {of_run} AND r.verdict = 'new' ORDER BY r.number
"""


@dataclass(frozen=True)
class Row:
    """One staged row with the mark that is known already."""

    number: int
    event: int
    entry: int
    start_number: int
    seat: int
    points: str
    known: Decimal | None
    mark: int | None
    version: int | None


def lock(staged: Staged) -> None:
    """Seats before events, like every writer of marks."""
    staged.fetch(LOCK_SEATS)
    staged.fetch(LOCK_EVENTS)


def compare(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged lines."""
    staged.execute(TARGETS)
    rows = [Row(*line) for line in staged.fetch(FOUND)]
    events = Event.objects.select_related("contest__union").in_bulk({row.event for row in rows})
    open_cells = set()
    for event in events.values():
        panel = panel_of(event)
        open_cells |= {(seat.pk, entry.pk) for seat in panel.seats for entry in panel.entries_for(seat)}
    found = [_line(row, events[row.event], (row.seat, row.entry) in open_cells, kind) for row in rows]
    if found:
        staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


def _line(row: Row, event: Event, is_open: bool, kind: Exchange) -> dict:
    if refused := _refusal(row, event, is_open, kind):
        return {"number": row.number, "verdict": "problem", "before": None, "problem": refused}
    problem, before = None, {"fields": {}}
    if row.known is None:
        verdict, before = "new", None
    elif kind.rule == SKIP:
        verdict, before = "skipped", None
        problem = _problem(kind, "points", row.points, KNOWN, "known", level="note")
    elif row.known == Decimal(row.points) or kind.rule == FILL:
        verdict = "unchanged"
    else:
        # Which mark, and which state of it: one that changes after the check is told.
        verdict = "changed"
        before = {"fields": {"points": HIDDEN}, "plan": {"mark": row.mark, "version": row.version}}
    return {"number": row.number, "verdict": verdict, "before": before, "problem": problem}


def _refusal(row: Row, event: Event, is_open: bool, kind: Exchange) -> dict | None:
    if event.phase != Event.Phase.SCORING:
        return _problem(kind, "contest", event.contest.code, LATE, "contest.frozen")
    if event.contest.state != Contest.State.RUNNING:
        text = NOT_RUNNING.format(state=event.contest.get_state_display())
        return _problem(kind, "contest", event.contest.code, text, "contest.not_running")
    if not is_open:
        text = CLOSED.format(number=row.start_number)
        return _problem(kind, "number", str(row.start_number), text, "number.closed")
    return None


def _problem(kind: Exchange, attribute: str, value: str, text: str, code: str, level: str = "error") -> dict:
    column = kind.column(attribute)
    return {
        "column": column.column_name,
        "value": column.shown(value),
        "message": text,
        "level": level,
        "code": code,
    }
