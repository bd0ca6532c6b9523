"""The demo town: deterministic, consistent, without anything real, and never in production."""

import datetime as dt
import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from core.creditcodes import check_credit_code
from core.idnumbers import check_document
from demo import invention
from demo.services import ACCOUNTS
from demo.subsidies import SOURCE
from training.models import (
    Certificate,
    Enrolment,
    KeyPostHolder,
    ShortageTrade,
    SubsidyClaim,
    SubsidyLimit,
    SubsidyRate,
    TrainingBase,
    TrainingClass,
)
from unions.models import Employer, Headcount, Union
from workers.models import IdentityDocument, Membership, Standing, Worker

TODAY = dt.date(2026, 11, 20)


@pytest.fixture
def seed(db, settings):
    settings.SECURE = False
    return lambda **kwargs: call_command(
        "seed_demo", **{"workers": 300, "seed": 7, "today": TODAY, "verbosity": 0} | kwargs
    )


def _fingerprint():
    return (
        list(
            Worker.objects.order_by("pk").values_list("name", "sex", "birth_date", "standing", "member_since")
        ),
        list(Union.objects.order_by("pk").values_list("code", "name", "credit_code", "declared_members")),
        list(Headcount.objects.order_by("pk").values_list("on", "employees")),
        list(Enrolment.objects.order_by("pk").values_list("position", "state", "result", "score")),
        list(Membership.objects.order_by("pk").values_list("start", "end", "start_change", "end_change")),
        list(Certificate.objects.order_by("pk").values_list("number", "level", "issued_on", "state")),
    )


def _made_and_taken_back(make, **kwargs):
    with transaction.atomic():
        make(**kwargs)
        made = _fingerprint()
        transaction.set_rollback(True)
    return made


def test_it_makes_as_many_people_as_asked(seed):
    seed()
    assert Worker.objects.count() == 300
    assert Employer.objects.count() == 60
    assert set(Worker.objects.values_list("standing", flat=True)) == set(Standing.values)


def test_there_are_classes_in_each_state_with_people_who_passed_and_who_wait(seed):
    seed()
    states = set(TrainingClass.objects.values_list("state", flat=True))
    assert states == {"open", "running", "finished"}
    assert Enrolment.objects.completed().exists()
    assert Enrolment.objects.waiting().exists()


def test_its_rows_agree_with_each_other(seed, capsys):
    seed(today=timezone.localdate())
    call_command("check_invariants")
    assert capsys.readouterr().out.splitlines()[-1] == "0 violations"


def test_subsidies_are_in_every_state_and_their_rules_say_that_they_are_invented(seed):
    seed()
    states = set(SubsidyClaim.objects.values_list("state", flat=True))
    assert states == {"claimed", "approved", "refused", "paid"}
    for model in (SubsidyRate, ShortageTrade, SubsidyLimit):
        assert set(model.objects.values_list("source", flat=True)) == {SOURCE}
    assert "虚构" in SOURCE


def test_the_same_arguments_give_the_same_town(seed):
    assert _made_and_taken_back(seed) == _made_and_taken_back(seed)


def test_certificates_are_of_every_state_that_demands_something(seed):
    seed()
    assert {"entered", "verified"} <= set(Certificate.objects.values_list("state", flat=True))


def test_some_who_passed_hold_the_certificate_and_some_do_not(seed):
    seed()
    classes = TrainingClass.objects.exclude(level="").filter(state="finished")
    found = {True: set(), False: set()}  # is the day of 取证 entered: are there certificates
    for training_class in classes:
        rows = list(training_class.enrolments.filter(result="passed"))
        people = [row.worker_id for row in rows]
        held = Certificate.objects.filter(
            worker__in=people,
            trade=training_class.trade,
            level=training_class.level,
            issued_on__gte=training_class.starts_on,
        )
        days = dict(held.values_list("worker", "issued_on"))
        for row in rows:
            found[row.certified_on is not None].add(days.get(row.worker_id) == row.certified_on)
    assert found[True] == {True, False}
    assert False in found[False]


def test_another_seed_gives_another_town(seed):
    assert _made_and_taken_back(seed) != _made_and_taken_back(seed, seed=8)


def test_nobody_in_it_exists(seed):
    seed()
    numbers = [document.number for document in IdentityDocument.objects.all()]
    assert {number[:6] for number in numbers} == {invention.AREA}
    assert all(check_document("111", number, on=TODAY) for number in numbers)
    assert {worker.phone[:3] for worker in Worker.objects.exclude(phone=None)} == {"160"}
    assert [
        name for name in Worker.objects.values_list("name", flat=True) if not re.search("[演拟例样仿]", name)
    ] == []


def test_credit_codes_are_valid_and_of_the_right_kind(seed):
    seed()
    firms = [
        check_credit_code(code).text[:2] for code in Employer.objects.values_list("credit_code", flat=True)
    ]
    unions = Union.objects.exclude(credit_code="").values_list("credit_code", flat=True)
    assert set(firms) == {"91"}
    assert {check_credit_code(code).text[:2] for code in unions} == {"81"}


def test_there_is_one_account_per_role_and_its_password_works(seed, client):
    seed()
    for account in ACCOUNTS:
        assert client.login(username=account.username, password=account.signs_in_with)


def test_the_accounts_are_listed_as_json(seed, capsys):
    seed()
    capsys.readouterr()
    call_command("demo_accounts", "--json")
    rows = json.loads(capsys.readouterr().out)
    assert [row["username"] for row in rows] == [account.username for account in ACCOUNTS]


def test_no_accounts_are_listed_where_the_demo_is_not_loaded(clerk, capsys):
    call_command("demo_accounts", "--json")
    assert json.loads(capsys.readouterr().out) == []


def test_it_is_refused_in_production(seed, settings):
    settings.SECURE = True
    with pytest.raises(CommandError, match="SECURE=true"):
        seed()
    assert Union.objects.count() == 0


def test_it_is_refused_beside_real_data(seed, town):
    with pytest.raises(CommandError, match="数据库中已有工会数据"):
        seed()
    assert Worker.objects.count() == 0


def test_key_posts_are_held_and_vacant_and_a_base_waits_for_its_evaluation(seed):
    seed()
    assert TrainingBase.objects.unevaluated(TODAY.year - 1).count() == 1
    assert TrainingClass.objects.exclude(base=None).exists()
    held = KeyPostHolder.objects.on(TODAY)
    assert 0 < held.unmet(TODAY).count() < held.count()
