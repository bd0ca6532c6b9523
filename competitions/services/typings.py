"""Score sheets on paper, typed back twice by two people, compared, and settled into marks."""

from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Criterion, Entry, Mark, Seat, TypedMark, Typing
from competitions.queries.marks import panel_of
from competitions.queries.typings import compare
from competitions.rules.judging import clean_points
from competitions.services.marks import locked_seat, write_marks
from core.errors import RuleError
from unions.scoping import require_editable

ROUNDS = (1, 2)
NAMED = 5  # cells that a refusal names
Cell = tuple[int, int]  # entry, criterion


@transaction.atomic
def save_typing(*, seat: Seat, cells: Mapping[Cell, str], is_finished: bool, by: User) -> Typing:
    """Keep what the user typed from the sheet of a seat: (entry, criterion) → text, a blank for nothing. The first to
    type has round 1, the next one round 2; ``is_finished`` closes the user's round.

    Raises RuleError for a third person, for a round that is closed, for bad points (by cell, named
    ``c-<entry>-<criterion>``), for an entry that the seat does not mark, and after the freeze.
    """
    if not cells:
        raise RuleError("没有收到录入的内容，请刷新页面后重新录入")
    seat = _kept_seat(seat, by)
    typing = _round_of(seat, by)
    wanted = _read(seat, cells)
    held = {(row.entry_id, row.criterion_id): row for row in typing.typed.all()}
    named = set(cells)
    TypedMark.objects.filter(
        pk__in=[held[cell].pk for cell in named & set(held) if cell not in wanted]
    ).delete()
    moved = [held[cell] for cell in wanted if cell in held and held[cell].points != wanted[cell]]
    for row in moved:
        row.points = wanted[row.entry_id, row.criterion_id]
    TypedMark.objects.bulk_update(moved, ["points"])
    TypedMark.objects.bulk_create(
        TypedMark(typing=typing, entry_id=entry, criterion_id=criterion, points=points)
        for (entry, criterion), points in wanted.items()
        if (entry, criterion) not in held
    )
    if is_finished:
        if not typing.typed.exists():
            raise RuleError("还没有录入得分，不能提交")
        typing.finished_at = timezone.now()
        typing.save(update_fields=["finished_at"])
        _record(by, "competitions.typing_finish", seat, round=typing.round, cells=typing.typed.count())
    return typing


@transaction.atomic
def settle_typings(*, seat: Seat, chosen: Mapping[Cell, str], by: User) -> int:
    """Make what the two typed the marks of the seat; returns how many marks came or changed. ``chosen`` says what stands
    on the paper, for each cell where the two differ or where the seat already has another mark; a blank is no mark.

    Raises RuleError before both are done, once it is settled, and naming a cell that is not decided.
    """
    seat = _kept_seat(seat, by)
    typings = list(seat.typings.select_for_update().order_by("round"))
    if len(typings) < len(ROUNDS) or any(one.finished_at is None for one in typings):
        raise RuleError("两次录入都提交之后才能核对入账")
    if typings[0].settled_at:
        raise RuleError("这张评分表已经核对入账")
    differences = {difference.cell: difference for difference in compare(seat)}
    if left := [one.named for cell, one in differences.items() if cell not in chosen]:
        named = "、".join(left[:NAMED]) + ("等" if len(left) > NAMED else "")
        raise RuleError(f"还有 {len(left)} 处不同没有选定：{named}。请对照评分表逐处填写")
    said = _read(seat, {cell: text for cell, text in chosen.items() if cell in differences})
    wanted = {(row.entry_id, row.criterion_id): row.points for row in typings[0].typed.all()}
    wanted |= said
    blank = [cell for cell in differences if cell not in said]
    if kept := [differences[cell].named for cell in blank if differences[cell].stored is not None]:
        raise RuleError(f"系统里已有得分的，不能改为空白：{'、'.join(kept)}。缺考的请先登记缺考")
    wanted = {cell: points for cell, points in wanted.items() if cell not in blank}
    stale = {entry for entry, _ in wanted} - {
        one.pk for one in panel_of(seat.stage.event, seat).entries_for(seat)
    }
    changes = write_marks(
        seat=seat,
        wanted={cell: points for cell, points in wanted.items() if cell[0] not in stale},
        source=Mark.Source.PAPER,
        by=by,
        typed_by=[one.typed_by_id for one in typings],
    )
    seat.typings.update(settled_at=timezone.now())
    decided = [f"{entry}/{criterion}" for entry, criterion in differences]
    _record(by, "competitions.typing_settle", seat, decided=decided, left_out=sorted(stale))
    return len(changes)


@transaction.atomic
def restart_typings(*, seat: Seat, by: User) -> None:
    """Throw away both typings of a seat, so that the sheet is typed anew. Marks that were settled stay. Raises RuleError
    when nothing is typed, and after the freeze."""
    seat = _kept_seat(seat, by)
    rows = list(seat.typings.select_for_update())
    if not rows:
        raise RuleError("这张评分表还没有录入")
    typed = {row.round: row.typed_by_id for row in rows}
    seat.typings.all().delete()
    _record(by, "competitions.typing_restart", seat, typed_by=typed)


def _kept_seat(seat: Seat, by: User) -> Seat:
    seat = locked_seat(seat)
    require_editable(seat, by)
    return seat


def _round_of(seat: Seat, by: User) -> Typing:
    """The user's own round, begun now if it is free."""
    rows = {row.round: row for row in seat.typings.select_for_update()}
    own = next((row for row in rows.values() if row.typed_by_id == by.pk), None)
    if own and own.settled_at:
        raise RuleError("这张评分表已经核对入账")
    if own and own.finished_at:
        raise RuleError("您的一次录入已经提交；同一张评分表的两次录入应由两个人完成")
    if own:
        return own
    free = [number for number in ROUNDS if number not in rows]
    if not free:
        raise RuleError("这张评分表的两次录入已分别由两个人在做，不需要再录")
    typing = Typing(seat=seat, round=free[0], typed_by=by)
    typing.full_clean()
    typing.save()
    return typing


def _read(seat: Seat, cells: Mapping[Cell, str]) -> dict[Cell, Decimal]:
    criteria = {one.pk: one for one in Criterion.objects.filter(stage=seat.stage_id)}
    entries: dict[int, Entry] = {one.pk: one for one in panel_of(seat.stage.event, seat).entries_for(seat)}
    found, faults = {}, {}
    for (entry, criterion), text in cells.items():
        if not text.strip():
            continue
        if entry not in entries or criterion not in criteria:
            raise RuleError("参赛号或评分项已变动（退赛、缺考、未晋级或回避），请刷新页面后核对")
        try:
            found[entry, criterion] = clean_points(text, criteria[criterion].most)
        except ValidationError as error:
            who = f"{entries[entry].start_number} 号“{criteria[criterion].title}”"
            faults[f"c-{entry}-{criterion}"] = [f"{who}{message}" for message in error.messages]
    if faults:
        raise RuleError(faults)
    return found


def _record(by: User, action: str, seat: Seat, **details) -> None:
    contest = seat.stage.event.contest
    whom = {"event": seat.stage.event_id, "stage": seat.stage_id, "seat": seat.pk, "judge": seat.judge_id}
    audit.record(by, action, contest, union_id=contest.union_id, **whom, **details)
