"""The write path of the kind ``marks``: staged rows into the marks and back, seat by seat, with the audit of marks."""

import json
from collections import defaultdict
from decimal import Decimal

from accounts import audit
from accounts.models import User
from competitions.models import Event, Mark, Seat
from competitions.rules.judging import plain_number
from competitions.services.freezing import before_the_freeze
from competitions.services.marks import write_marks
from core.exchange import Staged

WANTED = """
SELECT r.id, (r."values" ->> 'seat')::bigint, (r."values" ->> 'entry')::bigint,
       (r."values" ->> 'criterion')::bigint, r."values" -> 'fields' ->> 'points'
FROM {rows} r WHERE {of_run} AND r.verdict IN ('new', 'changed') ORDER BY r.id
"""
NOTE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT x.row, x.target, 'applied', '', x.effects
FROM jsonb_to_recordset(%(found)s::jsonb) AS x ("row" bigint, target bigint, effects jsonb)
"""
WRITTEN = """
SELECT f.row_id, coalesce(f.effects, '{}')::text
FROM {effects} f JOIN {rows} r ON r.id = f.row_id WHERE {of_run} AND f.outcome = 'applied' ORDER BY f.row_id
"""
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = ANY(%(ids)s)"
REVERTED = ("reverted", "")
GONE = ("impossible", "这项得分已作废")
TOUCHED = ("kept", "导入之后又改过，保留现状")
FROZEN = ("kept", "成绩已封存，保留现状")


def write(staged: Staged, *, by: User) -> None:
    """Write the rows with verdict new or changed; one audit entry for each seat."""
    rows = staged.fetch(WANTED)
    by_seat = defaultdict(dict)
    for _, seat, entry, criterion, points in rows:
        by_seat[seat][entry, criterion] = Decimal(points)
    seats = Seat.objects.select_related("stage__event__contest").in_bulk(by_seat)
    before = {}
    for key, wanted in by_seat.items():
        changes = write_marks(
            seat=seats[key], wanted=wanted, source=Mark.Source.SHEET, by=by, **{"import": staged.run_id}
        )
        before |= {(key, one.entry, one.criterion): one.before for one in changes}
    marks = {
        (mark.seat_id, mark.entry_id, mark.criterion_id): mark
        for mark in Mark.objects.filter(seat__in=by_seat)
    }
    found = []
    for row, seat, entry, criterion, _ in rows:
        mark, was = marks[seat, entry, criterion], before[seat, entry, criterion]
        found.append(
            {
                "row": row,
                "target": entry,
                "effects": {"mark": mark.pk, "version": mark.version, "was": was and str(was)},
            }
        )
    if found:
        staged.execute(NOTE, found=json.dumps(found))


def revert(staged: Staged, *, by: User) -> None:
    """Take back what nobody has touched since, while entries are scored; says of each row what became of it."""
    lines = [(row, json.loads(effects)) for row, effects in staged.fetch(WRITTEN)]
    marks = _locked_marks([one.get("mark") for _, one in lines])
    outcomes, back, gone = defaultdict(list), [], []
    for row, one in lines:
        mark = marks.get(one.get("mark"))
        if mark is None:
            outcomes[GONE].append(row)
        elif mark.entry.event.phase != Event.Phase.SCORING:
            outcomes[FROZEN].append(row)
        elif mark.version != one["version"]:
            outcomes[TOUCHED].append(row)
        else:
            outcomes[REVERTED].append(row)
            (gone if one["was"] is None else back).append((mark, one["was"]))
    _put_back(staged, back, by)
    _strike(staged, [mark for mark, _ in gone], by)
    for (outcome, reason), rows in outcomes.items():
        staged.execute(OUTCOME, ids=rows, outcome=outcome, reason=reason)


def _locked_marks(keys: list[int | None]) -> dict[int, Mark]:
    """The marks with their events, seats and events locked like by every writer of marks."""
    seats = Seat.objects.filter(marks__in=[key for key in keys if key]).order_by("pk").distinct()
    held = [seat.pk for seat in seats]
    list(Seat.objects.select_for_update(no_key=True).filter(pk__in=held).order_by("pk"))
    events = Event.objects.filter(stages__seats__in=held).order_by().values("pk")
    list(Event.objects.select_for_update(no_key=True).filter(pk__in=events).order_by("pk"))
    return Mark.objects.select_related("entry__event").in_bulk([key for key in keys if key])


def _put_back(staged: Staged, back: list[tuple[Mark, str]], by: User) -> None:
    by_seat = defaultdict(dict)
    for mark, was in back:
        by_seat[mark.seat_id][mark.entry_id, mark.criterion_id] = Decimal(was)
    seats = Seat.objects.select_related("stage__event__contest").in_bulk(by_seat)
    for key, wanted in by_seat.items():
        write_marks(seat=seats[key], wanted=wanted, source=Mark.Source.SHEET, by=by, undone=staged.run_id)


def _strike(staged: Staged, marks: list[Mark], by: User) -> None:
    by_seat = defaultdict(list)
    for mark in marks:
        by_seat[mark.seat_id].append(mark)
    seats = Seat.objects.select_related("stage__event__contest").in_bulk(by_seat)
    with before_the_freeze():
        Mark.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    for key, struck in by_seat.items():
        seat = seats[key]
        told = [
            {"entry": one.entry_id, "criterion": one.criterion_id, "points": [plain_number(one.points), None]}
            for one in struck
        ]
        contest = seat.stage.event.contest
        whom = {
            "event": seat.stage.event_id,
            "stage": seat.stage_id,
            "seat": seat.pk,
            "judge": seat.judge_id,
        }
        audit.record(
            *(by, "competitions.mark", contest),
            union_id=contest.union_id,
            source="sheet",
            marks=told,
            undone=staged.run_id,
            **whom,
        )
