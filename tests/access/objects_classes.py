"""A running class of ``union`` with a session, in which the worker is enrolled."""

import datetime as dt

from tests.training.pictures import picture
from training import services


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    officer = cast["users"]["officer"]
    training_class = services.plan_class(
        union=cast["union"],
        by=officer,
        title="安全用电培训",
        kind="SAFETY",
        starts_on=dt.date(2026, 3, 2),
        ends_on=dt.date(2026, 3, 6),
        capacity=20,
    )
    services.open_class(training_class=training_class, by=officer)
    done = services.enrol(training_class=training_class, workers=[cast["worker"].pk], by=officer)
    services.start_class(training_class=training_class, by=officer)
    session = services.add_session(
        training_class=training_class,
        by=officer,
        on=dt.date(2026, 3, 2),
        starts_at=dt.time(8, 30),
        ends_at=dt.time(11, 30),
        hours=4,
    )
    photo = services.add_photo(training_class=training_class, file=picture(), by=officer)
    return {
        "photo": photo.pk,
        "training_class": training_class.pk,
        "session": session.pk,
        "enrolment": done.enrolled[0].pk,
    }
