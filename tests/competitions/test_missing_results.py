"""Who goes on by a correction after the freeze to a stage where nobody marked it: missing until marks or an absence come."""

import datetime as dt
from importlib import import_module

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from competitions import services
from competitions.invariants.results import INVARIANTS
from competitions.models import Mark, Result, Stage
from competitions.queries import results as result_queries
from tests.competitions.judging import bench
from tests.factories.contests import CriterionFactory, MarkFactory, SeatFactory, StageFactory

pytestmark = pytest.mark.django_db
NAMING = import_module("competitions.migrations.0024_name_missing_results")


@pytest.fixture
def made(town, union, other_union, clerk, officer):
    """Of two entries number 1 went on to the final, and number 2 by the objection that was upheld."""
    made = bench(town, [other_union, union], judges=1, entries=2)
    Stage.objects.filter(pk=made.stage.pk).update(advance=1, weight=60)
    final = StageFactory(event=made.event, position=2, title="决赛", kind=Stage.Kind.FINAL, weight=40)
    made.point = CriterionFactory(stage=final, title="决赛成绩", most=100)
    made.final_seat = SeatFactory(stage=final, judge=made.judges[0])
    for entry, points in zip(made.entries, ((50, 30), (40, 30)), strict=True):
        for criterion, value in zip(made.criteria, points, strict=True):
            MarkFactory(seat=made.seats[0], entry=entry, criterion=criterion, points=value)
    MarkFactory(seat=made.final_seat, entry=made.entries[0], criterion=made.point, points=90)
    services.freeze(event=made.event, by=clerk)
    until = services.first_end_of_objections()
    made.event = services.publish_preliminary(event=made.event, objections_until=until, by=clerk)
    objection = services.file_objection(entry=made.entries[1], text="实操少记 15 分", by=officer)
    points = {(made.seats[0].pk, made.criteria[0].pk): "55"}
    services.uphold_objection(objection=objection, answer="复核属实", points=points, by=clerk)
    made.final = final
    return made


@pytest.fixture
def late(made):
    """Noon of the day after the last one for objections."""
    with time_machine.travel(made.event.objections_until + dt.timedelta(days=1, hours=4), tick=False):
        yield


def standings(made) -> dict:
    rows = made.event.results.values_list("entry__start_number", "standing", "rank")
    return {number: (standing, rank) for number, standing, rank in rows}


def test_nothing_is_final_while_a_result_is_missing(client, made, late, clerk):
    assert standings(made) == {1: ("cut", None), 2: ("missing", None)}
    with pytest.raises(ValidationError, match="2 号按更正后的评分进入了后面的环节，但没有得分"):
        services.publish_final(event=made.event, by=clerk)
    assert [fault for _, rule in INVARIANTS for fault in rule()] == []
    client.force_login(clerk)
    page = client.get(reverse("competitions:event_results", args=[made.event.pk])).content.decode()
    assert ["2 号按更正后的评分进入了后面的环节" in page, "待补评" in page, "缺考</td>" in page] == [
        True,
        True,
        False,
    ]
    [waiting] = result_queries.waiting(clerk)
    assert list(waiting) == [made.event]


def test_an_objection_after_the_last_day_brings_the_marks_in(made, late, clerk, officer, other_officer):
    assert list(result_queries.objectionable(made.event, officer)) == [made.entries[1]]
    assert list(result_queries.objectionable(made.event, other_officer)) == []
    with pytest.raises(ValidationError, match="异议期已于"):
        services.file_objection(entry=made.entries[0], text="请复核", by=other_officer)
    objection = services.file_objection(entry=made.entries[1], text="决赛补评", by=clerk)
    points = {(made.final_seat.pk, made.point.pk): "88"}
    services.uphold_objection(objection=objection, answer="已补赛", points=points, by=clerk)
    assert standings(made) == {1: ("cut", None), 2: ("ranked", 1)}
    assert services.publish_final(event=made.event, by=clerk).phase == "final"
    assert [fault for _, rule in INVARIANTS for fault in rule()] == []


def test_who_does_not_compete_any_more_is_absent(made, late, clerk):
    objection = services.file_objection(entry=made.entries[1], text="决赛已比完，放弃补赛", by=clerk)
    facts = {"objection": objection, "answer": "同意放弃", "points": {}, "by": clerk}
    services.uphold_objection(**facts, absent={made.final.pk: "放弃补赛"})
    assert standings(made)[2] == ("absent", None)
    assert services.publish_final(event=made.event, by=clerk).phase == "final"


def test_results_called_absent_without_an_absence_are_named_missing(made, clerk):
    Result.objects.filter(event=made.event).update(standing="absent")
    first = made.event.results.get(entry=made.entries[0])
    objection = services.file_objection(entry=made.entries[0], text="实操没有到场", by=clerk)
    services.uphold_objection(
        objection=objection, answer="没有到场", points={}, absent={made.stage.pk: "没有到场"}, by=clerk
    )
    with connection.cursor() as cursor:
        cursor.execute(NAMING.NAME)
    first.refresh_from_db()
    assert (first.standing, standings(made)[2]) == ("absent", ("missing", None))
    assert Mark.objects.count() == 5
