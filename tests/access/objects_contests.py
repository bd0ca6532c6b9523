"""A planned contest of ``union`` with a paper, an event, its stage, and the worker entered in it."""

import datetime as dt

from django.core.files.base import ContentFile

from competitions import services
from tests.factories.contests import EntrantFactory


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    officer = cast["users"]["officer"]
    contest = services.plan_contest(
        union=cast["union"],
        by=officer,
        title="电工技能竞赛",
        kind="skill",
        level="E",
        starts_on=dt.date(2026, 9, 1),
        ends_on=dt.date(2026, 9, 3),
    )
    event = services.add_event(contest=contest, by=officer, title="电工")
    stage = services.add_stage(event=event, by=officer, position=1, kind="practice", title="实操", weight=100)
    entrant = EntrantFactory(entry__event=event, entry__union=cast["union"], worker=cast["worker"])
    file = ContentFile(b"\x89PNG\r\n\x1a\nrules")
    paper = services.add_contest_paper(contest=contest, kind="rules", file=file, by=officer)
    return {
        "contest_paper": paper.pk,
        "entry": entrant.entry_id,
        "entrant": entrant.pk,
        "contest": contest.pk,
        "event": event.pk,
        "stage": stage.pk,
    }
