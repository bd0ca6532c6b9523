"""C16, C21, C22, C23: who rose to a high rung, who led at the cut-off, what was paid, which pairs were in force."""

import datetime as dt

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings, strategies as st

from core.reporting import Period, describe, indicators
from tests.factories.talent import AllowanceFactory, ApprenticeshipFactory, LeaderFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.models import Certificate, Title
from unions.models import Union
from workers.models import Worker
from workers.querysets import HIGH_SKILL

PERIOD = Period.parse("2026-Q3")
DAYS = st.dates(dt.date(2026, 4, 1), dt.date(2026, 12, 31))


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm)


def figure(code, period=PERIOD, unions=None):
    return indicators()[code].measure(unions, period).numerator


def certify(worker, day, level="L4", **facts):
    return CertificateFactory(worker=worker, level=level, issued_on=day, **facts)


def test_who_holds_a_high_certificate_and_a_title_at_the_cut_off_counts_once(firm, officer):
    def somebody(*levels, title="verified", on=dt.date(2024, 5, 1), **facts):
        worker = WorkerFactory(employer=firm)
        for level in levels:
            certify(worker, dt.date(2025, 1, 1), level, **facts)
        for rank in ("1", "2") if title else ():
            decided = None if title == "entered" else dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
            Title.objects.create(
                worker=worker, name="助理工程师", rank=rank, series="工程", issued_on=on, state=title,
                decided_at=decided, entered_by=officer,
            )  # fmt: skip
        return worker

    found = somebody("L4", "L5")
    late = somebody("L4", on=dt.date(2026, 10, 1))
    for levels, facts in (
        (("L3",), {}), ((), {}), (("L4",), {"title": ""}), (("L4",), {"title": "entered"}),
        (("L4",), {"valid_until": dt.date(2026, 9, 29)}),
    ):  # fmt: skip
        somebody(*levels, **facts)
    assert list(indicators()["D3"].numerator(None, PERIOD)) == [found]
    assert set(indicators()["D3"].numerator(None, Period.parse("2026-Q4"))) == {found, late}


def test_who_gains_the_first_high_certificate_counts_once_in_its_period(worker):
    certify(worker, dt.date(2020, 1, 1), "L3")
    certify(worker, dt.date(2026, 8, 1), "L4")
    certify(worker, dt.date(2026, 9, 1), "L5")
    certify(worker, dt.date(2026, 11, 1), "L6")
    found = [
        figure("C16", Period.parse(name)) for name in ("2026-07", "2026-08", "2026-09", "2026-Q3", "2026-11")
    ]
    assert found == [0, 1, 0, 1, 0]


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        ({"state": "entered"}, 0),
        ({"state": "refused"}, 0),
        ({"valid_until": dt.date(2026, 9, 29)}, 0),
        ({"valid_until": dt.date(2026, 9, 30)}, 1),
        ({"state": "revoked", "revoked_on": dt.date(2026, 9, 30)}, 0),
        ({"state": "revoked", "revoked_on": dt.date(2026, 10, 1)}, 1),
        ({"level": "L3"}, 0),
    ],
)
def test_only_what_is_verified_and_valid_at_the_cut_off_counts(worker, facts, counts):
    certify(worker, dt.date(2026, 8, 1), **facts)
    assert figure("C16") == counts


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        ({}, 0),
        ({"valid_until": dt.date(2021, 1, 1)}, 0),
        ({"state": "entered"}, 1),
        ({"state": "revoked", "revoked_on": dt.date(2020, 5, 1)}, 0),
        ({"state": "revoked", "revoked_on": dt.date(2020, 1, 1)}, 1),
        ({"level": "L3"}, 1),
    ],
)
def test_who_had_one_before_is_not_new(worker, facts, counts):
    certify(worker, dt.date(2020, 1, 1), **facts)
    certify(worker, dt.date(2026, 8, 1))
    assert figure("C16") == counts


def rose(certificates, period) -> bool:
    """The rule in plain words, day by day and paper by paper."""

    def holds(paper, day):
        begun = paper.issued_on <= day and (paper.valid_until is None or paper.valid_until >= day)
        is_known = paper.state == "verified" or (paper.state == "revoked" and day < paper.revoked_on)
        return begun and is_known

    high = [paper for paper in certificates if paper.level in HIGH_SKILL]
    before = any(holds(paper, paper.issued_on) for paper in high if paper.issued_on < period.start)
    return not before and any(holds(paper, period.end) for paper in high if paper.issued_on >= period.start)


@st.composite
def papers(draw):
    issued_on = draw(DAYS)
    later = st.integers(0, 200).map(lambda days: issued_on + dt.timedelta(days=days))
    state = draw(st.sampled_from(["verified", "verified", "revoked", "entered"]))
    return {
        "level": draw(st.sampled_from(["L3", "L4", "L5"])),
        "issued_on": issued_on,
        "valid_until": draw(st.none() | later),
        "state": state,
        "revoked_on": draw(later) if state == "revoked" else None,
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(papers(), max_size=4), min_size=1, max_size=3))
def test_the_figure_agrees_with_the_rule_in_plain_words(firm, clerk, drawn):
    Certificate.objects.all().delete()
    people = list(Worker.objects.filter(employer=firm).order_by("pk"))
    people = people or [WorkerFactory(employer=firm) for _ in range(3)]
    for worker, said in zip(people, drawn, strict=False):
        for facts in said:
            CertificateFactory(worker=worker, entered_by=clerk, **facts)
    expected = {
        worker.pk for worker in people if rose(list(Certificate.objects.filter(worker=worker)), PERIOD)
    }
    found = indicators()["C16"].records("numerator", None, PERIOD)
    assert set(found.values_list("pk", flat=True)) == expected


