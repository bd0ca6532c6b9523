"""The highest rung of each person, and the list of those whose declared level nothing proves."""

import datetime as dt

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings, strategies as st

from core.listing import listings
from tests.factories.accounts import UserFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.models import LEVELS, Certificate

DAY = dt.date(2026, 6, 30)
days = st.integers(-3, 3).map(lambda days: DAY + dt.timedelta(days=days))
certificates = st.tuples(
    st.integers(0, 2),
    st.sampled_from(["", *LEVELS]),
    st.sampled_from(["entered", "verified", "refused", "revoked"]),
    days,
    st.none() | st.integers(0, 4),
    st.integers(0, 4),
)


def plain_highest(rows) -> dict[int, int]:
    """By a loop over everything: person → highest rung."""
    best: dict[int, int] = {}
    for row in rows:
        if row.state in ("entered", "refused") or row.issued_on > DAY or not row.level:
            continue
        if row.valid_until and row.valid_until < DAY:
            continue
        if row.state == "revoked" and row.revoked_on <= DAY:
            continue
        best[row.worker_id] = max(best.get(row.worker_id, 0), int(row.level[1:]))
    return best


@pytest.fixture
def people(union):
    firm = EmployerFactory(union=union)
    return [WorkerFactory(employer=firm) for _ in range(3)], UserFactory()


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(drawn=[(0, "L4", "revoked", DAY, None, 0), (1, "L4", "verified", DAY, 0, 0)])
@given(drawn=st.lists(certificates, max_size=9))
def test_each_person_counts_once_at_the_highest_valid_rung(people, drawn):
    workers, by = people
    Certificate.objects.all().delete()
    rows = [
        Certificate(
            worker=workers[who],
            kind="level" if level else "ability",
            trade="电工",
            level=level,
            number=f"P{place}",
            issued_on=issued,
            valid_until=None if length is None else issued + dt.timedelta(days=length),
            state=state,
            revoked_on=issued + dt.timedelta(days=later) if state == "revoked" else None,
            entered_by=by,
            decided_at=None if state == "entered" else timezone.now(),
        )
        for place, (who, level, state, issued, length, later) in enumerate(drawn)
    ]
    Certificate.objects.bulk_create(rows)
    found = list(Certificate.objects.valid_on(DAY).highest_levels().values_list("worker", "highest"))
    assert len(dict(found)) == len(found)
    assert {worker: int(highest[1:]) for worker, highest in found} == plain_highest(rows)


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


def shown(client, user, query=""):
    client.force_login(user)
    page = client.get(f"{reverse('training:declared_list')}{query}").context["page"]
    return {row.name: (row.highest, row.is_waiting) for row in page}


def test_who_declared_more_than_certificates_prove(client, officer, other_officer, firm):
    def person(name, level):
        return WorkerFactory(employer=firm, name=name, skill_level=level)

    CertificateFactory(worker=person("试甲", "L4"), level="L4")
    CertificateFactory(worker=person("试乙", "L4"), level="L3")
    CertificateFactory(worker=person("试丙", "L4"), state="entered")
    CertificateFactory(worker=person("试丁", "L2"), valid_until=dt.date(2024, 6, 1))
    CertificateFactory(worker=person("试戊", "L2"), level="L6")
    person("试己", "L1")
    person("试庚", "ZX")
    gone = person("试辛", "L5")
    gone.standing, gone.member_since = "left", None
    gone.save()
    everybody = {"试乙": ("L3", False), "试丙": (None, True), "试丁": (None, False)}
    assert shown(client, officer) == everybody
    assert list(shown(client, officer, "?gap=nothing")) == ["试丁"]
    assert list(shown(client, officer, "?gap=waiting")) == ["试丙"]
    assert list(shown(client, officer, "?gap=lower")) == ["试乙"]
    assert list(shown(client, officer, "?level=L2")) == ["试丁"]
    sealed = client.post(reverse("training:declared_list"), {"q": "试丙"}).url
    assert [row.name for row in client.get(sealed).context["page"]] == ["试丙"]
    assert shown(client, other_officer) == {}


def test_readers_of_figures_are_refused_and_queries_stay_flat(
    client, group_member, clerk, firm, django_assert_max_num_queries
):
    address = reverse("training:declared_list")
    client.force_login(group_member)
    assert client.get(address).status_code == 403
    client.force_login(clerk)
    counts = []
    for more in (1, 2):
        WorkerFactory.create_batch(more, employer=firm, skill_level="L4")
        client.get(address)
        with django_assert_max_num_queries(60) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_files_hold_what_the_pages_show(officer, firm):
    worker = WorkerFactory(employer=firm, name="试甲", skill_level="L4")
    CertificateFactory(worker=worker, level="L3", number="ODD")
    for name, expected in (
        (
            "declared_skills",
            ["试甲", firm.union.name, firm.name, "高级工(三级)", "中级工(四级)", "证书等级较低"],
        ),
        (
            "certificates",
            ["试甲", firm.union.name, firm.name, "职业技能等级证书", "电工", "中级工(四级)", "ODD"],
        ),
    ):
        listing = listings()[name]
        columns = list(listing.columns)
        [line] = listing.lines(listing.filtered(officer, QueryDict("")), columns, chunk=100)
        assert list(line)[: len(expected)] == expected
        assert listing.in_words(officer, QueryDict("union=" + str(firm.union_id)))[0][1] == firm.union.name
