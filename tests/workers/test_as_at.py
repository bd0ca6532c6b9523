"""The roll as at a day: equal to a recount from the change log, seen by the reach of that day, flat, exportable."""

import datetime as dt
import random

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from unions.models import Coverage
from workers import as_at, services
from workers.listing_as_at import AsAtListing
from workers.models import Change, Employment, Membership, Standing

LIST = "workers:worker_list"
DAY = dt.date(2023, 1, 1)
BY_REQUEST = "5"


def listed(user, day, **query):
    """{(person, union or "", standing)} of the listing."""
    asked = QueryDict(mutable=True)
    asked.update({"as_at": day.isoformat(), **query})
    rows = AsAtListing().filtered(user, asked)
    return {(as_at.person_of(row).pk, getattr(row, "union_id", ""), str(as_at.standing_of(row)))
            if isinstance(row, Membership) else (row.pk, "", "none") for row in rows}  # fmt: skip


# --- against the change log --------------------------------------------------------------------------


class Log:
    """What the entries of the log say, read one by one and as slowly as can be."""

    def __init__(self, people, firms):
        self.people, self.firms = people, {firm.name: firm for firm in firms}
        self.entries = list(AuditEntry.objects.filter(object_type="workers.worker").order_by("pk"))

    def membership(self, worker, day):
        """(union, standing) or None: where the last change up to the day led."""
        found = None
        for entry in self.entries:
            said = entry.details
            if (entry.action, entry.object_id) == ("workers.membership", worker.pk) and said["on"] <= str(
                day
            ):
                stands = Standing.RETAINED if said.get("retained") else Standing.MEMBER
                found = (said["to"], stands.value) if said.get("to") else None
        return found

    def firms_of(self, worker, day):
        """Firms where the person had a job on the day."""
        running = set()
        for entry in self.entries:
            said = entry.details
            if entry.object_id != worker.pk:
                continue
            if entry.action == "workers.employ" and said["start"] <= str(day):
                running.add(said["employer"])
            if entry.action == "workers.unemploy" and said["end"] <= str(day):
                running.discard(said["employer"])
        return [self.firms[name] for name in running]

    def members(self, day, unions):
        spells = {worker.pk: self.membership(worker, day) for worker in self.people}
        return {(key, *spell) for key, spell in spells.items() if spell and spell[0] in unions}

    def others(self, day, unions):
        return {
            (worker.pk, "", "none")
            for worker in self.people
            if not self.membership(worker, day)
            and any(firm.union_id in unions for firm in self.firms_of(worker, day))
        }


def live(chance, people, firms, unions, by):
    """One random change; a refusal is an answer like any other."""
    worker, live.day = chance.choice(people), live.day + dt.timedelta(days=chance.randint(0, 20))
    kind = chance.choice(["join", "join", "move", "retain", "leave", "hire", "hire", "fire"])
    options = {"worker": worker, "on": live.day, "by": by, "union": chance.choice(unions)}
    job = Employment.objects.filter(worker=worker, end=None).first()
    try:
        with transaction.atomic():
            if kind == "join":
                services.change_membership(change=Change.JOIN, **options)
            elif kind == "move":
                services.change_membership(change=Change.TRANSFER_IN, **options)
            elif kind == "retain":
                spell = worker.memberships.filter(end=None).first()
                options["union"] = spell.union if spell else options["union"]
                services.change_membership(change=Change.RETAIN, status="30", **options)
            elif kind == "leave":
                services.change_membership(change=Change.WITHDRAW, reason=BY_REQUEST, **options)
            elif kind == "hire":
                firm = chance.choice(firms)
                services.start_employment(worker=worker, employer=firm, start=live.day, by=by)
            elif job:
                services.end_employment(employment=job, end=live.day, by=by)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("seed", range(4))
def test_lists_of_any_day_equal_a_recount_from_the_log(
    seed, clerk, officer, other_officer, union, other_union
):
    chance = random.Random(seed)
    firms = [EmployerFactory(union=place) for place in (union, other_union)]
    people = [WorkerFactory(member=False, employer=None, union=union) for _ in range(4)]
    live.day = DAY
    done = sum(live(chance, people, firms, [union, other_union], clerk) for _ in range(40))
    assert done > 10
    log = Log(people, firms)
    turns = {
        dt.date.fromisoformat(e.details[key])
        for e in log.entries
        for key in ("on", "start", "end")
        if e.details.get(key)
    }
    days = sorted({day + dt.timedelta(days=shift) for day in turns for shift in (-1, 0)})
    reach = {clerk: {union.pk, other_union.pk}, officer: {union.pk}, other_officer: {other_union.pk}}
    for day in chance.sample(days, min(8, len(days))):
        for user, unions in reach.items():
            members = log.members(day, unions)
            assert listed(user, day) == members, day
            assert listed(user, day, standing="member") == {row for row in members if row[2] == "member"}
            assert listed(user, day, standing="retained") == {row for row in members if row[2] == "retained"}
            assert listed(user, day, standing="none") == log.others(day, unions), day


