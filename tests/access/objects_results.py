"""An event of ``union`` with preliminary results: the worker entered, was marked, and objects."""

import datetime as dt

from competitions import services
from tests.factories.contests import (
    ContestFactory,
    EntrantFactory,
    EventFactory,
    MarkFactory,
    SeatFactory,
    StageFactory,
)


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    officer = cast["users"]["officer"]
    event = EventFactory(contest=ContestFactory(union=cast["union"], state="running"), trade="钳工")
    entrant = EntrantFactory(
        entry__event=event, entry__union=cast["union"], entry__state="admitted", worker=cast["worker"]
    )
    MarkFactory(seat=SeatFactory(stage=StageFactory(event=event)), entry=entrant.entry)
    services.freeze(event=event, by=officer)
    until = services.first_end_of_objections() + dt.timedelta(days=1)
    services.publish_preliminary(event=event, objections_until=until, by=officer)
    objection = services.file_objection(entry=entrant.entry, text="请复核实操评分", by=officer)
    notice = event.result_notices.get(union=cast["union"])
    return {"judged_event": event.pk, "objection": objection.pk, "result_notice": notice.pk}
