"""Pages of honours, teams and studios: the way from entering to revoking, lists, and flat numbers of queries."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from competitions.models import CollectiveHonour, Honour, HonourType, Studio, Team
from tests.factories.honours import (
    CollectiveHonourFactory,
    HonourFactory,
    StudioFactory,
    StudioMemberFactory,
    StudioProjectFactory,
    TeamFactory,
)
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db
FACTS = {"level": "X", "issuer": "试验授予单位", "year": "2026", "awarded_on": "2026-05-01"}
PDF = b"%PDF-1.7 made for a test"


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm)


def url(name, *args):
    return reverse(f"competitions:{name}", args=args)


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def act(client, row, kind, what, **data):
    return client.post(
        url(f"recognition_{what}", row.pk, kind), {"version": str(row.version), **data}, follow=True
    ).content.decode()


def test_an_honour_from_entry_to_revocation(client, officer, clerk, worker):
    client.force_login(officer)
    page = client.post(url("worker_honour_create", worker.pk), FACTS | {"type": "PIONEER"}).content.decode()
    assert "PIONEER 不在可用的选项中" in page or "请选择" in page
    assert not Honour.objects.exists()
    client.post(
        url("worker_honour_create", worker.pk), FACTS | {"type": "CRAFT_Y", "recheck_on": "2026-11-01"}
    )
    honour = Honour.objects.get()
    assert (honour.title, honour.state, honour.union) == ("乐清工匠", "entered", worker.union)
    file = SimpleUploadedFile("a.pdf", PDF)
    client.post(url("recognition_paper_create", honour.pk, "honour"), {"file": file})
    paper = honour.papers.get()
    got = client.get(url("recognition_paper_download", honour.pk, "honour", paper.pk))
    assert b"".join(got.streaming_content) == PDF
    assert AuditEntry.objects.get(action="competitions.honour_paper_download").details == {
        "kind": "honour",
        "record": honour.pk,
    }
    client.force_login(clerk)
    assert worker.name in text_of(client, url("recognition_queue"))
    assert "已核实" in act(client, honour, "honour", "verify")
    honour.refresh_from_db()
    assert "请刷新页面" in act(client, honour, "honour", "verify")
    page = act(client, honour, "honour", "recheck", on="2026-10-20", result="mend")
    assert "请写明事由" in page
    act(client, honour, "honour", "recheck", on="2026-10-20", result="passed", next_on="2028-11-01")
    honour.refresh_from_db()
    assert (honour.recheck_result, honour.recheck_on) == ("passed", dt.date(2028, 11, 1))
    assert "日期不能早于授予日期 2026-05-01，现填 2026-04-01" in act(
        client, honour, "honour", "revoke", on="2026-04-01", note="授予单位发文撤销"
    )
    act(client, honour, "honour", "revoke", on="2026-11-02", note="授予单位发文撤销")
    honour.refresh_from_db()
    assert (honour.state, honour.revoked_on) == ("revoked", dt.date(2026, 11, 2))
    assert (
        "已于 2026-11-02 撤销，不能再修改"
        in client.post(
            url("honour_edit", honour.pk), FACTS | {"type": "GOLD", "version": str(honour.version)}
        ).content.decode()
    )
    page = act(client, honour, "honour", "restore", note=" ")
    assert "请写明事由" in page or "这个字段是必填项" in page
    act(client, honour, "honour", "restore", note="登记错了人")
    honour.refresh_from_db()
    assert (honour.state, honour.revoked_on) == ("verified", None)
    entry = AuditEntry.objects.filter(action="competitions.honour_restore").get()
    assert entry.details == {"note": "登记错了人", "was": "2026-11-02", "worker": worker.pk}
    assert "没有登记撤销" in act(client, honour, "honour", "restore", note="登记错了人")
    told = AuditEntry.objects.filter(object_type="competitions.honour").values_list("details", flat=True)
    assert not any(worker.name in str(details) for details in told)


def test_an_edit_asks_the_town_again_and_a_refusal_says_why(client, officer, clerk, worker):
    honour = HonourFactory(worker=worker)
    client.force_login(officer)
    change = FACTS | {
        "type": "CRAFT_Y",
        "title": honour.title,
        "version": "1",
        "document_number": "试〔2026〕1号",
    }
    client.post(url("honour_edit", honour.pk), change)
    honour.refresh_from_db()
    assert (honour.state, honour.document_number, honour.decided_at) == ("entered", "试〔2026〕1号", None)
    client.force_login(clerk)
    act(client, honour, "honour", "refuse", note="文件上没有此人")
    client.force_login(officer)
    assert "文件上没有此人" in text_of(client, url("honour_detail", honour.pk))


def test_honours_of_collectives_teams_and_their_rate(client, officer, worker, union, other_union, firm):
    client.force_login(officer)
    client.post(
        url("team_create"),
        {
            "union": union.pk,
            "name": "装配一班",
            "headcount": "12",
            "leader": worker.name,
            "employer": firm.pk,
        },
    )
    team = Team.objects.get()
    assert (team.leader, team.employer, team.headcount) == (worker, firm, 12)
    page = text_of(client, url("collective_honour_create") + f"?team={team.pk}")
    assert f'<option value="{team.pk}" selected>' in page
    data = FACTS | {"union": union.pk, "team": team.pk, "type": "PIONEER"}
    client.post(url("collective_honour_create"), data)
    honour = CollectiveHonour.objects.get()
    assert (honour.holder, honour.title) == (team, "工人先锋号")
    assert (
        "这个集体这一年度的这种荣誉已经登记过"
        in client.post(url("collective_honour_create"), data).content.decode()
    )
    foreign = TeamFactory(union=other_union)
    page = client.post(url("collective_honour_create"), data | {"team": foreign.pk}).content.decode()
    assert CollectiveHonour.objects.count() == 1
    client.post(
        url("team_edit", team.pk),
        {"name": "装配一班", "headcount": "13", "no_leader": "on", "employer": firm.pk, "version": "1"},
    )
    team.refresh_from_db()
    assert (team.leader, team.headcount) == (None, 13)
    client.post(url("team_dissolve", team.pk), {"on": "2026-11-01", "version": "2"})
    team.refresh_from_db()
    assert team.dissolved_on == dt.date(2026, 11, 1)
    assert "工人先锋号" in text_of(client, url("team_detail", team.pk))


def test_a_studio_with_members_and_the_project_a_year_asks_for(client, officer, clerk, worker, union, firm):
    mate = WorkerFactory(employer=firm)
    client.force_login(officer)
    client.post(
        url("studio_create"),
        FACTS | {"union": union.pk, "title": "张力工作室", "leader": worker.name, "type": "STUDIO_MODEL",
                 "awarded_on": "2025-05-01"},
    )  # fmt: skip
    studio = Studio.objects.get()
    assert "没有登记项目" in text_of(client, url("studio_detail", studio.pk))
    client.post(url("studio_join", studio.pk), {"worker": [mate.pk], "joined_on": "2026-06-01"})
    assert studio.members.get().worker == mate
    page = client.post(
        url("studio_project_create", studio.pk),
        {"year": "2026", "title": "工装改进", "state": "approved", "approved_on": "2025-12-01"},
    ).content.decode()
    assert "立项日期 2025-12-01 不在 2026 年度内" in page
    project = {"year": "2026", "title": "工装改进", "state": "approved", "approved_on": "2026-03-01"}
    client.post(url("studio_project_create", studio.pk), project)
    act_of = client.get(url("studio_detail", studio.pk)).context["years"]
    assert [(year.year, year.approved, year.asked, year.is_short) for year in act_of] == [
        (2026, 1, 1, False),
        (2025, 0, 1, True),
    ]
    member = studio.members.get()
    early = client.post(url("studio_leave", member.pk), {"left_on": "2026-05-31"}).content.decode()
    assert "退出日期不能早于加入日期 2026-06-01，现填 2026-05-31" in early
    client.post(url("studio_leave", member.pk), {"left_on": "2026-07-01"})
    member.refresh_from_db()
    assert member.left_on == dt.date(2026, 7, 1)
    again = {"worker": [mate.pk], "joined_on": "2026-06-30"}
    page = client.post(url("studio_join", studio.pk), again).content.decode()
    assert f"{mate.name}上次于 2026-07-01 退出，再次加入不能早于这一天，现填 2026-06-30" in page
    assert studio.members.count() == 1
    client.force_login(clerk)
    act(client, studio, "studio", "verify")
    studio.refresh_from_db()
    act(client, studio, "studio", "revoke", on="2026-08-01", note="不再符合条件")
    later = project | {"year": "2027", "state": "planned", "approved_on": ""}
    page = client.post(url("studio_project_create", studio.pk), later).content.decode()
    assert "工作室已于 2026-08-01 撤销，项目年度不能更晚" in page
    joins = client.post(url("studio_join", studio.pk), {"worker": [mate.pk], "joined_on": "2026-08-01"})
    assert "工作室已于 2026-08-01 撤销，现填 2026-08-01，不能再加入成员" in joins.content.decode()
    assert (studio.projects.count(), studio.members.count()) == (1, 1)
    short = StudioFactory(leader=worker)
    assert [row.pk for row in client.get(url("studio_list") + "?projects=short").context["page"]] == [
        short.pk
    ]


def test_the_card_of_a_person_and_the_rules_of_kinds(client, officer, clerk, worker):
    honour = HonourFactory(worker=worker)
    team, studio = TeamFactory(union=worker.union, leader=worker), StudioFactory(leader=worker)
    client.force_login(officer)
    page = text_of(client, url("worker_honours", worker.pk))
    assert all(name in page for name in (honour.title, team.name, studio.title))
    assert "先进操作法" in text_of(client, url("honour_type_list"))
    kind = HonourType.objects.get(code="SKILL_C")
    client.force_login(clerk)
    change = {"system": "labour", "counts_as": "model_team", "source": "试", "version": "1"}
    page = client.post(url("honour_type_edit", kind.pk), change).content.decode()
    assert "个人荣誉只能计入工匠与金牌工人" in page
    client.post(url("honour_type_edit", kind.pk), change | {"counts_as": "craftsman"})
    kind.refresh_from_db()
    assert kind.counts_as == "craftsman"
    new = {"code": "METHOD", "nature": "individual", "system": "", "counts_as": "", "source": "试"}
    client.post(url("honour_type_create"), new)
    assert HonourType.objects.get(code="METHOD").nature == "individual"
    assert "这种荣誉的这类授予对象已有规则" in client.post(url("honour_type_create"), new).content.decode()


def test_lists_find_filter_and_read_flat(client, clerk, firm, django_assert_max_num_queries):
    client.force_login(clerk)

    def fill():
        worker = WorkerFactory(employer=firm)
        honour = HonourFactory(worker=worker, recheck_on=dt.date(2026, 12, 1))
        team = TeamFactory(union=firm.union, employer=firm, leader=worker)
        CollectiveHonourFactory(team=team)
        studio = StudioFactory(leader=worker)
        StudioMemberFactory(studio=studio, worker=WorkerFactory(employer=firm))
        StudioProjectFactory(studio=studio)
        HonourFactory(worker=worker, state="entered", type="GOLD")
        return worker, honour

    worker, honour = fill()
    lists = ("honour_list", "collective_honour_list", "team_list", "studio_list", "recognition_queue")
    for name in lists:
        client.get(url(name))
    counts = {}
    for name in lists:
        with django_assert_max_num_queries(60) as seen:
            client.get(url(name))
        counts[name] = len(seen)
    fill(), fill()
    for name in lists:
        with django_assert_max_num_queries(counts[name]):
            client.get(url(name))
    found = client.post(url("honour_list"), {"q": worker.name}, follow=True)
    assert worker.name not in found.redirect_chain[-1][0]
    assert {row.worker for row in found.context["page"]} == {worker}
    due = client.get(url("honour_list") + "?validity=recheck&type=CRAFT_Y").context["page"]
    assert honour.pk in [row.pk for row in due]
    HonourFactory(worker=worker, type="SKILL_C", valid_until=dt.date(2026, 6, 1))
    assert [row.type for row in client.get(url("honour_list") + "?validity=expired").context["page"]] == [
        "SKILL_C"
    ]
    titled = client.get(url("team_list") + "?titled=yes").context["page"]
    assert [row.titles for row in titled] == [1, 1, 1]
