"""Entries that did not turn up at a stage, or were excluded from it."""

from collections.abc import Collection, Mapping

from django.db import transaction

from accounts import audit
from accounts.models import User
from competitions.models import Absence, Entry, Event, Objection, Result, Stage
from competitions.queries.competing import competing_at
from competitions.services.freezing import before_the_freeze, refuse_not_scored
from core.errors import RuleError
from unions.scoping import require_editable
from workers.rules import stated_reason


@transaction.atomic
def record_absence(*, stage: Stage, entry: Entry, reason: str, by: User) -> Absence:
    """Note that an entry did not turn up at a stage (缺考) or was excluded from it (取消成绩). Marks it has there stay as
    they are and do not count. Raises RuleError without a reason, for an entry that does not compete, after the freeze."""
    event = Event.objects.select_for_update(of=("self",)).select_related("contest").get(pk=stage.event_id)
    require_editable(event, by)
    refuse_not_scored(event)
    found = competing_at(stage).filter(pk=entry.pk).first()
    if found is None:
        raise RuleError(
            {"entry": "这项报名不在这个环节的参赛名单中（已退赛、前面环节缺考，或没有晋级），请刷新页面"}
        )
    absence = Absence(stage=stage, entry=found, reason=stated_reason(reason, "reason"), recorded_by=by)
    absence.full_clean()
    with before_the_freeze():
        absence.save()
    details = {"event": event.pk, "stage": stage.pk, "entry": found.pk}
    audit.record(by, "competitions.absence_add", event.contest, union_id=event.contest.union_id, **details)
    return absence


@transaction.atomic
def withdraw_absence(*, absence: Absence, by: User) -> Event:
    """The entry was there after all; returns the event. Raises RuleError after the freeze."""
    event = (
        Event.objects.select_for_update(of=("self",)).select_related("contest").get(pk=absence.stage.event_id)
    )
    require_editable(event, by)
    refuse_not_scored(event)
    details = {"event": event.pk, "stage": absence.stage_id, "entry": absence.entry_id}
    with before_the_freeze():
        absence.delete()
    audit.record(by, "competitions.absence_remove", event.contest, union_id=event.contest.union_id, **details)
    return event


def stages_of(objection: Objection) -> list[Stage]:
    """The stages of which an upheld objection may correct marks and absences: those the entry took part in; for an
    entry that was absent or is missing all, because it goes on once it is not."""
    result, stages = objection.entry.result, objection.event.stages.order_by("position")
    if result.standing in (Result.Standing.ABSENT, Result.Standing.MISSING):
        return list(stages)
    return list(stages.filter(pk__in=[int(key) for key in result.stages]))


def correct_absences(
    objection: Objection, *, lifted: Collection[int], absent: Mapping[int, str], by: User
) -> list[dict]:
    """Lift and add absences of the entry by stage, as an upheld objection orders; what changed, as
    ``Objection.effect`` keeps it. A lifted one stays on record. The caller holds the event and has upheld the objection.

    Raises RuleError for an absence that does not stand, or stands already, and for a stage not of ``stages_of``.
    """
    known = {row.stage_id: row for row in objection.entry.absences.standing().select_for_update()}
    changes = []
    for stage in stages_of(objection):
        reason, row = absent.get(stage.pk, "").strip(), known.get(stage.pk)
        if stage.pk in lifted and row is not None and not reason:
            row.lifted_by = objection
            row.save(update_fields=["lifted_by"])
            changes.append({"stage": stage.pk, "absent": [True, False]})
        elif reason and row is None:
            facts = {"reason": _reason_at(stage, reason), "recorded_by": by}
            Absence.objects.create(stage=stage, entry=objection.entry, objection=objection, **facts)
            changes.append({"stage": stage.pk, "absent": [False, True]})
    if len(changes) != len(set(lifted)) + sum(1 for text in absent.values() if text.strip()):
        raise RuleError("缺考登记已变动，请刷新页面后重新填写")
    return changes


def _reason_at(stage: Stage, reason: str) -> str:
    """The stated reason. Raises RuleError that names the stage: the form asks for one at each."""
    try:
        return stated_reason(reason, "reason")
    except RuleError as error:
        raise RuleError(f"“{stage.title}”登记缺考：{''.join(error.messages)}") from error
