"""The marks of a judge: one way in for phone, paper and sheet, each change in the audit trail.

A seat is locked while its marks change, so that two devices of one judge take turns; judges do not wait for each
other. Whoever asks twice for the same is answered twice with the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Criterion, Entry, Mark, Seat
from competitions.queries.marks import card_versions, panel_of
from competitions.rules.judging import clean_points, plain_number
from competitions.services.freezing import before_the_freeze, refuse_not_scored
from core.errors import RuleError

STALE = "系统里的得分与您看到的不同：另一台设备保存过，或主办工会更改过"


class StaleMarksError(RuleError):
    """The marks have changed since this device saw them. ``stored``: criterion → points; ``version``: that of the card."""

    def __init__(self, stored: Mapping[int, Decimal], version: int):
        super().__init__(STALE, code="stale")
        self.stored, self.version = stored, version


@dataclass(frozen=True)
class Change:
    """One mark that comes or changes."""

    entry: int
    criterion: int
    before: Decimal | None
    after: Decimal


@transaction.atomic
def give_marks(
    *, seat: Seat, entry: Entry, points: Mapping[int, str], seen: int, by: User | None = None
) -> int:
    """Save what the judge of the seat gives an entry: criterion (key) → text of the points; a blank is not marked
    yet. Returns the card's new version; ``seen`` is the one the judge saw. ``by`` is the judge's account, if any: the caller
    has made sure that this is the judge.

    Raises RuleError (code ``frozen`` after the freeze; by criterion for bad points; for an entry this seat does not
    mark) and StaleMarksError. The same points again are no fault, whatever ``seen``: a phone that lost the answer may
    send again.
    """
    seat = locked_seat(seat)
    _refuse_closed(seat, entry)
    held = {mark.criterion_id: mark for mark in seat.marks.filter(entry=entry)}
    wanted = _read(seat, points, held)
    stored = {key: mark.points for key, mark in held.items()}
    version = card_versions(seat).get(entry.pk, 0)
    if all(stored.get(key) == value for key, value in wanted.items()):
        return version
    if seen != version:
        raise StaleMarksError(stored, version)
    write_marks(seat=seat, wanted={(entry.pk, key): value for key, value in wanted.items()},
                source=Mark.Source.PHONE, by=by)  # fmt: skip
    return card_versions(seat)[entry.pk]


def write_marks(
    *, seat: Seat, wanted: Mapping[tuple[int, int], Decimal], source: str, by: User | None, **details
) -> list[Change]:
    """Make (entry, criterion) → points the marks of a locked seat; returns what changed. One audit entry for the seat.

    For callers inside a transaction who have checked entries and points. Raises RuleError (code ``frozen``).
    """
    held = {
        (mark.entry_id, mark.criterion_id): mark for mark in seat.marks.select_for_update().order_by("pk")
    }
    now, fresh, moved, changes = timezone.now(), [], [], []
    for (entry, criterion), points in wanted.items():
        mark = held.get((entry, criterion))
        if mark is None:
            facts = {"seat": seat, "entry_id": entry, "criterion_id": criterion}
            fresh.append(Mark(points=points, source=source, **facts))
        elif mark.points != points:
            changes.append(Change(entry, criterion, mark.points, points))
            mark.points, mark.source, mark.updated_at = points, source, now
            mark.version += 1
            moved.append(mark)
    changes += [Change(mark.entry_id, mark.criterion_id, None, mark.points) for mark in fresh]
    if not changes:
        return []
    with before_the_freeze():
        Mark.objects.bulk_create(fresh)
        Mark.objects.bulk_update(moved, ["points", "source", "version", "updated_at"])
    _record(seat, source, changes, by, details)
    return changes


def locked_seat(seat: Seat) -> Seat:
    """The seat with stage, event, contest and judge, locked against other devices. Raises RuleError unless the contest
    runs and is scored (code ``frozen`` after the freeze)."""
    rows = Seat.objects.select_for_update(of=("self",), no_key=True)
    seat = rows.select_related("stage__event__contest__union", "judge__union").get(pk=seat.pk)
    refuse_not_scored(seat.stage.event)
    return seat


def _refuse_closed(seat: Seat, entry: Entry) -> None:
    if any(one.pk == entry.pk for one in panel_of(seat.stage.event, seat).entries_for(seat)):
        return
    number = entry.start_number or "未编号"
    raise RuleError(f"{number} 号不由您评分：已退赛、缺考、没有晋级，或按规定回避。请刷新页面。")


def _read(seat: Seat, points: Mapping[int, str], held: Mapping[int, Mark]) -> dict[int, Decimal]:
    """Cleaned points by criterion. Raises RuleError by criterion, named ``points-<key>``; a mark is not made blank."""
    criteria = {one.pk: one for one in Criterion.objects.filter(stage=seat.stage_id)}
    if not set(points) <= set(criteria):
        raise RuleError("评分项已变动，请刷新页面")
    blank = {key for key, text in points.items() if not text.strip()}
    if blank == set(points) and not held:
        raise RuleError("还没有填写得分")
    found, faults = {}, {}
    for key, text in points.items():
        if key in blank:
            if key in held:
                told = f"“{criteria[key].title}”已评 {plain_number(held[key].points)}，不能清空。要改的请填写新的得分。"
                faults[f"points-{key}"] = [told]
            continue
        try:
            found[key] = clean_points(text, criteria[key].most)
        except ValidationError as error:
            faults[f"points-{key}"] = [f"“{criteria[key].title}”{message}" for message in error.messages]
    if faults:
        raise RuleError(faults)
    return found


def _record(seat: Seat, source: str, changes: list[Change], by: User | None, details: dict) -> None:
    contest = seat.stage.event.contest
    told = [
        {
            "entry": one.entry,
            "criterion": one.criterion,
            "points": [None if one.before is None else plain_number(one.before), plain_number(one.after)],
        }
        for one in changes
    ]
    audit.record(
        by,
        "competitions.mark",
        contest,
        union_id=contest.union_id,
        event=seat.stage.event_id,
        stage=seat.stage_id,
        seat=seat.pk,
        judge=seat.judge_id,
        source=source,
        marks=told,
        **details,
    )