# --- reach of the day -----------------------------------------------------------------------------------


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union, name="乐清市甲试验电器有限公司")


@pytest.fixture
def mover(firm, other_union, clerk):
    """Member of ``union`` from 2021-06-01, of ``other_union`` from 2024-01-01."""
    worker = WorkerFactory(employer=firm, name="试迁", sex="2", phone_number="16012340017")
    services.change_membership(
        worker=worker, change=Change.TRANSFER_IN, on=dt.date(2024, 1, 1), union=other_union, by=clerk
    )
    worker.refresh_from_db()
    return worker


@pytest.fixture
def stayer(firm):
    return WorkerFactory(employer=firm, name="试留")


def page_of(client, user, **query):
    client.force_login(user)
    return client.get(reverse(LIST), query)


def names(page):
    return {as_at.person_of(row).name for row in page.context["page"]}


def test_an_officer_sees_who_was_there_then_without_a_way_to_the_record_of_today(
    client, officer, other_officer, mover, stayer
):
    page = page_of(client, officer, as_at="2023-12-31")
    text = page.content.decode()
    assert names(page) == {"试迁", "试留"}
    assert stayer.get_absolute_url() in text
    assert mover.get_absolute_url() not in text
    assert mover.phone_tail not in text
    assert f"••{mover.documents.get().number_tail[-2:]}<" in text
    assert names(page_of(client, officer, as_at="2024-01-01")) == {"试留"}
    assert names(page_of(client, other_officer, as_at="2024-01-01")) == {"试迁"}
    assert names(page_of(client, other_officer, as_at="2023-12-31")) == set()


def test_facts_and_numbers_of_people_out_of_reach_cannot_be_probed(client, officer, clerk, mover, stayer):
    day = {"as_at": "2023-12-31"}
    assert names(page_of(client, officer, **day, sex="2")) == set()
    assert names(page_of(client, officer, **day, sex="1")) == {"试留"}
    assert names(page_of(client, clerk, **day, sex="2")) == {"试迁"}

    def searched(user, text):
        client.force_login(user)
        response = client.post(reverse(LIST), {**day, "q": text})
        assert text not in response.url
        return names(client.get(response.url))

    assert searched(officer, "试迁") == searched(officer, "sq") == {"试迁"}
    assert searched(officer, mover.phone_tail) == searched(officer, "16012340017") == set()
    assert searched(clerk, mover.phone_tail) == searched(clerk, "16012340017") == {"试迁"}


def test_employees_who_had_not_joined_belong_to_the_union_that_covered_their_firm(
    client, officer, other_officer, clerk, federation_officer, firm, other_union, federation
):
    WorkerFactory(employer=firm, name="试未", member=False)
    Coverage.objects.filter(employer=firm).update(end=dt.date(2023, 1, 1))
    Coverage.objects.create(employer=firm, union=other_union, start=dt.date(2023, 1, 1))
    alone = EmployerFactory(union=federation, covered=False)
    WorkerFactory(employer=alone, name="试散", member=False)

    def found(user, day):
        return names(page_of(client, user, as_at=day, standing="none"))

    assert (found(officer, "2022-12-31"), found(officer, "2023-01-01")) == ({"试未"}, set())
    assert (found(other_officer, "2022-12-31"), found(other_officer, "2023-01-01")) == (set(), {"试未"})
    assert found(clerk, "2022-12-31") == {"试未", "试散"}
    assert found(federation_officer, "2022-12-31") == {"试未", "试散"}
    assert found(clerk, "2021-04-30") == set()


def test_the_values_of_the_day_are_filtered_and_shown(client, clerk, union, other_union, firm, mover, stayer):
    later = EmployerFactory(union=other_union, name="乐清市乙试验电器有限公司")
    job = mover.employments.get()
    services.end_employment(employment=job, end=dt.date(2024, 1, 1), by=clerk)
    services.start_employment(worker=mover, employer=later, start=dt.date(2024, 1, 1), by=clerk)
    before, after = "2023-12-31", "2024-01-01"
    assert names(page_of(client, clerk, as_at=before, union=union.pk)) == {"试迁", "试留"}
    assert names(page_of(client, clerk, as_at=after, union=union.pk)) == {"试留"}
    assert names(page_of(client, clerk, as_at=after, union=union.parent_id)) == {"试留"}
    assert names(page_of(client, clerk, as_at=before, employer=later.pk)) == set()
    page = page_of(client, clerk, as_at=after, employer=later.pk)
    text = page.content.decode()
    assert names(page) == {"试迁"}
    assert (other_union.name in text, later.name in text, "转入" in text) == (True, True, True)
    page = page_of(client, clerk, as_at=before, employer=firm.pk, columns="name,union,employer")
    assert [column.key for column in page.context["tools"].columns] == ["name", "union", "employer"]
    assert later.name not in page.content.decode().split("<tbody>")[1]


