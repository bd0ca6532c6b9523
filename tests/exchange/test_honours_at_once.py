"""A sheet is written while somebody does the same on a page: real threads, real connections."""

import threading
import time

import pytest
from django.db import transaction

from competitions.services.honours import edit_collective_honour
from competitions.services.nominations import nominate_person
from tests.at_once import at_once
from tests.exchange.sheets import applied
from tests.exchange.test_honour_changes import collective
from tests.exchange.test_nominations_import import NAMES, NUMBERS, TITLE, check, row
from tests.factories.honours import CollectiveHonourFactory, TeamFactory
from tests.factories.nominations import SelectionFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db(transaction=True)
SAID = {"position": "industrial", "job": "", "reason": "技术攻关", "merits": "攻关八项"}


def before_a_sheet(act, write):
    """``write`` begins when ``act`` is done, and nobody can see it yet."""
    acted = threading.Event()

    def hold():
        with transaction.atomic():
            act()
            acted.set()
            time.sleep(1)

    def late():
        assert acted.wait(60)
        write()

    assert at_once([hold, late])[1] == []


def test_what_a_page_changes_meanwhile_is_not_written_over(officer, union):
    team = TeamFactory(union=union, name="装配一班")
    honour = CollectiveHonourFactory(team=team, batch="第一批", issuer="试验授予单位")
    run = collective(officer, union, {"team": "装配一班", "type": "工人先锋号", "batch": "第二批"})
    assert run.changed == 1

    def edit():
        edit_collective_honour(honour=honour, version="1", by=officer, batch="第三批", issuer="另一授予单位")

    before_a_sheet(edit, lambda: applied(run, officer))
    honour.refresh_from_db()
    assert (honour.batch, honour.issuer) == ("第三批", "另一授予单位")


def test_the_last_place_is_given_once(officer, union, town):
    firm = EmployerFactory(union=union)
    selection = SelectionFactory(union=town, title=TITLE, places_each=1)
    people = [WorkerFactory(employer=firm, name=NAMES[n], document=NUMBERS[n]) for n in (0, 1)]
    run = check(officer, union, row(1))
    assert run.new == 1

    def nominate():
        nominate_person(selection=selection, worker=people[0], by=officer, **SAID)

    before_a_sheet(nominate, lambda: applied(run, officer))
    assert [one.worker for one in selection.nominations.all()] == [people[0]]
