"""Outside learning: reported by a union, decided by the town; its pages, and what becomes of it with its person."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from tests.exchange.exports import rows_in_file
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.models import LearningPaper, OutsideLearning
from training.services.learning import (
    add_learning_paper,
    approve_learning,
    edit_learning,
    refuse_learning,
    remove_learning_paper,
    report_learning,
)
from training.services.learning_people import erase_learning, move_learning

pytestmark = pytest.mark.django_db
LIST = "training:learning_list"
ON = dt.date(2026, 3, 1)
PDF = b"%PDF-1 a certificate"


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm, name="试点甲")


def report(worker, by, **facts) -> OutsideLearning:
    said = {"title": "试验公开课", "kind": "LAW", "completed_on": ON, "hours": 4}
    return report_learning(worker=worker, by=by, **(said | facts))


def platform(worker, by, **facts) -> OutsideLearning:
    said = {
        "title": "平台课",
        "kind": "ONLINE",
        "completed_on": ON,
        "source": "platform",
        "state": "approved",
    }
    return OutsideLearning.objects.create(
        worker=worker, union_id=worker.union_id, entered_by=by, **(said | facts)
    )


@pytest.fixture
def learning(worker, officer):
    return report(worker, officer)


def test_what_a_union_reports_waits_and_counts_when_the_town_approves(learning, worker, officer, clerk):
    assert (learning.state, learning.union, learning.source) == ("entered", worker.union, "self")
    assert not OutsideLearning.objects.counting().exists()
    with pytest.raises(PermissionDenied):
        approve_learning(learning=learning, version="1", by=officer)
    approve_learning(learning=learning, version="1", by=clerk)
    learning.refresh_from_db()
    assert (learning.state, learning.decided_by, learning.version) == ("approved", clerk, 2)
    assert OutsideLearning.objects.counting().get() == learning
    with pytest.raises(ValidationError, match="不是待审核"):
        refuse_learning(learning=learning, version="2", note="重复", by=clerk)
    edit_learning(learning=learning, version="2", by=officer, hours=6)
    learning.refresh_from_db()
    assert (learning.state, learning.decided_by, learning.hours) == ("entered", None, 6)
    actions = AuditEntry.objects.filter(object_type="training.outsidelearning").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "training.learning_report",
        "training.learning_approve",
        "training.learning_edit",
    ]


def test_what_the_platform_states_as_well_counts_once(learning, worker, officer, clerk):
    approve_learning(learning=learning, version="1", by=clerk)
    stated = platform(worker, clerk, title=learning.title, completed_on=learning.completed_on)
    other = platform(worker, clerk, title="另一门课", completed_on=learning.completed_on)
    assert list(OutsideLearning.objects.counting().order_by("pk")) == [stated, other]
    told = f"市总学习平台的成绩中已有 {learning.completed_on} 完成的“另一门课”"
    with pytest.raises(ValidationError, match=told):
        report(worker, officer, title="另一门课", completed_on=learning.completed_on)
    with pytest.raises(ValidationError, match=told):
        edit_learning(learning=learning, version="2", by=officer, title="另一门课")
    stated.delete()
    assert list(OutsideLearning.objects.counting().order_by("pk")) == [learning, other]


def test_a_refusal_needs_a_reason_and_frees_the_course(learning, worker, officer, clerk):
    with pytest.raises(ValidationError, match="已经登记过"):
        report(worker, officer)
    with pytest.raises(ValidationError, match="写明理由"):
        refuse_learning(learning=learning, version="1", note=" ", by=clerk)
    refuse_learning(learning=learning, version="1", note="没有证明", by=clerk)
    assert report(worker, officer).state == "entered"
    assert not OutsideLearning.objects.counting().exists()


def test_what_was_refused_for_want_of_proof_is_handed_in_again_as_it_is(client, learning, officer, clerk):
    refuse_learning(learning=learning, version="1", note="没有证明", by=clerk)
    client.force_login(officer)
    add = reverse("training:learning_paper_create", args=[learning.pk])
    assert add in client.get(learning.get_absolute_url()).content.decode()
    paper = add_learning_paper(learning=learning, file=ContentFile(PDF), by=officer)
    gone = reverse("training:learning_paper_delete", args=[learning.pk, paper.pk])
    assert gone not in client.get(learning.get_absolute_url()).content.decode()
    with pytest.raises(ValidationError, match="现为“不予认可”，不能增减附件"):
        remove_learning_paper(paper=paper, by=officer)
    again = edit_learning(learning=learning, version="2", by=officer, hours=learning.hours)
    assert (again.state, again.decided_by, again.decision_note, again.version) == ("entered", None, "", 3)
    same = edit_learning(learning=learning, version="3", by=officer, hours=learning.hours)
    assert same.version == 3


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"kind": "NONE"}, "kind"),
        ({"completed_on": timezone.localdate() + dt.timedelta(days=1)}, "completed_on"),
        ({"completed_on": dt.date(1890, 1, 1)}, "completed_on"),
        ({"score": 101}, "score"),
        ({"hours": 0}, "__all__"),
    ],
)
def test_bad_facts_are_refused_by_field(worker, officer, facts, field):
    with pytest.raises(ValidationError) as refused:
        report(worker, officer, **facts)
    assert list(refused.value.message_dict) == [field]
    assert not OutsideLearning.objects.exists()


def test_out_of_reach_and_stale_are_refused(learning, worker, officer, other_officer):
    with pytest.raises(PermissionDenied):
        report(worker, other_officer, title="另一门")
    with pytest.raises(PermissionDenied):
        edit_learning(learning=learning, version="1", by=other_officer, hours=5)
    edit_learning(learning=learning, version="1", by=officer, hours=5)
    with pytest.raises(ValidationError) as stale:
        edit_learning(learning=learning, version="1", by=officer, hours=6)
    assert stale.value.code == "stale"


def test_what_the_platform_says_is_not_edited_here(worker, officer, clerk):
    row = platform(worker, clerk)
    for act in (
        lambda: edit_learning(learning=row, version="1", by=officer, hours=6),
        lambda: add_learning_paper(learning=row, file=ContentFile(PDF), by=officer),
    ):
        with pytest.raises(ValidationError, match="平台"):
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        platform(worker, clerk, title="待审", state="entered")
    with pytest.raises(IntegrityError), transaction.atomic():
        platform(worker, clerk, source="self", title="自报直接计入")


def test_papers_come_and_go_until_it_is_decided(learning, officer, clerk):
    paper = add_learning_paper(learning=learning, file=ContentFile(PDF, name="张三.exe"), by=officer)
    assert (paper.format, paper.file.size, "张三" in paper.file.name) == ("pdf", len(PDF), False)
    for bad in (b"GIF89a", b""):
        with pytest.raises(ValidationError, match="PDF"):
            add_learning_paper(learning=learning, file=ContentFile(bad), by=officer)
    with pytest.raises(ValidationError, match="已经上传"):
        add_learning_paper(learning=learning, file=ContentFile(PDF), by=officer)
    approve_learning(learning=learning, version="1", by=clerk)
    with pytest.raises(ValidationError, match="现为“已认可”，不能增减附件"):
        remove_learning_paper(paper=paper, by=officer)


def test_merged_people_keep_each_course_once(worker, firm, officer, clerk):
    absorbed = WorkerFactory(employer=firm)
    kept = [report(worker, officer), platform(worker, clerk)]
    report(absorbed, officer)
    platform(absorbed, clerk)
    other = platform(absorbed, clerk, title="另一门")
    move_learning(worker, absorbed)
    rows = OutsideLearning.objects.order_by("pk")
    assert {row.worker for row in rows} == {worker}
    assert [row.pk for row in rows.exclude(state="refused")] == [*(row.pk for row in kept), other.pk]
    assert "合并" in rows.get(state="refused").decision_note


def test_a_forgotten_person_leaves_course_and_hours(
    learning, worker, officer, clerk, django_capture_on_commit_callbacks
):
    paper = add_learning_paper(learning=learning, file=ContentFile(PDF), by=officer)
    refuse_learning(learning=learning, version="1", note="写了别人的名字", by=clerk)
    with django_capture_on_commit_callbacks(execute=True):
        erase_learning([worker.pk], [])
    learning.refresh_from_db()
    assert (learning.title, learning.decision_note) == ("试验公开课", "")
    assert not LearningPaper.objects.exists()
    assert not paper.file.storage.exists(paper.file.name)


def test_the_list_filters_and_hides_what_was_looked_for(client, officer, learning, firm, clerk):
    other = platform(
        WorkerFactory(employer=firm, name="试点乙"), clerk, completed_on=ON - dt.timedelta(days=9)
    )
    client.force_login(officer)

    def listed(**query):
        return list(client.get(reverse(LIST), query).context["page"])

    assert listed() == [learning, other]
    assert listed(source="platform") == listed(title="平台") == listed(kind="ONLINE") == [other]
    assert listed(state="entered") == listed(since=str(ON)) == [learning]
    assert listed(union=learning.union_id) == [learning, other]
    answer = client.post(reverse(LIST), {"q": "试点乙"})
    assert "试点乙" not in answer.url
    assert list(client.get(answer.url).context["page"]) == [other]
    [row] = rows_in_file(officer, "outside_learning", "source=platform")
    assert (row[0], row[2], row[3], row[-1]) == ("试点乙", "市总学习平台", "平台课", "已认可")


def test_a_stranger_and_readers_of_figures_find_nothing(client, other_officer, group_member, learning):
    client.force_login(other_officer)
    assert list(client.get(reverse(LIST)).context["page"]) == []
    assert client.get(learning.get_absolute_url()).status_code == 404
    assert client.get(reverse("training:learning_create", args=[learning.worker_id])).status_code == 404
    client.force_login(group_member)
    assert client.get(reverse(LIST)).status_code == 403


def test_pages_ask_as_often_for_three_rows_as_for_one(client, clerk, officer, firm, worker, learning):
    client.force_login(clerk)
    addresses = [
        reverse(LIST),
        reverse("training:learning_queue"),
        reverse("training:worker_learning", args=[worker.pk]),
    ]
    counts = []
    for more in (2, 0):
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as found:
                client.get(address)
            counts.append(len(found))
        for place in range(more):
            one = report(WorkerFactory(employer=firm), officer)
            add_learning_paper(learning=one, file=ContentFile(PDF), by=officer)
            report(worker, officer, title=f"第{place}门")
    assert counts[:3] == counts[3:]


def test_it_is_reported_proved_and_decided_on_the_pages(client, officer, clerk, worker):
    client.force_login(officer)
    part = reverse("training:worker_learning", args=[worker.pk])
    assert part in client.get(worker.get_absolute_url()).content.decode()
    address = reverse("training:learning_create", args=[worker.pk])
    assert address in client.get(part).content.decode()
    assert client.post(address, {"once": "j" * 24}).context["form"].errors.keys() == {
        "title",
        "kind",
        "completed_on",
    }
    said = {
        "title": "试验公开课",
        "kind": "LAW",
        "completed_on": "2026-03-01",
        "hours": "4",
        "once": "k" * 24,
    }
    answers = [client.post(address, said) for _ in range(2)]
    learning = OutsideLearning.objects.get()
    assert [answer.url for answer in answers] == [learning.get_absolute_url()] * 2
    add = reverse("training:learning_paper_create", args=[learning.pk])
    assert "PDF" in str(
        client.post(add, {"file": SimpleUploadedFile("a.pdf", b"GIF")}).context["form"].errors
    )
    client.post(add, {"file": SimpleUploadedFile("a.pdf", PDF)})
    paper = learning.papers.get()
    file = reverse("training:learning_paper_download", args=[learning.pk, paper.pk])
    answer = client.get(file)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == f'attachment; filename="{paper.file_name}"'
    edit = reverse("training:learning_edit", args=[learning.pk])
    form = client.get(edit).context["form"]
    facts = {name: form[name].value() or "" for name in form.fields} | {"hours": "6"}
    assert client.post(edit, facts).url == learning.get_absolute_url()
    assert "已被其他人修改" in client.post(edit, facts).content.decode()
    client.force_login(clerk)
    queue = client.get(reverse("training:learning_queue")).content.decode()
    assert file in queue
    refuse = reverse("training:learning_refuse", args=[learning.pk])
    learning.refresh_from_db()
    assert "理由" in str(client.post(refuse, {"version": learning.version}).content.decode())
    assert client.post(refuse, {"version": learning.version, "note": "没有学时证明"}).status_code == 302
    assert "没有学时证明" in client.get(learning.get_absolute_url()).content.decode()
    edit_learning(learning=learning, version=str(learning.version + 1), by=officer, hours=5)
    learning.refresh_from_db()
    approve = reverse("training:learning_approve", args=[learning.pk])
    away = client.post(approve, {"version": learning.version, "next": "https://example.org/"})
    assert away.url == learning.get_absolute_url()
    learning.refresh_from_db()
    assert learning.state == "approved"
