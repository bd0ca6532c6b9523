"""Objections against preliminary results: filed by the union that entered, decided by the holder."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from competitions.models import Criterion, Entry, Event, Mark, Objection, Result, Seat
from competitions.queries.competing import Apart
from competitions.rules.judging import clean_points
from competitions.services.absences import correct_absences, stages_of
from competitions.services.results import locked_event, recompute, record
from core.errors import RuleError
from core.text import clean_lines
from unions.scoping import require_editable

State = Objection.State
Cell = tuple[int, int]  # seat, criterion


@transaction.atomic
def file_objection(*, entry: Entry, text: str, by: User) -> Objection:
    """Object to the preliminary result of an entry, for the union that entered. Raises RuleError without a text, out of
    time unless the result is missing, and while another objection about the entry is open."""
    found = Event.objects.select_for_update(of=("self",), no_key=True).select_related("contest__union")
    event = found.get(pk=entry.event_id)
    require_editable(entry, by)
    if event.phase != Event.Phase.PRELIMINARY:
        raise RuleError(f"这个项目现在是“{event.get_phase_display()}”，只在初步成绩的异议期内接受异议")
    result = event.results.filter(entry=entry).first()
    if result is None:
        raise RuleError("这项报名没有成绩，不能提出异议")
    if timezone.localdate() > event.objections_until and result.standing != Result.Standing.MISSING:
        raise RuleError(f"异议期已于 {event.objections_until} 结束")
    objection = Objection(
        event=event,
        entry=entry,
        union_id=entry.union_id,
        text=_stated(text, "text", "请写明异议内容"),
        filed_by=by,
    )
    objection.full_clean()
    objection.save()
    record(by, "competitions.objection_file", event, objection=objection.pk, entry=entry.pk)
    return objection


@transaction.atomic
def reject_objection(*, objection: Objection, answer: str, by: User) -> Objection:
    """The result stays; the answer says why. Raises RuleError without an answer and once it is decided."""
    event, objection = _open(objection, by)
    _decide(objection, State.REJECTED, answer, by)
    record(by, "competitions.objection_reject", event, objection=objection.pk, entry=objection.entry_id)
    return objection


@transaction.atomic
def uphold_objection(
    *,
    objection: Objection,
    answer: str,
    points: Mapping[Cell, str],
    by: User,
    lifted: Collection[int] = (),
    absent: Mapping[int, str] | None = None,
) -> Objection:
    """Correct marks and absences of the entry and compute the results again; ``effect`` of the objection says what
    changed. ``points`` are by seat and criterion, as typed; a cell that has no mark yet gets one. ``lifted`` are the
    stages (keys) at which the entry was there after all, ``absent`` gives the reason by stage at which it was not.

    Raises RuleError without an answer, once it is decided, for points out of range, when nothing changes, and for a
    lifted absence that leaves the entry without a score.
    """
    event, objection = _open(objection, by)
    _decide(objection, State.UPHELD, answer, by)
    marks = _correct(objection, points)
    absences = correct_absences(objection, lifted=lifted, absent=absent or {}, by=by)
    if not marks and not absences:
        raise RuleError("异议成立应更正至少一项评分或缺考登记：没有与原来不同的")
    objection.effect = {"marks": marks, "absences": absences, "results": recompute(event)}
    if lifted:
        _refuse_unscored(objection)
    objection.save(update_fields=["effect"])
    details = {"objection": objection.pk, "entry": objection.entry_id, **objection.effect}
    record(by, "competitions.objection_uphold", event, **details)
    return objection


def cells_of(objection: Objection) -> list[tuple[Seat, Criterion]]:
    """The cells of the score sheets that an upheld objection may correct: every seat that may mark the entry by every
    criterion of ``stages_of``."""
    apart = Apart.of(objection.event)
    stages = [stage.pk for stage in stages_of(objection)]
    seats = Seat.objects.filter(stage__in=stages).select_related("stage", "judge__union")
    criteria = Criterion.objects.filter(stage__in=stages).order_by("position")
    by_stage = {}
    for criterion in criteria:
        by_stage.setdefault(criterion.stage_id, []).append(criterion)
    ordered = seats.order_by("stage__position", "pk")
    ours = [seat for seat in ordered if not apart.keeps(seat.judge, objection.entry_id)]
    return [(seat, criterion) for seat in ours for criterion in by_stage.get(seat.stage_id, [])]


def _open(objection: Objection, by: User) -> tuple[Event, Objection]:
    event = locked_event(objection.event, by)
    found = Objection.objects.select_for_update(of=("self",)).select_related("entry__result")
    objection = found.get(pk=objection.pk)
    if objection.state != State.OPEN:
        raise RuleError(
            f"这项异议已处理，结果为“{objection.get_state_display()}”。请刷新页面。", code="repeated"
        )
    if event.phase != Event.Phase.PRELIMINARY:
        raise RuleError(f"这个项目现在是“{event.get_phase_display()}”，不能再处理异议。请刷新页面。")
    return event, objection


def _decide(objection: Objection, state: str, answer: str, by: User) -> None:
    objection.answer = _stated(answer, "answer", "请写明处理意见，提出异议的工会会看到")
    objection.state, objection.decided_by, objection.decided_at = state, by, timezone.now()
    objection.save(update_fields=["answer", "state", "decided_by", "decided_at"])


def _refuse_unscored(objection: Objection) -> None:
    """An entry that is no longer absent would stay without a rank, and nothing would say why."""
    result = objection.event.results.get(entry=objection.entry_id)
    absent = set(objection.entry.absences.standing().values_list("stage", flat=True))
    bare = [
        stage.title
        for stage in stages_of(objection)
        if (told := result.stages.get(str(stage.pk))) and told["score"] is None and stage.pk not in absent
    ]
    if bare:
        raise RuleError(
            f"撤销缺考之后，“{'”“'.join(bare)}”还没有一份完整的评分。请同时填写得分；没有参加的，登记缺考。"
        )


def _correct(objection: Objection, points: Mapping[Cell, str]) -> list[dict]:
    """Write the points that differ; what changed, as ``Objection.effect`` keeps it."""
    known = {(mark.seat_id, mark.criterion_id): mark for mark in objection.entry.marks.select_for_update()}
    changes = []
    for seat, criterion, new in _read(objection, points):
        mark = known.get((seat.pk, criterion.pk))
        if mark is not None and mark.points == new:
            continue
        changes.append(_change(seat, criterion, mark, new))
        _write(objection, seat, criterion, mark, new)
    return changes


def _read(objection: Objection, points: Mapping[Cell, str]) -> list[tuple[Seat, Criterion, Decimal]]:
    """The cells that are filled in. Raises RuleError that names each one at fault."""
    found, faults = [], []
    for seat, criterion in cells_of(objection):
        typed = points.get((seat.pk, criterion.pk), "")
        if not typed.strip():
            continue
        try:
            found.append((seat, criterion, clean_points(typed, criterion.most)))
        except ValidationError as error:
            where = f"“{seat.stage.title}”评委{seat.judge.name}“{criterion.title}”："
            faults.append(where + "".join(error.messages))
    if faults:
        raise RuleError(faults)
    return found


def _change(seat: Seat, criterion: Criterion, mark: Mark | None, new: Decimal) -> dict:
    old = None if mark is None else str(mark.points)
    return {"seat": seat.pk, "criterion": criterion.pk, "points": [old, str(new)]}


def _write(objection: Objection, seat: Seat, criterion: Criterion, mark: Mark | None, new: Decimal) -> None:
    if mark is None:
        Mark.objects.create(
            seat=seat, entry=objection.entry, criterion=criterion, points=new, source=Mark.Source.PAPER,
            objection=objection,
        )  # fmt: skip
        return
    mark.points, mark.objection = new, objection
    mark.version += 1
    mark.save(update_fields=["points", "objection", "version", "updated_at"])


def _stated(text: str, field: str, lacking: str) -> str:
    text = clean_lines(text)
    if not text:
        raise RuleError({field: lacking})
    return text
