"""Honours, teams and studios of the demo town: of every kind some, a few of them waiting, one due for a re-check."""

import datetime as dt
from itertools import cycle, islice

from django.utils import timezone

from accounts.models import User
from competitions.models import (
    CollectiveHonour,
    Honour,
    Recognition,
    Studio,
    StudioMember,
    StudioProject,
    Team,
)
from competitions.services.recheck_notices import remind
from core import codes
from demo.organisation import Town
from workers.models import Standing, Worker

State = Recognition.State
# kind, level, issuer
PERSONAL = (
    ("CRAFT_Y", "X", "演示·乐清市有关部门"),
    ("GOLD", "X", "演示·乐清市有关部门"),
    ("SKILL_C", "X", "演示·人力社保局"),
    ("MAY1_C", "C", "演示·温州市总工会"),
)
TITLES = (
    ("PIONEER", "X", "演示·乐清市总工会"),
    ("YOUTH", "X", "演示·共青团乐清市委"),
    ("WOMEN", "C", "演示·温州市妇联"),
)
TEAM_NAMES = ("装配一班", "数控加工班", "质检班", "维修班")
FIRMS = 24
WAITING_EVERY = 7


def fill_honours(town: Town, *, by: User, today: dt.date) -> dict[str, int]:
    """Create them; returns how many of each. The caller holds the transaction."""
    firms = [(firm, town.covering[firm.pk]) for firm in town.firms if firm.pk in town.covering][:FIRMS]
    people = _people([firm.pk for firm, _ in firms])
    decided = timezone.now()
    honours, teams, titles, studios = [], [], [], []
    kinds = cycle(PERSONAL)
    for place, (firm, union) in enumerate(firms):
        staff = people.get(firm.pk, [])
        for number, (worker, kind) in enumerate(zip(staff[:2], islice(kinds, 2), strict=False)):
            honours.append(_row(Honour, kind, place * 2 + number, by, today, decided, worker=worker,
                                union_id=worker.union_id))  # fmt: skip
        for number, name in enumerate(TEAM_NAMES[: 2 + place % 3]):
            leader = staff[number] if number < len(staff) else None
            teams.append(Team(union=union, employer=firm, name=name, leader=leader, headcount=8 + place % 9,
                              founded_on=today - dt.timedelta(days=2000), entered_by=by))  # fmt: skip
        if place % 5 == 0 and staff:
            kind = ("STUDIO_MODEL", "X", "演示·乐清市总工会")
            studio = _row(
                Studio, kind, place, by, today, decided, union=union, leader=staff[0], employer=firm
            )
            studio.title, studio.field = f"演示创新工作室{place // 5 + 1}", "低压电器装配"
            studios.append((studio, staff[1:4]))
    Honour.objects.bulk_create(honours)
    teams = Team.objects.bulk_create(teams)
    for number, team in enumerate(teams[::2]):
        kind = TITLES[number % len(TITLES)]
        titles.append(
            _row(CollectiveHonour, kind, number, by, today, decided, union_id=team.union_id, team=team)
        )
    CollectiveHonour.objects.bulk_create(titles)
    _studios(studios, by=by, today=today)
    remind(today)
    return {
        "honours": len(honours),
        "teams": len(teams),
        "collective honours": len(titles),
        "studios": len(studios),
    }


def _people(firms: list[int]) -> dict[int, list[Worker]]:
    found: dict[int, list[Worker]] = {}
    rows = Worker.objects.filter(employer__in=firms).exclude(standing=Standing.LEFT)
    for worker in rows.only("pk", "employer", "union").order_by("pk"):
        if len(found.setdefault(worker.employer_id, [])) < len(TEAM_NAMES):
            found[worker.employer_id].append(worker)
    return found


def _row(model, kind: tuple, number: int, by: User, today: dt.date, decided, **holder) -> Recognition:
    code, level, issuer = kind
    awarded = today - dt.timedelta(days=60 + number * 41 % 1000)
    is_waiting = number % WAITING_EVERY == WAITING_EVERY - 1
    return model(
        type=code, level=level, title=codes.names("honour_type")[code], issuer=issuer, batch="演示批次",
        year=awarded.year, document_number=f"演示〔{awarded.year}〕{number + 1}号", awarded_on=awarded,
        recheck_on=awarded + dt.timedelta(days=1095) if model is CollectiveHonour else None,
        state=State.ENTERED if is_waiting else State.VERIFIED, entered_by=by,
        decided_by=None if is_waiting else by, decided_at=None if is_waiting else decided, **holder,
    )  # fmt: skip


def _studios(rows: list[tuple[Studio, list[Worker]]], *, by: User, today: dt.date) -> None:
    """Every studio but the last two has a project approved this year, as the rule asks."""
    Studio.objects.bulk_create([studio for studio, _ in rows])
    StudioMember.objects.bulk_create(
        StudioMember(studio=studio, worker=worker, joined_on=studio.awarded_on)
        for studio, members in rows
        for worker in members
    )
    StudioProject.objects.bulk_create(
        StudioProject(
            studio=studio, year=today.year, title="演示工装改进", state=StudioProject.State.APPROVED,
            approved_on=max(studio.awarded_on, dt.date(today.year, 1, 1)), entered_by=by,
        )
        for studio, _ in rows[:-2]
        if studio.awarded_on.year <= today.year
    )  # fmt: skip
