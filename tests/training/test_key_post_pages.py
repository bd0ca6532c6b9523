"""Pages of key posts: the list with its filters and file, one post, the forms, who is put on a post."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.exchange.exports import rows_in_file
from tests.factories.bases import KeyPostFactory, KeyPostHolderFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.holdings import records_of
from training.models import KeyPost, KeyPostHolder

LIST = "training:key_post_list"
TODAY = timezone.localdate()


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm, name="试点甲")


@pytest.fixture
def vacant(union, firm):
    return KeyPostFactory(union=union, employer=firm, title="A岗", permit_category="01")


@pytest.fixture
def unmet(union, firm, worker):
    key_post = KeyPostFactory(union=union, employer=firm, title="B岗", workshop="装配车间")
    KeyPostHolderFactory(key_post=key_post, worker=worker)
    return key_post


@pytest.fixture
def met(union, firm):
    key_post = KeyPostFactory(union=union, employer=firm, title="C岗", is_key=False)
    CertificateFactory(worker=KeyPostHolderFactory(key_post=key_post).worker)
    return key_post


def listed(client, **query):
    return list(client.get(reverse(LIST), query).context["page"])


def test_the_list_shows_what_is_asked_who_holds_it_and_what_is_missing(
    client, officer, vacant, unmet, met, firm
):
    client.force_login(officer)
    assert listed(client) == [vacant, unmet, met]
    assert [row.standing for row in listed(client)] == ["空缺", "未达要求", "达到要求"]
    assert listed(client, standing="unmet") == listed(client, q="装配") == [unmet]
    assert listed(client, standing="vacant") == listed(client, category="01") == [vacant]
    assert listed(client, standing="met") == [met]
    assert listed(client, kind="key") == [vacant, unmet]
    assert listed(client, kind="certificate", employer=firm.pk) == [vacant, unmet, met]
    assert listed(client, union=firm.union_id, life="ended") == []
    page = client.get(reverse(LIST)).content.decode()
    assert "试点甲：缺高级工(三级)以上证书" in page
    assert "空缺 1 个席位" in page


def test_an_ended_post_is_listed_when_asked_for(client, officer, unmet):
    KeyPost.objects.update(end=TODAY)
    KeyPostHolder.objects.update(end=TODAY)
    client.force_login(officer)
    assert listed(client) == []
    assert listed(client, life="ended") == listed(client, life="all") == [unmet]


def test_the_file_holds_the_rows_of_the_page(officer, vacant, unmet):
    keys = ["title", "requirement", "holders", "lacking", "standing"]
    (row,) = rows_in_file(officer, "key_posts", "standing=unmet", keys)
    assert list(row) == [
        "B岗", "高级工(三级)以上", "试点甲：无有效证书", "试点甲：缺高级工(三级)以上证书", "未达要求",
    ]  # fmt: skip


def test_a_stranger_sees_nothing(client, other_officer, unmet):
    client.force_login(other_officer)
    assert listed(client, life="all") == []
    holder = unmet.holders.get()
    for name in ("detail", "edit", "change", "end", "assign"):
        assert client.get(reverse(f"training:key_post_{name}", args=[unmet.pk])).status_code == 404
    for name in ("end", "strike"):
        address = reverse(f"training:key_post_holder_{name}", args=[unmet.pk, holder.pk])
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("role", ["group_member", "handler", "sysadmin"])
def test_readers_of_figures_are_refused(client, request, role, unmet):
    client.force_login(request.getfixturevalue(role))
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(unmet.get_absolute_url()).status_code == 403


def test_pages_ask_as_often_for_three_posts_as_for_one(client, officer, firm, unmet):
    client.force_login(officer)
    person = reverse("training:worker_posts", args=[unmet.holders.get().worker_id])
    addresses = [reverse(LIST), unmet.get_absolute_url(), person]
    counts = []
    for more in (2, 0):
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as found:
                client.get(address)
            counts.append(len(found))
        KeyPost.objects.update(seats=3)
        for _ in range(more):
            KeyPostHolderFactory(key_post=unmet)
            other = KeyPostFactory(union=firm.union, employer=firm)
            KeyPostHolderFactory(key_post=other, worker=unmet.holders.first().worker)
    assert counts[:3] == counts[3:]


def test_a_post_is_entered_with_the_offices_definition_beside_it(client, officer, union, firm):
    client.force_login(officer)
    address = reverse("training:key_post_create")
    page = client.get(address).content.decode()
    assert "书面列入关键岗位清单" in page
    said = {"union": union.pk, "employer": firm.pk, "title": "操作工", "is_key": "on", "required_level": "L4"}
    said |= {"seats": "2", "start": "2025-01-01", "once": "k" * 24}
    answers = [client.post(address, said) for _ in range(2)]
    key_post = KeyPost.objects.get()
    assert [answer.url for answer in answers] == [key_post.get_absolute_url()] * 2
    assert (key_post.union, key_post.employer, key_post.seats) == (union, firm, 2)
    bad = client.post(address, {"once": "i" * 24}).context["form"].errors
    assert bad.keys() == {"union", "title", "seats", "start"}


def test_a_post_is_corrected_changed_and_ended(client, officer, unmet):
    client.force_login(officer)
    edit = reverse("training:key_post_edit", args=[unmet.pk])
    form = client.get(edit).context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | {"title": "新B岗"}
    assert client.post(edit, said).url == unmet.get_absolute_url()
    assert "已被其他人修改" in str(client.post(edit, said).context["form"].errors)
    change = reverse("training:key_post_change", args=[unmet.pk])
    said = {"on": "2026-01-01", "is_key": "on", "required_level": "L5", "seats": "1", "version": "2"}
    after = KeyPost.objects.exclude(pk=unmet.pk)
    assert client.post(change, said | {"on": ""}).context["form"].errors.keys() == {"on"}
    assert client.post(change, said).url == after.get().get_absolute_url()
    assert "要求变更" in client.get(unmet.get_absolute_url()).content.decode()
    end = reverse("training:key_post_end", args=[after.get().pk])
    said = {"on": "2026-02-01", "note": "生产线撤销", "version": "1"}
    assert client.post(end, said).url == after.get().get_absolute_url()
    page = client.get(after.get().get_absolute_url()).content.decode()
    assert "已撤销" in page
    assert "试点甲" in page
    assert end not in page


def test_somebody_is_found_by_post_put_on_the_post_and_taken_off(
    client, officer, vacant, worker, other_union
):
    client.force_login(officer)
    address = reverse("training:key_post_assign", args=[vacant.pk])
    assert client.get(address).context["people"] == [worker]
    found = client.post(address, {"action": "find", "text": "试点甲"})
    assert found.context["people"] == [worker]
    assert client.post(address, {"action": "find", "text": "查无此人"}).context["people"] == []
    none = client.post(address, {"start": "2025-01-01", "once": "a" * 24})
    assert "没有选择人员" in none.content.decode()
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    said = {"start": "2025-01-01", "worker": stranger.pk, "once": "b" * 24}
    assert client.post(address, said).status_code == 404
    early = client.post(address, {"start": "2020-01-01", "worker": worker.pk, "once": "c" * 24})
    assert "才设立" in early.content.decode()
    moved = WorkerFactory(employer=EmployerFactory(union=vacant.union), name="试点外厂")
    assert moved not in client.get(address).context["people"]
    again = client.post(address, {"start": "2020-01-01", "worker": moved.pk, "once": "e" * 24})
    assert (again.context["people"], again.context["chosen"]) == ([moved], str(moved.pk))
    said = {"start": "2025-01-01", "worker": worker.pk, "once": "d" * 24}
    assert client.post(address, said).url == vacant.get_absolute_url()
    page = client.get(vacant.get_absolute_url()).content.decode()
    assert "缺高级工(三级)以上证书，缺有效的电工作业操作证" in page
    end = reverse("training:key_post_holder_end", args=[vacant.pk, vacant.holders.get().pk])
    assert client.post(end, {"end": "2025-01-01"}).context["form"].errors.keys() == {"end"}
    assert client.post(end, {"end": "2025-06-01"}).url == vacant.get_absolute_url()
    strike = reverse("training:key_post_holder_strike", args=[vacant.pk, vacant.holders.get().pk])
    assert client.post(strike, {"note": ""}).context["form"].errors.keys() == {"note"}
    assert client.post(strike, {"note": "登记错了人"}).url == vacant.get_absolute_url()
    assert not vacant.holders.exists()


def test_a_holder_who_left_or_moved_is_pointed_out(client, officer, unmet, worker):
    client.force_login(officer)
    assert "名册上不在本单位" not in client.get(unmet.get_absolute_url()).content.decode()
    type(worker).objects.update(employer=EmployerFactory(union=worker.union))
    assert "名册上不在本单位" in client.get(unmet.get_absolute_url()).content.decode()


def test_the_copy_of_a_person_names_the_posts(officer, unmet, worker):
    sheets = {title: rows for title, _, rows in records_of(worker, by=officer, full_numbers=False)}
    assert [row[0] for row in sheets["担任的岗位"]] == ["B岗"]


def test_the_page_of_a_person_shows_the_posts(client, officer, other_officer, unmet, worker):
    client.force_login(officer)
    address = reverse("training:worker_posts", args=[worker.pk])
    assert address in client.get(worker.get_absolute_url()).content.decode()
    part = client.get(address).content.decode()
    assert unmet.get_absolute_url() in part
    assert "缺高级工(三级)以上证书" in part
    CertificateFactory(worker=worker)
    assert "达到要求" in client.get(address).content.decode()
    client.force_login(other_officer)
    assert client.get(address).status_code == 404
