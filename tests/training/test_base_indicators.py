"""C3, C20, C14, C15: edges of days, seats and people; past periods stay; the lists behind the figures."""

import datetime as dt

import pytest
from django.urls import reverse

from core.reporting import Period, describe, indicators
from tests.factories.bases import BaseFactory, KeyPostFactory, KeyPostHolderFactory
from tests.factories.classes import ClassFactory, EnrolmentFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.cards import enter
from training import services
from unions.models import Union

SEPTEMBER, OCTOBER = Period.parse("2026-09"), Period.parse("2026-10")
CUT_OFF = dt.date(2026, 9, 30)


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm, name="试点甲")


def figure(code, period=SEPTEMBER, unions=None):
    found = indicators()[code].measure(unions, period)
    return found.numerator, found.denominator


def test_the_due_day_of_a_permit_is_in_time_and_a_later_review_changes_no_past_figure(union, worker, officer):
    post = KeyPostFactory(union=union, required_level="", permit_category="01")
    KeyPostHolderFactory(key_post=post, worker=worker)
    card = enter(worker, officer, issued_on=dt.date(2023, 9, 30))
    assert (figure("C3"), figure("C3", OCTOBER)) == ((1, 1), (0, 1))
    services.review_permit(permit=card, on=dt.date(2026, 10, 20), passed=True, by=officer)
    assert (figure("C3"), figure("C3", OCTOBER)) == ((1, 1), (1, 1))


def test_a_certificate_counts_until_the_day_it_was_revoked(union, worker):
    KeyPostHolderFactory(key_post__union=union, worker=worker)
    CertificateFactory(worker=worker, state="revoked", revoked_on=CUT_OFF)
    assert (figure("C3"), figure("C3", Period.parse("2026-08"))) == ((0, 1), (1, 1))
    assert (figure("C20"), figure("C20", Period.parse("2026-08"))) == ((0, 1), (1, 1))


def test_who_holds_two_posts_needs_what_both_ask_and_counts_once(union, worker, officer):
    for facts in ({"required_level": "L4"}, {"required_level": "", "permit_category": "01"}):
        KeyPostHolderFactory(key_post=KeyPostFactory(union=union, **facts), worker=worker)
    CertificateFactory(worker=worker)
    assert figure("C3") == (0, 1)
    enter(worker, officer, issued_on=dt.date(2025, 1, 1))
    assert figure("C3") == (1, 1)


def test_vacant_seats_and_people_no_longer_at_work_stay_in_the_denominator_of_c20(union, firm, worker):
    post = KeyPostFactory(union=union, employer=firm, seats=3, required_level="L3")
    KeyPostFactory(union=union, is_key=False)
    KeyPostHolderFactory(key_post=post, worker=worker)
    gone = KeyPostHolderFactory(key_post=post).worker
    for person in (worker, gone):
        CertificateFactory(worker=person, level="L5")
    assert figure("C20") == (2, 3)
    gone.memberships.update(end=CUT_OFF, end_change="6")
    gone.employments.update(end=CUT_OFF)
    assert (figure("C20"), figure("C20", Period.parse("2026-08"))) == ((1, 3), (2, 3))
    assert figure("C3") == (1, 1)


def test_a_change_of_requirements_asks_each_period_its_own_question(union, worker, officer):
    post = KeyPostFactory(union=union, required_level="L3")
    KeyPostHolderFactory(key_post=post, worker=worker)
    CertificateFactory(worker=worker, level="L3")
    asked = {"is_key": True, "required_level": "L5", "permit_category": "", "seats": 2}
    services.change_requirements(key_post=post, version="1", on=dt.date(2026, 10, 1), by=officer, **asked)
    assert (figure("C3"), figure("C3", OCTOBER)) == ((1, 1), (0, 1))
    assert (figure("C20"), figure("C20", OCTOBER)) == ((0, 1), (0, 2))


def test_bases_and_what_was_completed_there_by_union(union, other_union):
    base = BaseFactory(union=union, recognised_on=CUT_OFF)
    BaseFactory(union=other_union, withdrawn_on=CUT_OFF, withdrawal_note="不再承担培训")
    assert (figure("C14"), figure("C14", Period.parse("2026-08"))) == ((1, None), (1, None))
    for held in (ClassFactory(union=union, base=base), ClassFactory(union=union)):
        EnrolmentFactory(training_class=held, result="passed", completed_on=CUT_OFF)
    assert (figure("C15"), figure("C15", OCTOBER)) == ((1, None), (0, None))
    own, other = (Union.objects.filter(pk=one.pk) for one in (union, other_union))
    assert (figure("C14", unions=own), figure("C15", unions=other)) == ((1, None), (0, None))


def test_the_lists_behind_the_figures_name_posts_and_bases_and_nobody(
    client, clerk, officer, other_officer, union, firm, worker, django_assert_num_queries
):
    post = KeyPostFactory(union=union, employer=firm, title="模具钳工", seats=2)
    KeyPostHolderFactory(key_post=post, worker=worker)
    CertificateFactory(worker=worker)
    base = BaseFactory(union=union)
    client.force_login(clerk)
    for side in ("numerator", "denominator"):
        address = reverse("reports:indicator_records", args=["C20", side])
        page = client.get(address, {"period": "2026-09"}).content.decode()
        assert f"{firm.name}，席位 2 个，高级工以上 1 个" in page
        assert post.get_absolute_url() in page
        assert "试点甲" not in page
    page = client.get(reverse("reports:indicator_records", args=["C14", "numerator"]), {"period": "2026-09"})
    assert base.get_absolute_url() in page.content.decode()
    KeyPostFactory(union=union)
    records = indicators()["C20"].records("denominator", None, SEPTEMBER)
    officer.get_all_permissions()
    with django_assert_num_queries(4):  # posts of the reader, their unions, records, which may be opened
        told = describe("training.keypost", records, officer)
    assert [bool(line.url) for line in told] == [True, True]
    assert [line.url for line in describe("training.keypost", records, other_officer)] == ["", ""]
