"""Who goes on after the stages of an event by the marks as they stand, for whoever confirms it (docs/adr/0037).

It tells who lies ahead of whom: only the page of the confirmation and the freeze ask, and each look is logged.
"""

from dataclasses import dataclass, field

from competitions.models import Cut, Entry, Event, Stage
from competitions.queries.marks import missing_marks
from competitions.queries.scores import contenders_of, rules_of
from competitions.rules.lineups import OPEN, chances
from competitions.rules.ranking import CUT, RANKED, Outcome


@dataclass
class Lineup:
    """A stage that lets only some go on: who does by the marks today, who does not, and of whom that is not known yet,
    each by start number; ``confirmed`` are those that the holder confirmed as cut."""

    stage: Stage
    through: list[Entry] = field(default_factory=list)
    cut: list[Entry] = field(default_factory=list)
    open: list[Entry] = field(default_factory=list)
    confirmed: set[int] = field(default_factory=set)

    @property
    def differs(self) -> bool:
        """Confirmed, and no longer what the marks give."""
        return self.stage.sieved_at is not None and self.confirmed != {entry.pk for entry in self.cut}


def lineups_of(event: Event) -> list[Lineup]:
    """The line-ups of an event (given with its contest's union), stages in their order: those that let only some go on,
    and those that did when they were confirmed. The same number of queries whatever the event holds."""
    stages = list(event.stages.order_by("position"))
    pending = {(gap.entry.pk, gap.stage.pk) for gap in missing_marks(event)}
    found = chances(rules_of(event), contenders_of(event), trim=event.trim, pending=pending)
    lineups = {
        stage.pk: Lineup(stage)
        for stage in stages[:-1]
        if stage.pk in found or stage.sieved_at or stage.advance is not None
    }
    for stage, entry in Cut.objects.filter(stage__in=lineups).values_list("stage", "entry"):
        lineups[stage].confirmed.add(entry)
    entries = list(event.entries.admitted().order_by("start_number", "pk"))
    for key, lineup in lineups.items():
        told = found.get(key, {})
        groups = {RANKED: lineup.through, CUT: lineup.cut, OPEN: lineup.open}
        for entry in entries:
            if told.get(entry.pk) in groups:
                groups[told[entry.pk]].append(entry)
    return list(lineups.values())


def wrongly_cut(event: Event, outcomes: list[Outcome]) -> list[Cut]:
    """The confirmed cuts of entries that go on by the marks: they went on to a later stage."""
    positions = dict(event.stages.values_list("pk", "position"))
    last = {
        outcome.key: max((positions[stage] for stage in outcome.stages), default=0) for outcome in outcomes
    }
    cuts = Cut.objects.filter(stage__event=event).select_related("stage", "entry")
    return [
        cut
        for cut in cuts.order_by("stage__position", "pk")
        if last.get(cut.entry_id, 0) > cut.stage.position
    ]
