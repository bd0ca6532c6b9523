"""An honour of the worker of ``union`` and one of its team, each with a paper, and a studio with a member and a project."""

import datetime as dt

from django.core.files.base import ContentFile

from competitions.models import HonourType, RecheckNotice
from competitions.services import honours, recognitions, studios, teams
from tests.factories.workers import WorkerFactory

FACTS = {"level": "X", "issuer": "试验授予单位", "year": 2026, "awarded_on": dt.date(2026, 5, 1)}
PHOTOGRAPH = b"\x89PNG\r\n\x1a\n a photograph"


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix; all wait for the town."""
    officer, worker, union = cast["users"]["officer"], cast["worker"], cast["union"]
    honour = honours.enter_honour(worker=worker, by=officer, type="CRAFT_Y", **FACTS)
    paper = recognitions.add_paper(row=honour, file=ContentFile(PHOTOGRAPH), by=officer)
    team = teams.enter_team(union=union, by=officer, name="试验装配班", leader=worker, headcount=12)
    title = honours.enter_collective_honour(union=union, team=team, by=officer, type="PIONEER", **FACTS)
    studio = studios.enter_studio(
        union=union, leader=worker, by=officer, type="STUDIO_MODEL", title="试验创新工作室", **FACTS
    )
    mate = WorkerFactory(employer=cast["employer"])
    studios.add_members(studio=studio, workers=[mate.pk], joined_on=dt.date(2026, 6, 1), by=officer)
    project = studios.add_project(studio=studio, by=officer, year=2026, title="试验项目", state="planned")
    due = {"due_on": dt.date(2027, 5, 1), "step": 90, "made_on": dt.date(2027, 1, 31)}
    notice = RecheckNotice.objects.create(honour=honour, **due)
    return {
        "recheck_notice": notice.pk,
        "honour_row": honour.pk,
        "honour_paper": paper.pk,
        "collective_row": title.pk,
        "team_row": team.pk,
        "studio_row": studio.pk,
        "studio_member": studio.members.get().pk,
        "studio_project": project.pk,
        "honour_rule": HonourType.objects.get(code="CRAFT_Y").pk,
    }
