"""Saved views: kept, shared upwards and downwards by reach, changed by their owner only, never wider than the reader."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from unions import services
from unions.models import SavedView
from unions.services import saved
from workers.listings import WorkerListing

LIST, CREATE = "workers:worker_list", reverse("unions:saved_view_create", args=["workers"])


@pytest.fixture
def men(union):
    return WorkerFactory.create_batch(2, employer=EmployerFactory(union=union), name="试男")


@pytest.fixture
def woman(men):
    return WorkerFactory(employer=men[0].employer, name="试女", sex="2")


@pytest.fixture
def foreign_woman(other_union):
    return WorkerFactory(employer=EmployerFactory(union=other_union), name="试外", sex="2")


def save(by, **options):
    given = {"listing": WorkerListing(), "query": "sex=2", "columns": ["name", "sex"], "name": "女职工"}
    return services.save_view(by=by, **{**given, **options})


def offered(client, user):
    client.force_login(user)
    return {link.view.name: link.address for link in client.get(reverse(LIST)).context["tools"].views}


def test_the_page_as_it_stands_is_saved_and_opens_again(client, officer, men, woman):
    client.force_login(officer)
    url = f"{CREATE}?sex=2&columns=name,sex&sort=-name&after=3&nonsense=1"
    assert "共享给" in client.get(url).content.decode()
    response = client.post(url, {"name": " 女职工 ", "once": "k"})
    view = SavedView.objects.get()
    assert (view.name, view.query, view.columns, view.union) == (
        "女职工",
        "sort=-name&sex=2",
        ["name", "sex"],
        None,
    )
    page = client.get(response.url)
    assert [row.name for row in page.context["page"]] == ["试女"]
    assert [column.key for column in page.context["tools"].columns] == ["name", "sex"]
    assert page.context["tools"].current.view == view
    assert client.post(url, {"name": "女职工", "once": "k"}).status_code == 302
    assert SavedView.objects.count() == 1
    entry = AuditEntry.objects.get(action="unions.view_save")
    assert (entry.actor, entry.object_id, entry.details) == (officer, view.pk, {"listing": "workers"})


def test_a_search_text_is_saved_sealed(client, officer, woman):
    client.force_login(officer)
    address = client.post(reverse(LIST), {"q": "试女"}).url
    opened = client.post(f"{CREATE}?{address.split('?')[1]}", {"name": "找人"}).url
    assert "试女" not in SavedView.objects.get().query
    assert [row.name for row in client.get(opened).context["page"]] == ["试女"]


def test_faults_stand_at_their_fields(client, officer, other_union):
    client.force_login(officer)
    save(officer)
    again = client.post(CREATE, {"name": "女职工"}).context["form"]
    assert again.errors == {"name": ["已有同名的常用查询，请换一个名称"]}
    assert set(client.post(CREATE, {"name": ""}).context["form"].errors) == {"name"}
    foreign = client.post(CREATE, {"name": "甲", "union": other_union.pk}).context["form"]
    assert set(foreign.errors) == {"union"}
    assert client.get(reverse("unions:saved_view_create", args=["nowhere"])).status_code == 404


def test_sharing_ends_at_the_unions_one_keeps(officer, clerk, union, other_union, federation):
    with pytest.raises(RuleError, match="只能共享给您管理的工会"):
        save(officer, union=other_union)
    with pytest.raises(RuleError, match="只能共享给您管理的工会"):
        save(officer, union=federation)
    assert save(officer, union=union).union == union
    assert save(clerk, union=other_union).union == other_union


def test_a_shared_view_shows_to_who_keeps_the_union_or_stands_above(
    client, officer, other_officer, federation_officer, clerk, union, other_union
):
    save(officer, union=union, name="甲厂的")
    save(clerk, union=other_union, name="乙厂的")
    save(officer, name="自己的")
    seen = {
        user.username: set(offered(client, user))
        for user in (officer, other_officer, federation_officer, clerk)
    }
    assert seen == {
        "officer": {"甲厂的", "自己的"},
        "officer2": {"乙厂的"},
        "federation": {"甲厂的"},
        "clerk": {"甲厂的", "乙厂的"},
    }


def test_opening_a_shared_view_never_shows_more_than_one_reaches(
    client, clerk, other_officer, town, union, other_union, woman, foreign_woman
):
    save(clerk, union=other_union, query="sex=2")
    save(clerk, union=other_union, query=f"sex=2&union={union.pk}", name="甲厂女职工")
    addresses = offered(client, other_officer)
    assert [row.name for row in client.get(reverse(LIST) + addresses["女职工"]).context["page"]] == ["试外"]
    page = client.get(reverse(LIST) + addresses["甲厂女职工"])
    assert "union" in page.context["filter"].form.errors
    assert "试女" not in page.content.decode()
    client.force_login(clerk)
    page = client.get(reverse(LIST) + offered(client, clerk)["女职工"])
    assert {row.name for row in page.context["page"]} == {"试女", "试外"}


def test_owners_rename_share_overwrite_and_delete(client, officer, union, woman):
    view = save(officer)
    client.force_login(officer)
    edit = reverse("unions:saved_view_edit", args=[view.pk])
    assert client.get(edit).context["form"].initial == {"name": "女职工", "union": None}
    assert client.post(edit, {"name": "全部女职工", "union": union.pk}).status_code == 302
    overwrite = reverse("unions:saved_view_overwrite", args=[view.pk])
    response = client.post(f"{overwrite}?sex=1&columns=name")
    view.refresh_from_db()
    assert (view.name, view.union, view.query, view.columns) == ("全部女职工", union, "sex=1", ["name"])
    assert f"view={view.pk}" in response.url
    assert client.post(reverse("unions:saved_view_delete", args=[view.pk])).status_code == 302
    assert not SavedView.objects.exists()
    actions = AuditEntry.objects.filter(object_type="unions.savedview").values_list("action", flat=True)
    assert sorted(actions) == [
        "unions.view_delete",
        "unions.view_edit",
        "unions.view_edit",
        "unions.view_save",
    ]


def test_others_may_open_a_shared_view_but_not_change_it(client, officer, clerk, union):
    view = save(officer, union=union)
    client.force_login(clerk)
    pages = {
        name: reverse(f"unions:saved_view_{name}", args=[view.pk]) for name in ("edit", "overwrite", "delete")
    }
    assert [client.post(url, {"name": "改"}).status_code for url in pages.values()] == [403, 403, 403]
    with pytest.raises(PermissionDenied):
        services.delete_view(view=view, by=clerk)
    text = client.get(reverse("unions:saved_view_list", args=["workers"])).content.decode()
    assert "女职工" in text
    assert pages["delete"] not in text


def test_too_many_views_and_too_long_a_query_are_refused(officer, monkeypatch):
    with pytest.raises(RuleError, match="条件太长"):
        save(officer, query="x=" + "1" * saved.LONGEST_QUERY)
    monkeypatch.setattr(saved, "MOST", 1)
    save(officer)
    with pytest.raises(RuleError, match="最多保存 1 个"):
        save(officer, name="另一个")


@pytest.mark.parametrize("address", [reverse(LIST), reverse("unions:saved_view_list", args=["workers"])])
def test_views_ask_the_same_number_of_queries_for_one_and_three(client, officer, union, address):
    save(officer, name="一", union=union)
    client.force_login(officer)
    client.get(address)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    before = asked()
    save(officer, name="二", union=union)
    save(officer, name="三")
    assert asked() == before
