"""What the schema keeps apart: honours of people, of collectives, and studios; and what it keeps once."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from competitions.models import CollectiveHonour, Honour, HonourType, Studio
from competitions.services.honour_types import edit_honour_type, enter_honour_type
from core import codes
from tests.factories.honours import (
    CollectiveHonourFactory,
    HonourFactory,
    StudioFactory,
    StudioProjectFactory,
    TeamFactory,
)
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db


def refused(change) -> str:
    """The constraint that refuses what ``change`` does."""
    with pytest.raises(IntegrityError) as told, transaction.atomic():
        change()
    return told.value.__cause__.diag.constraint_name


def test_every_kind_with_rules_is_in_the_code_table_and_a_method_is_no_honour():
    names = codes.names("honour_type")
    natures = list(HonourType.objects.values_list("code", "nature"))
    assert {code for code, _ in natures} == set(names) - {"METHOD"}
    assert sorted(nature for code, nature in natures if code == "OTHER") == ["collective", "individual"]
    assert [code for code, nature in natures if nature == "collective"] == [
        *("MAY1_AWARD", "PIONEER", "YOUTH", "WOMEN", "OTHER")
    ]
    counted = HonourType.objects.exclude(counts_as="").order_by("pk").values_list("counts_as", "code")
    assert list(counted) == [
        *(("model_team", code) for code in ("PIONEER", "YOUTH", "WOMEN")),
        *(("craftsman", code) for code in ("CRAFT_N", "CRAFT_P", "CRAFT_C", "CRAFT_Y", "GOLD")),
    ]


def test_only_the_town_says_what_a_kind_may_be_given_to(officer):
    kind = HonourType.objects.get(code="CRAFT_Y")
    facts = {"system": "", "counts_as": "", "source": "试"}
    with pytest.raises(PermissionDenied):
        edit_honour_type(kind=kind, version=str(kind.version), by=officer, **facts)
    with pytest.raises(PermissionDenied):
        enter_honour_type(code="METHOD", nature="individual", by=officer, **facts)


def test_no_statement_gives_a_person_the_honour_of_a_collective_or_a_team_that_of_a_person(union):
    worker = WorkerFactory(employer=EmployerFactory(union=union))
    honour, studio = HonourFactory(worker=worker), StudioFactory(leader=worker)
    titled = CollectiveHonourFactory(team=TeamFactory(union=union))
    for rows, kind in (
        (Honour.objects.filter(pk=honour.pk), "PIONEER"),
        (Honour.objects.filter(pk=honour.pk), "METHOD"),
        (CollectiveHonour.objects.filter(pk=titled.pk), "CRAFT_Y"),
        (Studio.objects.filter(pk=studio.pk), "PIONEER"),
    ):
        table = rows.model._meta.db_table
        assert refused(lambda rows=rows, kind=kind: rows.update(type=kind)) == f"{table}_of_its_nature"
    sql = "UPDATE competitions_honour SET type = 'PIONEER', nature = 'collective'"
    with connection.cursor() as cursor:
        assert refused(lambda: cursor.execute(sql)) == "competitions_honour_is_individual"
    pioneer = HonourType.objects.filter(code="PIONEER")
    assert refused(lambda: pioneer.update(nature="individual", counts_as="")).endswith("_of_its_nature")


def test_one_holder_once_a_year_and_decisions_are_whole(union):
    titled = CollectiveHonourFactory(team=TeamFactory(union=union))
    firm = EmployerFactory(union=union)
    rows = CollectiveHonour.objects.filter(pk=titled.pk)
    assert refused(lambda: rows.update(employer=firm)) == "competitions_collectivehonour_one_holder"
    again = {"union": union, "team": None, "type": "PIONEER", "title": "试验"}
    CollectiveHonourFactory(**again)
    once = "competitions_collectivehonour_once"
    assert refused(lambda: CollectiveHonourFactory(**again)) == once
    CollectiveHonourFactory(**again, state="refused")
    with pytest.raises(ValidationError) as told:
        CollectiveHonour(**again | {"level": "X", "issuer": "试", "year": 2026,
                         "awarded_on": dt.date(2026, 5, 1), "entered_by": titled.entered_by}).full_clean()  # fmt: skip
    assert told.value.messages == ["这个集体这一年度的这种荣誉已经登记过"]
    honour = HonourFactory(worker=WorkerFactory(employer=firm))
    assert refused(lambda: HonourFactory(worker=honour.worker)) == "competitions_honour_once_a_year"
    HonourFactory(worker=honour.worker, type="OTHER", title="甲")
    HonourFactory(worker=honour.worker, type="OTHER", title="乙")
    assert (
        refused(lambda: HonourFactory(worker=honour.worker, type="OTHER", title="乙"))
        == "competitions_honour_other_once"
    )
    rows = Honour.objects.filter(pk=honour.pk)
    for facts, name in (
        ({"state": "revoked"}, "revoked_has_day"),
        ({"state": "revoked", "revoked_on": dt.date(2026, 4, 1), "decision_note": "试"}, "revoked_has_day"),
        ({"state": "entered"}, "decided_has_time"),
        ({"valid_until": dt.date(2026, 4, 30)}, "ends_after_award"),
        ({"recheck_on": dt.date(2026, 5, 1)}, "recheck_after_award"),
        ({"rechecked_on": dt.date(2026, 6, 1)}, "recheck_whole"),
        ({"year": 1900}, "year"),
    ):
        assert refused(lambda facts=facts: rows.update(**facts)) == f"competitions_honour_{name}"
    project = StudioProjectFactory(studio__leader=honour.worker)
    mine = type(project).objects.filter(pk=project.pk)
    assert refused(lambda: mine.update(approved_on=None)) == "competitions_studioproject_approved"
    assert refused(lambda: mine.update(state="finished")) == "competitions_studioproject_outcome"
