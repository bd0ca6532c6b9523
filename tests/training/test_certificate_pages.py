"""The pages of certificates: works, foreign union, reader refused, bad input, flat query counts."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.models import Certificate, Title
from training.services import edit_certificate

FORM = {
    "kind": "level",
    "trade": "电工",
    "level": "L4",
    "number": "Y000033000001243000001",
    "issuer": "试验评价机构",
    "issued_on": "2024.5.1",
    "valid_until": "",
}


@pytest.fixture
def employer(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(employer):
    return WorkerFactory(employer=employer, name="试蘅芷")


@pytest.fixture
def certificate(worker):
    return CertificateFactory(worker=worker, state="entered")


def page(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def test_an_officer_enters_a_certificate_from_the_persons_page(client, officer, worker):
    card = page(client, officer, "training:worker_skills", worker.pk).content.decode()
    address = reverse("training:certificate_create", args=[worker.pk])
    assert address in card
    assert (
        reverse("training:worker_skills", args=[worker.pk])
        in client.get(worker.get_absolute_url()).content.decode()
    )
    response = client.post(address, FORM | {"once": "a"})
    made = Certificate.objects.get()
    assert response.url == made.get_absolute_url()
    assert client.post(address, FORM | {"once": "a"}).url == made.get_absolute_url()
    assert Certificate.objects.count() == 1
    assert "待核验" in client.get(response.url).content.decode()


def test_bad_input_stands_beside_its_fields(client, officer, worker, certificate):
    client.force_login(officer)
    address = reverse("training:certificate_create", args=[worker.pk])
    answer = client.post(address, FORM | {"level": "", "issued_on": "2024-05", "number": "x" * 60})
    text = answer.content.decode()
    assert "没有写到日" in text
    assert Certificate.objects.count() == 1
    answer = client.post(address, FORM | {"number": certificate.number})
    assert "已经登记过" in answer.content.decode()


def test_a_stale_edit_shows_the_latest_facts(client, officer, certificate):
    edit_certificate(certificate=certificate, version="1", by=officer, trade="焊工")
    client.force_login(officer)
    address = reverse("training:certificate_edit", args=[certificate.pk])
    text = client.post(address, FORM | {"trade": "钳工", "version": "1"}).content.decode()
    assert "已被其他人修改" in text
    assert 'value="焊工"' in text
    assert client.post(address, FORM | {"trade": "钳工", "version": "2"}).status_code == 302
    certificate.refresh_from_db()
    assert certificate.trade == "钳工"


def test_the_town_verifies_refuses_and_revokes(client, clerk, worker, certificate):
    other = CertificateFactory(worker=worker, state="entered", number="odd")
    text = page(client, clerk, "training:certificate_queue").content.decode()
    assert "编号不是通常的22 位" in text
    way_back = reverse("training:certificate_queue")
    verify = reverse("training:certificate_verify", args=[certificate.pk])
    assert client.post(verify, {"version": "1", "next": "https://elsewhere.example/"}).url.startswith(
        "/training/"
    )
    assert client.post(verify, {"version": "1", "next": way_back}).url == way_back
    assert "已被其他人修改" in client.get(way_back).content.decode()
    refuse = reverse("training:certificate_refuse", args=[other.pk])
    assert client.post(refuse, {"version": "1", "note": ""}).status_code == 200
    assert client.post(refuse, {"version": "1", "note": "查无此证"}).status_code == 302
    assert "查无此证" in client.get(other.get_absolute_url()).content.decode()
    revoke = reverse("training:certificate_revoke", args=[certificate.pk])
    assert client.post(revoke, {"version": "2", "on": "2025-01-01", "note": "撤销"}).status_code == 302
    shown = client.get(certificate.get_absolute_url()).content.decode()
    restore = reverse("training:certificate_restore", args=[certificate.pk])
    assert "2025-01-01 起失效" in shown
    assert f'href="{restore}"' in shown
    client.post(restore, {"version": "3", "note": "登记错了人"})
    assert "起失效" not in client.get(certificate.get_absolute_url()).content.decode()


def test_many_are_verified_from_the_queue(client, clerk, worker, certificate, other_union):
    other = CertificateFactory(worker__employer=EmployerFactory(union=other_union), state="entered")
    odd = CertificateFactory(worker=worker, state="entered", number="odd")
    facts = {"worker": worker, "rank": "2", "issued_on": dt.date(2024, 5, 1), "entered_by": clerk}
    Title.objects.bulk_create(Title(name="工程师", series=f"试验{number}", **facts) for number in range(21))
    queue = reverse("training:certificate_queue")
    text = page(client, clerk, "training:certificate_queue", union=worker.union_id).content.decode()
    assert f'value="{certificate.pk}-1"' in text
    assert f'value="{odd.pk}-1"' not in text  # looked at by itself
    assert other.worker.name not in text
    assert "共 21 条，先列最早的 20 条" in text
    assert f'href="{reverse("training:title_list")}?state=entered"' in text
    assert "没有符合条件的待核验证书" in client.get(queue, {"kind": "ability"}).content.decode()
    many = reverse("training:certificates_verify")
    assert client.post(many, {"certificate": [f"{certificate.pk}-2"], "next": queue}).url == queue
    assert "已被其他人修改" in client.get(queue).content.decode()
    ticked = {"certificate": [f"{certificate.pk}-1", f"{other.pk}-1", "x-1"], "once": "a", "next": queue}
    client.post(many, ticked)
    assert "已核验 2 张证书" in client.get(queue).content.decode()
    assert list(Certificate.objects.waiting()) == [odd]
    odd.delete()  # a page behind the first one of a queue that is empty by now asks for no condition
    assert "没有待核验的证书" in client.get(queue, {"after": str(certificate.pk)}).content.decode()


def test_papers_go_up_and_come_down_as_attachments(client, officer, certificate):
    client.force_login(officer)
    add = reverse("training:evidence_create", args=[certificate.pk])
    wrong = client.post(add, {"file": SimpleUploadedFile("a.pdf", b"<html>")}).content.decode()
    assert "文件内容不是 PDF" in wrong
    assert client.post(add, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1")}).status_code == 302
    paper = certificate.evidence.get()
    response = client.get(reverse("training:evidence_download", args=[certificate.pk, paper.pk]))
    assert b"".join(response.streaming_content) == b"%PDF-1"
    assert response["Content-Disposition"] == f'attachment; filename="{paper.file_name}"'
    assert response["Content-Type"] == "application/octet-stream"
    assert AuditEntry.objects.filter(
        action="training.evidence_download", object_id=certificate.worker_id
    ).exists()
    delete = reverse("training:evidence_delete", args=[certificate.pk, paper.pk])
    assert client.post(delete).status_code == 302
    assert certificate.evidence.count() == 0


def test_the_search_is_sealed_in_the_address_and_filters_narrow(client, officer, worker, certificate):
    CertificateFactory(
        worker__employer=worker.employer, worker__name="试荪蕙", level="L2", valid_until=dt.date(2024, 6, 1)
    )
    soon = timezone.localdate() + dt.timedelta(days=1)
    for state, last in (("refused", soon), ("refused", dt.date(2024, 6, 1)), ("revoked", soon)):
        CertificateFactory(
            worker__employer=worker.employer, worker__name="试已退", level="L3", trade="车工", state=state,
            valid_until=last,
        )  # fmt: skip
    client.force_login(officer)
    address = reverse("training:certificate_list")
    sealed = client.post(address, {"q": "蘅芷", "kind": "level"}).url
    assert "kind=level" in sealed
    assert "蘅" not in sealed
    assert "%E8" not in sealed

    def names(query):
        return [row.worker.name for row in client.get(query).context["page"]]

    assert names(sealed) == ["试蘅芷"]
    alike = names(client.post(address, {"q": certificate.number[:20]}).url)
    assert [name for name in alike if name != "试已退"] == ["试荪蕙", "试蘅芷"]
    assert names(f"{address}?find=broken") == []
    assert names(f"{address}?level=L2") == ["试荪蕙"]
    assert names(f"{address}?state=entered") == ["试蘅芷"]
    assert names(f"{address}?validity=valid") == ["试蘅芷"]
    assert names(f"{address}?validity=expired") == ["试荪蕙"]
    assert names(f"{address}?validity=expiring") == []
    certificate.valid_until = soon
    certificate.save()
    assert names(f"{address}?validity=expiring") == ["试蘅芷"]
    assert names(f"{address}?trade=焊") == []


def test_a_foreign_union_sees_nothing(client, other_officer, certificate):
    assert list(page(client, other_officer, "training:certificate_list").context["page"]) == []
    for name, key in (
        ("certificate_detail", certificate.pk),
        ("certificate_edit", certificate.pk),
        ("certificate_create", certificate.worker_id),
        ("worker_skills", certificate.worker_id),
    ):
        assert page(client, other_officer, f"training:{name}", key).status_code == 404


def test_readers_of_figures_are_refused(client, group_member, handler, certificate):
    for user in (group_member, handler):
        assert page(client, user, "training:certificate_list").status_code == 403
        assert page(client, user, "training:certificate_detail", certificate.pk).status_code == 403


@pytest.mark.parametrize("name", ["training:certificate_list", "training:certificate_queue"])
def test_more_rows_ask_no_more_queries(client, clerk, employer, name, django_assert_max_num_queries):
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            CertificateFactory(worker=WorkerFactory(employer=employer), state="entered")
        page(client, clerk, name)
        with django_assert_max_num_queries(60) as asked:
            page(client, clerk, name)
        counts.append(len(asked))
    assert counts[0] == counts[1]
