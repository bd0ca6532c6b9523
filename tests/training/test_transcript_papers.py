"""The transcripts of a union as an archive: one PDF a person, drawn by a job and kept like every export."""

import datetime as dt
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from core.errors import RuleError
from exchange.models import Export
from tests.access.scene import signed_in
from tests.core.pdf_reading import text as text_of_pdf
from tests.exchange.exports import ask, done, path_of, rows_in_file
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.listings.transcripts import TranscriptPapers
from training.services.learning import approve_learning, report_learning


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def people(firm):
    found = [WorkerFactory(employer=firm, name=name) for name in ("试点甲", "试点乙")]
    for person in found:
        CertificateFactory(worker=person)
    return found


def archive(export) -> dict[str, bytes]:
    with zipfile.ZipFile(path_of(export)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def test_a_union_gets_one_pdf_a_person_named_by_key_and_name(officer, people, other_union):
    CertificateFactory(worker=WorkerFactory(employer=EmployerFactory(union=other_union)))
    export = done(ask(officer, listing="transcript_papers"))
    files = archive(export)
    about = files.pop("说明.txt").decode("utf-8-sig")
    assert list(files) == [f"{person.pk:07d}-{person.name}.pdf" for person in people]
    page = text_of_pdf(files[f"{people[0].pk:07d}-试点甲.pdf"])
    assert "职工技能档案" in page
    assert "电工" in page
    number = people[0].documents.get().number
    assert not any(number[4:12] in name or number[-4:] in name for name in files)
    assert "行数：2" in about
    assert (export.rows, export.format, export.columns) == (2, "zip", [])
    assert export.file_name.endswith(".zip")
    entry = AuditEntry.objects.filter(action="exchange.export").latest("pk")
    assert (entry.details["layout"], entry.details["rows"]) == ("papers", 2)


def test_a_name_without_a_glyph_leaves_the_others_whole(officer, people):
    people[0].name = "试\U00032fff"
    people[0].save()
    export = done(ask(officer, listing="transcript_papers"))
    files = archive(export)
    assert [name[-7:] for name in files] == ["试点乙.pdf", "说明.txt"]
    assert f"未生成 {people[0].pk:07d}-" in files["说明.txt"].decode("utf-8-sig")
    assert export.rows == 1


def test_too_many_people_and_nobody_are_refused(officer, other_officer, people, monkeypatch):
    monkeypatch.setattr(TranscriptPapers, "most_rows", 1)
    with pytest.raises(RuleError, match="超过每份文件 1 人的上限"):
        ask(officer, listing="transcript_papers")
    with pytest.raises(RuleError, match="没有符合条件的行"):
        ask(other_officer, listing="transcript_papers")
    with pytest.raises(RuleError) as refused:
        ask(officer, listing="transcripts", file_format="zip")
    assert list(refused.value.message_dict) == ["file_format"]


def test_an_attempt_that_stops_midway_leaves_nothing_and_the_next_one_writes_the_file(
    officer, people, monkeypatch
):
    drawn, stopped = TranscriptPapers.paper, []

    def broken(listing, row):
        if row.pk == people[1].pk and not stopped:
            stopped.append(row.pk)
            raise OSError("the disk is full")
        return drawn(listing, row)

    monkeypatch.setattr(TranscriptPapers, "paper", broken)
    export = done(ask(officer, listing="transcript_papers"))
    assert stopped == [people[1].pk]
    assert len(archive(export)) == 3
    written = Path(default_storage.path("exports")).rglob("*")
    left = [path for path in written if path.name.lstrip(".").startswith(f"{export.job_id}-")]
    assert left == [path_of(export)]


def test_the_page_lists_people_and_leads_to_the_archive(client, officer, clerk, other_officer, people, firm):
    WorkerFactory(employer=firm, name="试无证")
    client.force_login(officer)
    page = client.get(reverse("training:transcript_list"))
    assert [row.name for row in page.context["page"]] == ["试点甲", "试点乙"]
    assert reverse("training:worker_transcript", args=[people[0].pk]) in page.content.decode()
    learned = WorkerFactory(employer=firm, name="试学丙")
    assert learned not in client.get(reverse("training:transcript_list")).context["page"].items
    said = {"title": "试验公开课", "kind": "LAW", "completed_on": dt.date(2026, 3, 1)}
    waiting = report_learning(worker=learned, by=officer, **said)
    assert learned not in client.get(reverse("training:transcript_list")).context["page"].items
    approve_learning(learning=waiting, version="1", by=clerk)
    [*_, row] = client.get(reverse("training:transcript_list")).context["page"]
    assert (row, row.outside_done, row.courses_done) == (learned, 1, 0)
    everybody = client.get(reverse("training:transcript_list"), {"content": "all"}).context["page"]
    assert [row.name for row in everybody] == ["试点甲", "试点乙", "试无证", "试学丙"]
    assert [row[0] for row in rows_in_file(officer, "transcripts")] == ["试点甲", "试点乙", "试学丙"]
    client.force_login(other_officer)
    assert list(client.get(reverse("training:transcript_list")).context["page"]) == []


def test_the_form_offers_the_archive(officer, people):
    desk, address = signed_in(officer), reverse("exchange:export_create")
    page = desk.get(address, {"list": "transcripts"}).content.decode()
    assert "逐人一份 PDF" in page
    assert 'value="zip"' not in page
    sent = {"list": "transcripts", "query": "", "reason": "报送市总工会", "layout": "papers"}
    assert desk.post(address, sent).status_code == 302
    export = Export.objects.get()
    assert (export.listing, export.format, export.layout) == ("transcript_papers", "zip", "papers")
    assert (
        desk.post(address, {**sent, "layout": "list", "columns": "name"}).status_code == 200
    )  # without a format
    assert "逐人一份 PDF" in desk.get(export.get_absolute_url()).content.decode()


def test_more_people_ask_no_more_queries(client, officer, people, firm):
    client.force_login(officer)
    counts = []
    for more in (0, 2):
        for _ in range(more):
            CertificateFactory(worker=WorkerFactory(employer=firm))
        client.get(reverse("training:transcript_list"))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("training:transcript_list"))
        counts.append(len(found))
    assert counts[0] == counts[1]
