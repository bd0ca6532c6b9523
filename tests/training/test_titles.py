"""Titles: entered by a union, decided by the town; and whose certificate may open the way to one."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.urls import reverse

from accounts.models import AuditEntry
from core.listing import listings
from core.models import LegalNumber
from tests.exchange.exports import rows_in_file
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.holdings import records_of
from training.listings.crossovers import openings
from training.listings.titles import TitleListing
from training.models import Certificate, Title
from training.services.people import erase_skills, move_skills
from training.services.titles import edit_title, enter_title, refuse_title, revoke_title, verify_title

DAY = dt.date(2026, 6, 30)
FACTS = {
    "name": "助理工程师",
    "rank": "2",
    "series": "工程技术",
    "register_number": "",
    "issuer": "试验评审委员会",
    "issued_on": dt.date(2024, 5, 1),
}


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm, name="试蘅芷")


@pytest.fixture
def title(worker, officer):
    return enter_title(worker=worker, by=officer, **FACTS)


def test_an_officer_enters_and_the_town_decides(title, worker, officer, other_officer, clerk):
    for by in (officer, other_officer):
        with pytest.raises(PermissionDenied):
            verify_title(title=title, version="1", by=by)
    with pytest.raises(PermissionDenied):
        edit_title(title=title, version="1", by=other_officer, **FACTS | {"name": "技术员"})
    assert verify_title(title=title, version="1", by=clerk).state == "verified"
    assert edit_title(title=title, version="2", by=officer, **FACTS).state == "verified"
    assert edit_title(title=title, version="2", by=officer, **FACTS | {"name": "技术员"}).state == "entered"
    refused = refuse_title(title=title, version="3", note="查无此证", by=clerk)
    assert (refused.state, refused.decision_note) == ("refused", "查无此证")
    enter_title(worker=worker, by=officer, **FACTS).delete()  # a refused one leaves its place free
    same = FACTS | {"name": "技术员"}
    assert edit_title(title=refused, version="4", by=officer, **same).state == "entered"
    again = refused
    verify_title(title=again, version="5", by=clerk)
    revoked = revoke_title(title=again, version="6", on=dt.date(2025, 1, 1), note="撤销", by=clerk)
    held = Title.objects.held_on
    assert [held(dt.date(2024, 12, 31)).count(), held(revoked.revoked_on).count()] == [1, 0]
    with pytest.raises(ValidationError, match="不能再修改"):
        edit_title(title=again, version="7", by=officer, **FACTS | {"name": "技术员"})


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"series": " "}, "series"),
        ({"rank": "9"}, "rank"),
        ({"issuer": ""}, "issuer"),
        ({"issued_on": dt.date(2999, 1, 1)}, "issued_on"),
        ({"issued_on": dt.date(1985, 1, 1)}, "issued_on"),
        ({}, "__all__"),
    ],
)
def test_bad_facts_are_refused_by_field(title, worker, officer, facts, field):
    with pytest.raises(ValidationError) as caught:
        enter_title(worker=worker, by=officer, **FACTS | facts)
    assert list(caught.value.message_dict) == [field]


def test_merging_and_erasing_leave_what_figures_need(title, worker, firm, officer):
    other = WorkerFactory(employer=firm)
    enter_title(worker=other, by=officer, **FACTS)
    senior = enter_title(worker=other, by=officer, **FACTS | {"rank": "3", "name": "工程师"})
    move_skills(worker, other)
    assert list(Title.objects.order_by("pk")) == [title, senior]
    assert set(Title.objects.values_list("worker", flat=True)) == {worker.pk}
    sheets = {name: rows for name, _, rows in records_of(worker, by=officer, full_numbers=True)}
    assert [row[0] for row in sheets["职称"]] == ["工程师", "助理工程师"]
    erase_skills([worker.pk], [])
    title.refresh_from_db()
    assert (title.issuer, title.rank) == ("", "2")


def found(day=DAY):
    rows = openings(Certificate.objects.all(), day)
    return {(row.worker.name, row.level): (row.target, row.met_on) for row in rows}


def certified(firm, name, level="L4", **facts):
    return CertificateFactory(worker=WorkerFactory(employer=firm, name=name), level=level, **facts)


def test_who_may_be_eligible_by_which_rule_and_from_when(firm, clerk):
    first = certified(firm, "试甲", "L4", issued_on=dt.date(2024, 2, 29))
    CertificateFactory(
        worker=first.worker,
        kind="qualification",
        number="2433000000000001",
        level="L4",
        issued_on=first.issued_on,
    )
    certified(firm, "试乙", "L5", issued_on=dt.date(2024, 5, 1))
    certified(firm, "试丙", "L6", issued_on=dt.date(2020, 5, 1))
    certified(firm, "试丁", "L3")
    certified(firm, "试戊", "L4", state="entered")
    certified(firm, "试己", "L4", valid_until=dt.date(2026, 6, 29))
    has_one = certified(firm, "试庚", "L4")
    facts = FACTS | {"rank": "3"}
    verify_title(title=enter_title(worker=has_one.worker, by=clerk, **facts), version="1", by=clerk)
    twice = certified(firm, "试辛", "L4", issued_on=dt.date(2023, 1, 1))
    CertificateFactory(worker=twice.worker, level="L4", issued_on=dt.date(2025, 1, 1))
    waiting = certified(firm, "试壬", "L4")
    enter_title(worker=waiting.worker, by=clerk, **FACTS)
    assert found() == {
        ("试甲", "L4"): ("2", dt.date(2026, 2, 28)),
        ("试乙", "L5"): ("3", dt.date(2027, 5, 1)),
        ("试丙", "L6"): ("4", dt.date(2024, 5, 1)),
        ("试辛", "L4"): ("2", dt.date(2025, 1, 1)),
        ("试壬", "L4"): ("2", dt.date(2026, 5, 1)),
    }
    assert [row.worker.name for row in openings(Certificate.objects.all(), DAY)].count("试甲") == 1
    LegalNumber.objects.create(
        code="crossover.assistant_years", title="新规则", value=3, unit="年", valid_from=DAY, source="试验"
    )
    assert found()[("试甲", "L4")] == ("2", dt.date(2027, 2, 28))
    assert found(DAY - dt.timedelta(days=1))[("试甲", "L4")] == ("2", dt.date(2026, 2, 28))


def test_the_list_says_rule_and_missing_condition_beside_each_name(
    client, firm, officer, other_officer, group_member
):
    certified(firm, "试甲", "L4", issued_on=dt.date(2020, 5, 1))
    certified(firm, "试乙", "L5", issued_on=dt.date(2026, 5, 1))
    address = reverse("training:crossover_list")
    client.force_login(officer)
    text = client.get(address).content.decode()
    for told in ("评审委员会决定", "高级工(三级)满 2 年 → 助理级", "年限已满", "2029-05-01 满 3 年", "2018"):
        assert told in text

    def names(query):
        return [row.worker.name for row in client.get(f"{address}{query}").context["page"]]

    assert (names(""), names("?standing=met"), names("?standing=coming")) == (
        ["试甲", "试乙"],
        ["试甲"],
        ["试乙"],
    )
    listing = listings()["crossovers"]
    lines = listing.lines(listing.filtered(officer, QueryDict("level=L4")), list(listing.columns), chunk=10)
    assert [line[4] for line in lines] == ["高级工(三级)满 2 年 → 助理级"]
    client.force_login(other_officer)
    assert names("") == []
    client.force_login(group_member)
    assert client.get(address).status_code == 403


def test_the_pages_of_a_title(client, worker, officer, clerk, other_officer):
    client.force_login(officer)
    create = reverse("training:title_create", args=[worker.pk])
    form = FACTS | {"issued_on": "2024-05-01"}
    assert list(client.post(create, form | {"series": "　"}).context["form"].errors) == ["series"]
    made = client.post(create, form).url
    title = Title.objects.get()
    assert made == title.get_absolute_url()
    edit = reverse("training:title_edit", args=[title.pk])
    assert "已被其他人修改" in client.post(edit, form | {"version": "7"}).content.decode()
    assert client.post(edit, form | {"version": "1", "name": "技术员"}).status_code == 302
    card = client.get(reverse("training:worker_skills", args=[worker.pk])).content.decode()
    assert "技术员" in card
    client.force_login(clerk)
    assert "待核验职称" in client.get(reverse("training:certificate_queue")).content.decode()
    client.post(reverse("training:title_verify", args=[title.pk]), {"version": "2"})
    assert "已核验" in client.get(made).content.decode()
    revoke = reverse("training:title_revoke", args=[title.pk])
    assert client.post(revoke, {"version": "3", "on": "2025-01-01", "note": "撤销"}).status_code == 302
    assert "2025-01-01 起失效" in client.get(made).content.decode()
    restore = reverse("training:title_restore", args=[title.pk])
    assert client.post(restore, {"version": "4", "note": "登记错了人"}).status_code == 302
    assert "起失效" not in client.get(made).content.decode()
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.details["was"]) == ("training.title_restore", "2025-01-01")
    again = client.post(restore, {"version": "5", "note": "登记错了人"}).content.decode()
    assert "该职称现为“已核验”，没有登记失效" in again
    client.force_login(other_officer)
    assert client.get(made).status_code == 404


def test_more_rows_ask_no_more_queries(client, firm, clerk, django_assert_max_num_queries):
    client.force_login(clerk)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            CertificateFactory(worker=WorkerFactory(employer=firm))
        client.get(reverse("training:crossover_list"))
        with django_assert_max_num_queries(60) as asked:
            client.get(reverse("training:crossover_list"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_titles_are_listed_filtered_and_exported(
    client, firm, title, officer, other_officer, group_member, django_assert_num_queries
):
    def listed(**query):
        return list(client.get(reverse("training:title_list"), query).context["page"])

    client.force_login(officer)
    second = enter_title(
        worker=WorkerFactory(employer=firm), by=officer, **FACTS | {"rank": "3", "series": "农业技术"}
    )
    assert listed() == [second, title]
    assert listed(rank="3") == listed(series="农业") == [second]
    assert listed(state="verified") == listed(since="2025-01-01") == []
    rows = rows_in_file(officer, "titles", "rank=2", columns=("name", "title", "rank", "series", "state"))
    assert [row[:5] for row in rows] == [["试蘅芷", "助理工程师", "助理级", "工程技术", "待核验"]]
    rows = TitleListing().filtered(officer, QueryDict(""))
    officer.get_all_permissions()
    with django_assert_num_queries(1):
        assert len([(row.worker.union.name, row.worker.employer.name) for row in rows]) == 2
    client.force_login(other_officer)
    assert listed() == []
    client.force_login(group_member)
    assert client.get(reverse("training:title_list")).status_code == 403
