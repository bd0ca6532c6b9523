"""Who competes at a stage, and who may mark whom: asked by every page, sheet and paper that names entries of a stage."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from competitions.models import Absence, Conflict, Cut, Event, Judge, Stage
from competitions.rules.judging import is_closed


@dataclass(frozen=True)
class Apart:
    """Who may not mark whom in an event (回避): recorded conflicts, and the judge's own union."""

    holder: str
    unions: dict[int, str]  # path by entry
    conflicts: Collection[tuple[int, int]]  # judge, entry

    @classmethod
    def of(cls, event: Event) -> "Apart":
        """Of an event with its contest's union; two queries."""
        conflicts = Conflict.objects.filter(entry__event=event).values_list("judge", "entry")
        unions = dict(event.entries.values_list("pk", "union__path"))
        return cls(event.contest.union.path, unions, set(conflicts))

    def keeps(self, judge: Judge, entry: int) -> bool:
        """Whether the judge is kept apart from the entry."""
        path = judge.union.path if judge.union else None
        return (judge.pk, entry) in self.conflicts or is_closed(path, self.unions[entry], self.holder)


def out_before(stages: Sequence[Stage]) -> dict[int, set[int]]:
    """By stage, of these stages of one event: the entries that are out before it (docs/adr/0037). Out is who was absent
    at an earlier stage, and whom the confirmed line-up of one cut. Two queries."""
    if not stages:
        return {}
    event = stages[0].event_id
    gone = [
        *Cut.objects.filter(stage__event=event).values_list("stage__position", "entry"),
        *Absence.objects.standing().filter(stage__event=event).values_list("stage__position", "entry"),
    ]
    return {stage.pk: {entry for at, entry in gone if at < stage.position} for stage in stages}


def competing_at(stage: Stage):
    """The admitted entries that are still in when the stage is held, those absent at it among them."""
    return stage.event.entries.admitted().exclude(pk__in=out_before([stage])[stage.pk])


def sieves_before(stage: Stage) -> list[Stage]:
    """The earlier stages that let only some go on. While one has no confirmed line-up, everybody is named later on."""
    earlier = Stage.objects.filter(event=stage.event_id, position__lt=stage.position)
    return list(earlier.exclude(advance=None).order_by("position"))
