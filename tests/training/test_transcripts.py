"""The transcript: what is verified stands on it, its code follows the facts, and who took it is logged."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from core import pdf
from tests.core.pdf_reading import text as text_of_pdf
from tests.factories.classes import ClassFactory, EnrolmentFactory, SessionFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.teaching import learning, published
from training import transcripts
from training.models import Attendance, Learner
from training.services import edit_certificate
from training.services.learning import approve_learning, report_learning
from training.services.titles import enter_title, verify_title


def facts(worker, by):
    title = enter_title(
        worker=worker, name="助理工程师", rank="2", series="工程技术", register_number="", issuer="试验评审委员会",
        issued_on=dt.date(2024, 5, 1), by=by,
    )  # fmt: skip
    return CertificateFactory(worker=worker, number="A-1"), title


def test_what_is_verified_stands_on_it_and_the_code_follows(client, union, officer, clerk):
    worker = WorkerFactory(employer=EmployerFactory(union=union), name="试蘅芷")
    certificate, title = facts(worker, officer)
    CertificateFactory(worker=worker, number="B-2", state="entered")
    CertificateFactory(worker=worker, number="C-3", valid_until=dt.date(2024, 6, 1))
    before = transcripts.code_of(worker)
    verify_title(title=title, version="1", by=clerk)
    code = transcripts.code_of(worker)
    assert code != before
    client.force_login(officer)
    card = client.get(reverse("training:worker_skills", args=[worker.pk])).content.decode()
    assert code in card
    response = client.get(reverse("training:worker_transcript", args=[worker.pk]))
    assert pdf.page_count(response.content) == 1
    text = text_of_pdf(response.content).replace("\n", "").replace(" ", "")
    for told in ("试蘅芷", union.name, "A-1", "高级工", "助理工程师", "没有结业的培训", code):
        assert told in text
    number = worker.documents.get().number
    assert [part for part in ("B-2", "C-3", number, number[-4:]) if part in text] == []
    assert AuditEntry.objects.get(action="training.transcript").object_id == worker.pk
    edit_certificate(certificate=certificate, version="1", by=officer, trade="焊工")
    assert transcripts.code_of(worker) != code


def test_classes_and_what_was_learned_elsewhere_stand_on_it_with_their_hours(union, officer, clerk):
    worker = WorkerFactory(employer=EmployerFactory(union=union))
    codes = [transcripts.code_of(worker)]
    enrolment = EnrolmentFactory(
        worker=worker,
        training_class=ClassFactory(union=union, title="试验电工班"),
        result="passed",
        completed_on=dt.date(2026, 5, 8),
    )
    codes.append(transcripts.code_of(worker))
    session = SessionFactory(training_class=enrolment.training_class, hours=4)
    Attendance.objects.create(session=session, enrolment=enrolment, noted_by=officer)
    codes.append(transcripts.code_of(worker))
    said = {"kind": "LAW", "completed_on": dt.date(2026, 3, 1), "hours": 7.5, "by": officer}
    waiting = report_learning(worker=worker, title="试验公开课", **said)
    assert transcripts.code_of(worker) == codes[-1]
    approve_learning(learning=waiting, version="1", by=clerk)
    report_learning(worker=worker, title="没有认可的课", **said)
    codes.append(transcripts.code_of(worker))
    learner, _ = learning(published(union, officer), worker, officer)
    Learner.objects.filter(pk=learner.pk).update(began_at=timezone.now(), completed_on=dt.date(2026, 4, 2))
    codes.append(transcripts.code_of(worker))
    assert len(set(codes)) == len(codes)
    text = text_of_pdf(transcripts.draw(worker)).replace("\n", "").replace(" ", "")
    for told in ("试验电工班4.0", "试验公开课自行参加7.5", "用电安全网上课堂", "2026-04-02", codes[-1]):
        assert told in text
    assert "没有认可的课" not in text


def test_a_foreign_union_and_readers_of_figures_get_none(client, union, other_officer, group_member):
    worker = WorkerFactory(employer=EmployerFactory(union=union))
    for user, status in ((other_officer, 404), (group_member, 403)):
        client.force_login(user)
        assert client.get(reverse("training:worker_transcript", args=[worker.pk])).status_code == status
