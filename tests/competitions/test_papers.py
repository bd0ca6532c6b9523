"""Papers of a contest, and the lists of an event on paper: who opens them, what they say, and the trace of each look."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from competitions.models import Contest, ContestPaper
from competitions.services import add_contest_paper, clone_contest, draw_numbers, withdraw_entry
from core import pdf
from tests.core.pdf_reading import text as text_of_pdf
from tests.factories.contests import ContestFactory, EntrantFactory, EntryFactory, EventFactory, StageFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number

pytestmark = pytest.mark.django_db
PHONE = "16012349876"


def url(name, *args):
    return reverse(f"competitions:{name}", args=args)


def scan(text="规则"):
    return SimpleUploadedFile("某人.pdf", f"%PDF-1.7 {text}".encode())


@pytest.fixture
def contest(town):
    return ContestFactory(union=town, is_open_below=True, state="open", title="全镇职工技能竞赛")


@pytest.fixture
def event(contest):
    return EventFactory(contest=contest, title="电工")


def test_who_may_enter_opens_rules_and_notice_and_no_budget(client, clerk, officer, contest):
    client.force_login(clerk)
    for kind in ("rules", "budget"):
        client.post(url("paper_create", contest.pk), {"kind": kind, "file": scan(kind)})
    rules, budget = contest.papers.order_by("pk")
    refused = client.post(
        url("paper_create", contest.pk), {"kind": "rules", "file": SimpleUploadedFile("规则.docx", b"PK..")}
    )
    assert "文件内容不是 PDF、JPG 或 PNG" in refused.content.decode()
    again = client.post(url("paper_create", contest.pk), {"kind": "other", "file": scan("rules")})
    assert "这个文件已经上传过" in again.content.decode()
    client.force_login(officer)
    page = client.get(contest.get_absolute_url()).content.decode()
    assert url("paper_download", contest.pk, rules.pk) in page
    assert url("paper_download", contest.pk, budget.pk) not in page
    answer = client.get(url("paper_download", contest.pk, rules.pk))
    assert (answer["Content-Type"], b"".join(answer.streaming_content)) == (
        "application/octet-stream",
        b"%PDF-1.7 rules",
    )
    looked = AuditEntry.objects.get(action="competitions.paper_download")
    assert (looked.actor, looked.category, looked.details) == (officer, "access", {"paper": rules.pk})
    assert client.get(url("paper_download", contest.pk, budget.pk)).status_code == 404
    assert client.post(url("paper_delete", contest.pk, rules.pk)).status_code == 404
    Contest.objects.update(state="planned")
    assert client.get(url("paper_download", contest.pk, rules.pk)).status_code == 404


def test_papers_of_a_contest_that_is_over_stay_and_next_years_has_none(
    client, clerk, contest, django_capture_on_commit_callbacks
):
    paper = add_contest_paper(contest=contest, kind="notice", file=scan(), by=clerk)
    Contest.objects.update(state="finished")
    client.force_login(clerk)
    page = client.post(url("paper_delete", contest.pk, paper.pk), follow=True).content.decode()
    assert "竞赛已结束，不能再修改" in page
    assert list(clone_contest(contest=contest, by=clerk).papers.all()) == []
    Contest.objects.filter(pk=contest.pk).update(state="open")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("paper_delete", contest.pk, paper.pk))
    assert not ContestPaper.objects.exists()
    assert not default_storage.exists(paper.file.name)


def test_lists_are_printed_for_the_holder_and_each_look_is_logged(
    client, clerk, officer, event, union, other_union
):
    stages = [StageFactory(event=event, title="理论", advance=2, weight=30)]
    stages.append(StageFactory(event=event, title="实操", position=2, weight=70))
    names = [f"试印{name}" for name in "甲乙丙丁"]
    entries = [
        EntryFactory(event=event, union=place, state="admitted") for place in (union, union, other_union)
    ]
    entries.append(EntryFactory(event=event, union=union))
    entries[3].state, waiting = "refused", entries[3]
    waiting.note, waiting.decided_by, waiting.decided_at = "材料不全", clerk, entries[0].decided_at
    waiting.save()
    numbers = [citizen_number(sequence=place + 900) for place in range(4)]
    for entry, name, number in zip(entries, names, numbers, strict=True):
        firm = EmployerFactory(union=entry.union)
        worker = WorkerFactory(employer=firm, name=name, document=number, phone_number=PHONE)
        EntrantFactory(entry=entry, worker=worker)
    draw_numbers(event=event, by=clerk)
    withdraw_entry(entry=entries[0], reason="身体不适退赛", by=clerk)
    client.force_login(clerk)
    pages = {
        "lots": client.get(url("lots_print", event.pk)),
        "roster": client.get(url("roster_print", event.pk)),
        "call": client.get(url("call_print", stages[1].pk)),
    }
    said = {name: text_of_pdf(answer.content) for name, answer in pages.items()}
    assert {answer["Content-Type"] for answer in pages.values()} == {"application/pdf"}
    for text in said.values():
        assert "全镇职工技能竞赛" in text
        assert "第 1 页，共 1 页" in text
        assert [
            part
            for part in (names[3], PHONE[-4:], "身体不适", *(one[-4:] for one in numbers))
            if part in text
        ] == []
    assert "第 1–3 号" in said["lots"]
    assert f"由 {clerk.name} 抽签" in said["lots"]
    assert names[0] in said["lots"]  # a number that is taken, without a competitor
    assert names[0] not in said["roster"] + said["call"]
    assert "2 个工会，2 人" in said["roster"]
    assert said["roster"].index(union.name) < said["roster"].index(names[1])
    assert "没有晋级的，请按公布的晋级名单划去" in said["call"]
    looks = AuditEntry.objects.filter(action="competitions.print_list", category="access").order_by("pk")
    assert [row.details for row in looks] == [
        {"event": event.pk, "list": title} for title in ("抽签顺序表", "参赛名册", "检录表")
    ]
    page = client.get(event.get_absolute_url()).content.decode()
    assert f"第 1–3 号由 {clerk} 于" in page
    client.force_login(officer)
    printed = [url("lots_print", event.pk), url("roster_print", event.pk), url("call_print", stages[0].pk)]
    assert {client.get(address).status_code for address in printed} == {404}
    assert "抽签顺序表" not in client.get(event.get_absolute_url()).content.decode()


def test_what_cannot_be_printed_is_said_on_the_page(client, clerk, event, monkeypatch):
    def broken(*args, **kwargs):
        raise pdf.PrintError("字体缺字")

    monkeypatch.setattr(pdf, "render", broken)
    client.force_login(clerk)
    page = client.get(url("lots_print", event.pk), follow=True).content.decode()
    assert "字体缺字" in page
    assert not AuditEntry.objects.filter(action="competitions.print_list").exists()
