"""Somebody leaves a team of a contest, and nobody comes instead."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from competitions.invariants.contests import INVARIANTS
from competitions.services import enter, leave_team, withdraw_entry
from tests.factories.contests import ContestFactory, EventFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory


@pytest.fixture(autouse=True)
def in_august():
    with time_machine.travel(dt.datetime(2026, 8, 1, 2, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def event(town):
    contest = ContestFactory(union=town, is_open_below=True, state="open")
    return EventFactory(contest=contest, employed_only=False)


@pytest.fixture
def people(union):
    return WorkerFactory.create_batch(3, employer=EmployerFactory(union=union))


def test_a_team_goes_on_with_fewer_but_not_too_few(client, event, officer, other_officer, people):
    [alone] = enter(event=event, workers=[people[0].pk], by=officer)
    with pytest.raises(ValidationError, match="这是个人项目"):
        leave_team(entrant=alone.entrants.get(), reason="临时出差", by=officer)
    withdraw_entry(entry=alone, reason="改报团体", by=officer)
    event.is_team, event.team_least, event.team_most = True, 2, 3
    event.save()
    [entry] = enter(event=event, workers=[row.pk for row in people], by=officer, team_name="装配一队")
    first, second, _ = entry.entrants.order_by("pk")
    with pytest.raises(PermissionDenied):
        leave_team(entrant=first, reason="临时出差", by=other_officer)
    client.force_login(officer)
    link = reverse("competitions:entrant_leave", args=[first.pk])
    assert f'href="{link}"' in client.get(event.get_absolute_url()).content.decode()
    assert "装配一队以其余的人参赛" in client.get(link).content.decode()
    assert client.post(link, {"reason": ""}).status_code == 200
    assert client.post(link, {"reason": "临时出差"}).url == event.get_absolute_url()
    first.refresh_from_db()
    assert (first.left_reason, hasattr(first, "successor")) == ("临时出差", False)
    assert list(entry.entrants.competing().values_list("worker", flat=True)) == [
        row.pk for row in people[1:3]
    ]
    entrant = reverse("competitions:entrant_leave", args=[second.pk])
    assert f'href="{entrant}"' not in client.get(event.get_absolute_url()).content.decode()
    with pytest.raises(ValidationError, match="每队最少 2 人，这队现有 2 人，不能减少"):
        leave_team(entrant=second, reason="临时出差", by=officer)
    with pytest.raises(ValidationError, match="此人已不在这项报名中"):
        leave_team(entrant=first, reason="临时出差", by=officer)
    assert [fault for _, rule in INVARIANTS for fault in rule() if "Entr" in fault] == []