def test_pairs_count_from_their_first_to_their_last_day(firm):
    first = dt.date(2026, 9, 30)
    ApprenticeshipFactory(apprentice=WorkerFactory(employer=firm), start=first)
    assert [figure("C23", Period.parse(name)) for name in ("2026-08", "2026-09", "2027-02", "2027-03")] == [
        0,
        1,
        1,
        0,
    ]


@pytest.mark.parametrize(("end", "counts"), [(dt.date(2026, 9, 30), 0), (dt.date(2026, 10, 1), 1)])
def test_an_end_later_does_not_change_a_figure_of_before(firm, end, counts):
    ApprenticeshipFactory(apprentice=WorkerFactory(employer=firm), end=end, outcome="finished")
    assert figure("C23") == counts


def test_pairs_count_at_the_union_of_the_apprentice_at_entry(firm, union, other_union):
    pair = ApprenticeshipFactory(apprentice=WorkerFactory(employer=firm))
    type(pair.apprentice).objects.filter(pk=pair.apprentice_id).update(union=other_union)
    own, other = (Union.objects.filter(pk=one.pk) for one in (union, other_union))
    assert (figure("C23", unions=own), figure("C23", unions=other)) == (1, 0)
    assert indicators()["C23"].measure_by_union(None, PERIOD) == {union.pk: (1, None)}


def test_the_list_behind_the_pairs_names_both(client, firm, clerk, group_member, django_assert_num_queries):
    people = [WorkerFactory(employer=firm, name=name) for name in ("试师甲", "试徒乙")]
    pair = ApprenticeshipFactory(master=people[0], apprentice=people[1])
    address = reverse("reports:indicator_records", args=["C23", "numerator"])
    client.force_login(clerk)
    page = client.get(address, {"period": "2026-09"}).content.decode()
    assert "试师甲 带 试徒乙" in page
    assert pair.get_absolute_url() in page
    client.force_login(group_member)
    assert client.get(address, {"period": "2026-09"}).status_code == 403
    ApprenticeshipFactory(apprentice=people[1])
    records = indicators()["C23"].records("numerator", None, PERIOD)
    clerk.get_all_permissions()
    with django_assert_num_queries(3):  # posts of the reader, records, which of them may be opened
        assert len(describe("training.apprenticeship", records, clerk)) == 2


def test_leaders_count_while_in_term_and_accepted(firm, union, other_union):
    leader = LeaderFactory(worker=WorkerFactory(employer=firm), end=dt.date(2026, 10, 1))
    for state in ("proposed", "refused"):
        LeaderFactory(worker=WorkerFactory(employer=firm), state=state)
    type(leader.worker).objects.filter(pk=leader.worker_id).update(union=other_union)
    found = [figure("C21", Period.parse(name)) for name in ("2026-02", "2026-03", "2026-09", "2026-10")]
    assert found == [0, 1, 1, 0]
    assert indicators()["C21"].measure_by_union(None, PERIOD) == {union.pk: (1, None)}


def test_allowances_count_in_yuan_by_the_day_they_were_paid(firm, union):
    leader = LeaderFactory(worker=WorkerFactory(employer=firm))
    days = (dt.date(2026, 9, 30), dt.date(2026, 10, 1), dt.date(2026, 10, 31), dt.date(2026, 11, 1))
    for place, day in enumerate(days):
        AllowanceFactory(leader=leader, month=dt.date(2026, 4 + place, 1), paid_on=day, amount=100 + place)
    assert [figure("C22", Period.parse(name)) for name in ("2026-09", "2026-10", "2026-11", "2026-12")] == [
        100,
        203,
        103,
        0,
    ]
    assert indicators()["C22"].measure_by_union(None, Period.parse("2026-10")) == {union.pk: (203, None)}


def test_the_lists_behind_leaders_and_allowances_name_them(client, firm, clerk, other_officer):
    leader = LeaderFactory(worker=WorkerFactory(employer=firm, name="试领甲"))
    AllowanceFactory(leader=leader)
    client.force_login(clerk)
    for code, part in (
        ("C21", "聘期至 2028-02-29"),
        ("C22", "2026-09 津贴 300 元，2026-10-10 由用人单位发放"),
    ):
        address = reverse("reports:indicator_records", args=[code, "numerator"])
        page = client.get(address, {"period": "2026-10"}).content.decode()
        assert "试领甲" in page
        assert part in page
        assert leader.get_absolute_url() in page
    records = indicators()["C22"].records("numerator", None, Period.parse("2026-10"))
    assert [line.url for line in describe("training.allowancepayment", records, other_officer)] == [""]