def test_the_document_of_the_day_is_shown(client, officer, stayer):
    old = stayer.documents.get()
    new = citizen_number(birth=stayer.birth_date, sequence=889)
    services.replace_document(worker=stayer, doc_type="111", number=new, on=dt.date(2024, 6, 1), by=officer)
    before = page_of(client, officer, as_at="2024-05-31").content.decode()
    after = page_of(client, officer, as_at="2024-06-01").content.decode()
    assert old.number_tail[-2:] != new[-2:]
    assert (f"••{old.number_tail[-2:]}<" in before, f"••{new[-2:]}<" in after) == (True, True)


def test_counts_by_standing_come_after_the_page(client, officer, mover, stayer, firm):
    WorkerFactory(employer=firm, member=False)
    stayer.memberships.update(status="30", is_retained=True)
    page = page_of(client, officer, as_at="2023-06-30")
    assert "part=counts" in page.content.decode()
    counts = client.get(reverse(LIST), {"as_at": "2023-06-30", "part": "counts"}).context["counts"]
    assert [(label, number) for label, number, _ in counts] == [
        ("在籍会员", 1), ("保留会籍", 1), ("未入会的在职职工", 1),
    ]  # fmt: skip
    for (_, number, address), found in zip(counts, ({"试迁"}, {"试留"}, None), strict=True):
        page = client.get(reverse(LIST) + address)
        assert len(page.context["page"].items) == number
        assert found is None or names(page) == found
    assert "共 2 条" in client.get(reverse(LIST), {"as_at": "2023-06-30", "part": "count"}).content.decode()


@pytest.mark.parametrize(
    "query", [{"as_at": "昨天"}, {"as_at": "2999-01-01"}, {"as_at": "2023-01-01", "union": "x"}]
)
def test_a_day_or_filter_that_cannot_be_read_is_told_and_lists_nobody(client, officer, stayer, query):
    page = page_of(client, officer, **query)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert names(page) == set()
    asked = QueryDict(mutable=True)
    asked.update(query)
    with pytest.raises(RuleError):
        AsAtListing().filtered(officer, asked)


def test_a_foreign_union_is_no_choice(client, officer, stayer, other_union):
    page = page_of(client, officer, as_at="2023-01-01", union=other_union.pk)
    assert set(page.context["form"].errors) == {"union"}


def test_pages_of_a_day_hold_everybody_once_with_a_flat_number_of_queries(client, clerk, firm, monkeypatch):
    monkeypatch.setattr("workers.views.lists.SIZE", 2)
    people = [WorkerFactory(employer=firm) for _ in range(5)]

    def walk(**query):
        found, address, asked = [], QueryDict(mutable=True), []
        address.update({"as_at": "2023-06-30", **query})
        address = f"?{address.urlencode()}"
        while address:
            with CaptureQueriesContext(connection) as seen:
                page = client.get(reverse(LIST) + address).context["page"]
            asked.append(len(seen))
            found += [as_at.person_of(row).pk for row in page]
            address = page.next_query if page.has_next else ""
        return found, asked

    client.force_login(clerk)
    client.get(reverse(LIST), {"as_at": "2023-06-30"})
    found, asked = walk()
    assert found == [worker.pk for worker in people]
    assert max(asked) - min(asked) <= 1  # the anchor of a later page
    assert walk(standing="none")[0] == []


def test_the_filter_in_words_says_the_day_but_not_the_search(officer, union, stayer):
    asked = QueryDict(mutable=True)
    asked.update({"as_at": "2023-06-30", "find": "x", "union": union.pk, "standing": "member", "sex": "1"})
    words = AsAtListing().in_words(officer, asked)
    assert words == [
        ("截至日期", "2023-06-30"), ("查找", "按姓名、号码等查找（内容不记录）"), ("当日会籍", "在籍会员"),
        ("当日工会（含下级）", union.name), ("性别", "男"),
    ]  # fmt: skip


def test_a_day_is_saved_as_a_view_of_its_own(client, officer, stayer):
    client.force_login(officer)
    create = reverse("unions:saved_view_create", args=["workers_as_at"])
    response = client.post(
        f"{create}?as_at=2023-06-30&standing=member&columns=name,union", {"name": "上半年末"}
    )
    page = client.get(response.url)
    assert (names(page), page.context["tools"].current.view.name) == ({"试留"}, "上半年末")
    assert timezone.localdate() > dt.date(2023, 6, 30)


def test_facts_about_the_person_are_loaded_when_they_are_opened(client, officer, stayer):
    assert 'name="ethnicity"' not in page_of(client, officer, as_at="2023-06-30").content.decode()
    part = client.get(reverse(LIST), {"as_at": "2023-06-30", "part": "filters"}).content.decode()
    assert 'name="ethnicity"' in part
    assert 'name="ethnicity"' in page_of(client, officer, as_at="2023-06-30", sex="1").content.decode()


def test_many_people_without_membership_are_found_as_few_are(officer, firm, monkeypatch):
    WorkerFactory.create_batch(3, employer=firm, member=False)
    few = listed(officer, dt.date(2023, 6, 30), standing="none")
    monkeypatch.setattr(as_at, "FEW_PEOPLE", 2)
    assert listed(officer, dt.date(2023, 6, 30), standing="none") == few
    assert len(few) == 3
