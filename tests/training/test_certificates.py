"""Certificates: entered by a union, decided by the town, with their papers."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from core.forms import STALE, version_of
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from training.holdings import records_of
from training.invariants import INVARIANTS
from training.models import Certificate, Evidence
from training.rules.certificates import oddities
from training.services import (
    add_evidence,
    edit_certificate,
    enter_certificate,
    refuse_certificate,
    remove_evidence,
    restore_certificate,
    revoke_certificate,
    verify_certificate,
    verify_certificates,
)
from training.services.people import erase_skills
from workers.services import merge_workers

FACTS = {
    "kind": "level",
    "trade": "电 工",
    "level": "L4",
    "number": " y0000 33 000001 24 3 000001",
    "issuer": "试验评价机构",
    "issued_on": dt.date(2024, 5, 1),
    "valid_until": None,
}
LEVELS = {"L2": "初级工(五级)", "L4": "高级工(三级)", "L7": "特级技师"}
PDF = b"%PDF-1.7 a paper"


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union))


@pytest.fixture
def entered(worker, officer):
    return enter_certificate(worker=worker, by=officer, **FACTS)


def faults_of(call, **arguments):
    with pytest.raises(ValidationError) as caught:
        call(**arguments)
    return caught.value.message_dict if hasattr(caught.value, "error_dict") else caught.value.messages


def test_an_officer_enters_and_the_town_verifies(entered, officer, clerk):
    assert (entered.trade, entered.number, entered.state) == ("电工", "Y000033000001243000001", "entered")
    verified = verify_certificate(certificate=entered, version=version_of(entered), by=clerk)
    assert (verified.state, verified.decided_by) == ("verified", clerk)
    actions = list(AuditEntry.objects.filter(object_id=entered.pk).values_list("action", flat=True))
    assert sorted(actions) == ["training.certificate_enter", "training.certificate_verify"]
    assert AuditEntry.objects.filter(details__number__isnull=False).count() == 0


def test_many_are_verified_at_once_or_none(entered, worker, officer, clerk, federation_officer):
    def seen(*rows):
        return {row.pk: version_of(row) for row in rows}

    other = CertificateFactory(worker=worker, state="entered", number="Y000033000001243990002")
    odd = CertificateFactory(worker=worker, state="entered", number="S-1")
    decided = CertificateFactory(worker=worker, number="Y000033000001243990003")
    for wrong, message in (
        ({}, "请先勾选证书"),
        (seen(entered, odd), f"{worker.name}的证书有编号提示，请逐张核对后点“通过”。没有核验任何一张。"),
        (seen(entered, decided), STALE),
        (seen(entered) | {other.pk: "7"}, STALE),
    ):
        assert faults_of(verify_certificates, certificates=wrong, by=clerk) == [message]
    for nobody in (officer, federation_officer):
        with pytest.raises(PermissionDenied):
            verify_certificates(certificates=seen(entered, other), by=nobody)
    assert set(Certificate.objects.waiting()) == {entered, other, odd}
    assert verify_certificates(certificates=seen(entered, other), by=clerk) == [entered, other]
    for row in (entered, other):
        row.refresh_from_db()
        assert (row.state, row.decided_by, row.version) == ("verified", clerk, 2)
        entry = AuditEntry.objects.get(object_id=row.pk, action="training.certificate_verify")
        assert (entry.union_id, entry.details) == (worker.union_id, {"worker": worker.pk, "note": ""})


def test_an_officer_does_not_decide(entered, officer, federation_officer):
    for by in (officer, federation_officer):
        with pytest.raises(PermissionDenied):
            verify_certificate(certificate=entered, version="1", by=by)
        with pytest.raises(PermissionDenied):
            refuse_certificate(certificate=entered, version="1", note="看不清", by=by)
        with pytest.raises(PermissionDenied):
            revoke_certificate(certificate=entered, version="1", on=dt.date(2025, 1, 1), note="撤销", by=by)


def test_another_union_does_not_write(worker, entered, other_officer, group_member):
    for by in (other_officer, group_member):
        with pytest.raises(PermissionDenied):
            enter_certificate(worker=worker, by=by, **FACTS | {"number": "A1"})
        with pytest.raises(PermissionDenied):
            edit_certificate(certificate=entered, version="1", by=by, trade="焊工")
        with pytest.raises(PermissionDenied):
            add_evidence(certificate=entered, file=ContentFile(PDF), by=by)


def test_an_edit_of_a_verified_one_asks_for_verifying_anew(entered, officer, clerk):
    verified = verify_certificate(certificate=entered, version="1", by=clerk)
    same = edit_certificate(certificate=verified, version="2", by=officer, **FACTS)
    assert same.state == "verified"
    edited = edit_certificate(certificate=verified, version="2", by=officer, trade="焊工")
    assert (edited.state, edited.decided_by, edited.version) == ("entered", None, 3)
    assert faults_of(edit_certificate, certificate=verified, version="2", by=officer, trade="钳工") == [STALE]


def test_a_refused_one_says_why_and_frees_its_number(entered, worker, officer, clerk):
    assert "note" in faults_of(refuse_certificate, certificate=entered, version="1", note=" ", by=clerk)
    refused = refuse_certificate(certificate=entered, version="1", note="查无此证", by=clerk)
    assert (refused.state, refused.decision_note) == ("refused", "查无此证")
    again = enter_certificate(worker=worker, by=officer, **FACTS)
    assert again.number == refused.number
    assert "已经登记过" in str(
        faults_of(edit_certificate, certificate=refused, version="2", by=officer, trade="焊工")
    )


def test_a_refused_one_is_sent_again_with_the_paper_that_was_missing(entered, officer, clerk):
    first = add_evidence(certificate=entered, file=ContentFile(PDF), by=officer)
    refused = refuse_certificate(certificate=entered, version="1", note="缺背面的扫描件", by=clerk)
    add_evidence(certificate=refused, file=ContentFile(PDF + b"2"), by=officer)
    assert "不能增减附件" in str(faults_of(remove_evidence, evidence=first, by=officer))
    again = edit_certificate(certificate=refused, version="2", by=officer, **FACTS)
    assert (again.state, again.decided_by, again.decision_note) == ("entered", None, "")
    assert verify_certificate(certificate=again, version=version_of(again), by=clerk).state == "verified"
    assert "不能增减附件" in str(
        faults_of(add_evidence, certificate=again, file=ContentFile(b"%PDF-3"), by=officer)
    )


def test_a_revoked_one_counts_until_its_day(entered, officer, clerk):
    day = dt.date(2025, 3, 1)
    assert "已核验" in str(
        faults_of(revoke_certificate, certificate=entered, version="1", on=day, note="发证机构撤销", by=clerk)
    )
    verify_certificate(certificate=entered, version="1", by=clerk)
    early = {"certificate": entered, "version": "2", "note": "撤销", "by": clerk}
    assert "on" in faults_of(revoke_certificate, on=dt.date(2024, 4, 30), **early)
    assert "on" in faults_of(revoke_certificate, on=dt.date(2124, 4, 30), **early)
    revoked = revoke_certificate(certificate=entered, version="2", on=day, note="发证机构撤销", by=clerk)
    valid = Certificate.objects.valid_on
    assert (valid(day - dt.timedelta(days=1)).count(), valid(day).count()) == (1, 0)
    assert "不能再修改" in str(
        faults_of(edit_certificate, certificate=revoked, version="3", by=officer, trade="钳工")
    )
    wrong = {"certificate": entered, "note": "登记错了人", "by": clerk}
    with pytest.raises(PermissionDenied):
        restore_certificate(**wrong | {"by": officer}, version="3")
    assert faults_of(restore_certificate, **wrong, version="2") == [STALE]
    assert "note" in faults_of(restore_certificate, **wrong | {"note": " "}, version="3")
    restored = restore_certificate(**wrong, version="3")
    assert (restored.state, restored.revoked_on, valid(day).count()) == ("verified", None, 1)
    entry = AuditEntry.objects.latest("pk")
    told = {"note": "登记错了人", "was": str(day), "worker": entered.worker_id}
    assert (entry.action, entry.details) == ("training.certificate_restore", told)
    assert "没有登记失效" in str(faults_of(restore_certificate, **wrong, version="4"))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"level": ""}, "__all__"),
        ({"level": "L1"}, "__all__"),
        ({"kind": "ability"}, "__all__"),
        ({"level": "L9"}, "level"),
        ({"kind": "permit"}, "kind"),
        ({"trade": " "}, "trade"),
        ({"number": ""}, "number"),
        ({"number": "1" * 41}, "number"),
        ({"number": citizen_number()}, "number"),
        ({"issuer": ""}, "issuer"),
        ({"issued_on": dt.date(2999, 1, 1)}, "issued_on"),
        ({"issued_on": dt.date(1990, 1, 1)}, "issued_on"),
        ({"valid_until": dt.date(2024, 4, 30)}, "__all__"),
    ],
)
def test_bad_facts_are_refused_by_field(worker, officer, facts, field):
    assert list(faults_of(enter_certificate, worker=worker, by=officer, **FACTS | facts)) == [field]


def test_the_database_refuses_what_no_service_lets_through(worker):
    for wrong in (
        {"level": ""},
        {"kind": "ability"},
        {"state": "revoked", "revoked_on": None},
        {"state": "verified", "decided_at": None},
        {"valid_until": dt.date(2020, 1, 1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            CertificateFactory(worker=worker, **wrong)
    CertificateFactory(worker=worker, number="A1")
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateFactory(worker=worker, number="A1")
    CertificateFactory(worker=worker, number="A1", kind="qualification")


def test_papers_are_known_by_content_and_named_by_us(
    entered, officer, clerk, django_capture_on_commit_callbacks
):
    paper = add_evidence(certificate=entered, file=ContentFile(PDF, name="张三的证书.exe"), by=officer)
    assert (paper.format, paper.size) == ("pdf", len(PDF))
    assert paper.file_name == f"certificate-{entered.pk}-{paper.pk}.pdf"
    assert "张三" not in paper.file.name
    assert "已经上传过" in str(
        faults_of(add_evidence, certificate=entered, file=ContentFile(PDF), by=officer)
    )
    for content in (b"", b"MZ\x90", b"<svg onload=alert(1)>", b"GIF89a"):
        assert "file" in faults_of(add_evidence, certificate=entered, file=ContentFile(content), by=officer)
    large = ContentFile(b"\x89PNG\r\n\x1a\n" + bytes(5 * 1024 * 1024))
    assert "超过 5 MB" in str(faults_of(add_evidence, certificate=entered, file=large, by=officer))
    for number in range(5):
        add_evidence(certificate=entered, file=ContentFile(b"\xff\xd8\xff%d" % number), by=officer)
    seventh = ContentFile(b"\xff\xd8\xff-")
    assert "最多" in str(faults_of(add_evidence, certificate=entered, file=seventh, by=officer))
    with django_capture_on_commit_callbacks(execute=True):
        remove_evidence(evidence=paper, by=officer)
    assert not default_storage.exists(paper.file.name)
    verify_certificate(certificate=entered, version="1", by=clerk)
    assert "待核验" in str(faults_of(remove_evidence, evidence=Evidence.objects.first(), by=officer))


@pytest.mark.parametrize(
    ("kind", "number", "level", "told"),
    [
        ("level", "Y000033000001243000001", "L4", []),
        (
            "level",
            "Y000033000001245000001",
            "L4",
            ["等级码为“5”（初级工(五级)），与所填等级“高级工(三级)”不符"],
        ),
        ("level", "S000033000001193000001", "L4", ["年份为“19”，与发证日期 2024-05-01 不符"]),
        ("level", "S000032000001243000001", "L4", ["省份码为“32”，不是浙江"]),
        ("level", "S000032000001199000001", "L4", ["年份", "等级码为“9”（没有这一级）", "省份码"]),
        ("level", "R-G-S-12", "L4", ["编号不是通常的22 位"]),
        ("level", "YS00003300000124000001", "L7", []),
        ("level", "Y000033000001243000001", "L7", ["编号不是通常的22 位"]),
        ("qualification", "2433012345678901", "L4", []),
        ("qualification", "1933012345678901", "L4", ["年份为“19”"]),
        ("qualification", "243301234567890", "L4", ["16 位数字"]),
        ("ability", "anything", "", []),
    ],
)
def test_what_is_odd_about_a_number_is_told_and_never_refused(kind, number, level, told):
    found = oddities(kind=kind, number=number, level=level, issued_on=dt.date(2024, 5, 1), names=LEVELS)
    assert [part in text for part, text in zip(told, found, strict=True)] == [True] * len(told)


def test_a_merge_takes_the_certificates_along(worker, union, clerk):
    absorbed = CertificateFactory(worker__employer=worker.employer)
    merge_workers(kept=worker, absorbed=absorbed.worker, facts={}, note="同一人登记两次", by=clerk)
    absorbed.refresh_from_db()
    assert absorbed.worker == worker
    assert [fault for _, check in INVARIANTS for fault in check()] == []


def test_the_copy_names_certificates_and_erasing_keeps_what_figures_count(
    entered, worker, officer, django_capture_on_commit_callbacks
):
    paper = add_evidence(certificate=entered, file=ContentFile(PDF), by=officer)
    (title, headings, rows), *_ = records_of(worker, by=officer, full_numbers=True)
    assert title == "技能证书"
    assert dict(zip(headings, rows[0], strict=True))["证书编号"] == entered.number
    with django_capture_on_commit_callbacks(execute=True):
        erase_skills([worker.pk], [])
    entered.refresh_from_db()
    assert (entered.number, entered.issuer, entered.level) == ("", "", "L4")
    assert not default_storage.exists(paper.file.name)
    assert Evidence.objects.count() == 0
