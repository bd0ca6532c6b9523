"""Pages of providers and agreements: each works, refuses strangers and readers, bad input, asks a flat number."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.exchange.exports import rows_in_file
from tests.factories.classes import ClassFactory
from tests.factories.providers import AgreementFactory, ProviderFactory, QualificationFactory
from training.models import Agreement, Provider, TrainingClass

TERM = {"signed_on": "2026-01-05", "starts_on": "2026-01-05", "ends_on": "2028-01-04"}
CLASS = {"title": "试班", "kind": "SKILL", "starts_on": "2026-03-02", "ends_on": "2026-03-20"}


def url(name, *args):
    return reverse(f"training:{name}", args=args)


def test_the_town_enters_a_school_with_its_licence(client, clerk):
    client.force_login(clerk)
    sent = client.post(url("provider_create"), {"name": "试学院", "kind": "school", "is_active": "on"})
    provider = Provider.objects.get()
    assert sent.url == provider.get_absolute_url()
    assert "未登记资质" in client.get(sent.url).content.decode()
    licence = {"name": "办学许可证", "valid_from": "2024-01-01", "valid_until": "2023-01-01"}
    page = client.post(url("qualification_create", provider.pk), licence)
    assert page.context["form"].non_field_errors() == ["有效期至不能早于有效期起"]
    client.post(url("qualification_create", provider.pk), licence | {"valid_until": ""})
    row = provider.qualifications.get()
    edit = licence | {"valid_until": "2026-12-31", "version": "1"}
    client.post(url("qualification_edit", provider.pk, row.pk), edit)
    stale = client.post(url("qualification_edit", provider.pk, row.pk), edit)
    assert "已被其他人修改" in stale.content.decode()
    row.refresh_from_db()
    assert (row.valid_until, row.version) == (dt.date(2026, 12, 31), 2)
    client.post(url("qualification_delete", provider.pk, row.pk))
    assert not provider.qualifications.exists()
    client.post(url("provider_edit", provider.pk), {"name": "试学院", "kind": "school", "version": "1"})
    provider.refresh_from_db()
    assert not provider.is_active


def test_an_agreement_from_signing_to_its_end(client, officer, union, other_union):
    client.force_login(officer)
    school = ProviderFactory()
    facts = TERM | {"union": union.pk, "partner": school.pk, "title": "试协议", "mode": "ORDER"}
    assert (
        "union"
        in client.post(url("agreement_create"), facts | {"union": other_union.pk}).context["form"].errors
    )
    client.post(url("agreement_create"), facts)
    agreement = Agreement.objects.get()
    scan = SimpleUploadedFile("协议.pdf", b"%PDF-1.7 scan")
    client.post(url("paper_create", agreement.pk), {"file": scan})
    paper = agreement.papers.get()
    file = client.get(url("paper_download", agreement.pk, paper.pk))
    assert b"".join(file.streaming_content) == b"%PDF-1.7 scan"
    assert file["Content-Disposition"] == f'attachment; filename="agreement-{agreement.pk}-{paper.pk}.pdf"'
    client.post(url("agreement_edit", agreement.pk), facts | {"mode": "BASE", "version": "1"})
    client.post(
        url("agreement_end", agreement.pk), {"on": "2026-03-01", "note": "双方协商终止", "version": "2"}
    )
    agreement.refresh_from_db()
    assert (agreement.mode, agreement.ended_on) == ("BASE", dt.date(2026, 3, 1))
    page = client.get(agreement.get_absolute_url()).content.decode()
    assert "自 2026-03-01 起终止：双方协商终止" in page


def test_an_agreement_of_a_union_above_opens_without_its_papers(client, clerk, officer, town):
    agreement = AgreementFactory(union=town)
    client.force_login(clerk)
    client.post(url("paper_create", agreement.pk), {"file": SimpleUploadedFile("x", b"%PDF-1")})
    client.force_login(officer)
    page = client.get(agreement.get_absolute_url()).content.decode()
    assert "没有您可以查看的附件" in page
    paper = agreement.papers.get()
    assert client.get(url("paper_download", agreement.pk, paper.pk)).status_code == 404
    assert client.post(url("paper_delete", agreement.pk, paper.pk)).status_code == 404
    assert client.get(url("agreement_edit", agreement.pk)).status_code == 404


def test_a_class_names_provider_and_agreement_and_warns(client, officer, union, town):
    client.force_login(officer)
    school = ProviderFactory(name="试学院")
    ProviderFactory(name="停用学院", is_active=False)
    agreement = AgreementFactory(union=town, title="镇协议")
    form = client.get(url("class_create")).content.decode()
    assert "试学院（未登记资质）" in form
    assert "停用学院" not in form
    assert "镇协议" in form
    sent = client.post(
        url("class_create"),
        CLASS | {"union": union.pk, "provider": school.pk, "agreement": agreement.pk},
        follow=True,
    )
    assert "没有登记办学资质" in sent.content.decode()
    planned = TrainingClass.objects.get()
    assert (planned.provider, planned.agreement) == (school, agreement)
    assert "没有登记办学资质" in client.get(url("class_edit", planned.pk)).content.decode()
    ClassFactory(union=union, title="别的班")
    for query in ({"provider": school.pk}, {"agreement": agreement.pk}):
        page = client.get(url("class_list"), query).content.decode()
        assert ("试班" in page, "别的班" in page) == (True, False)


def test_lists_say_how_qualifications_and_agreements_stand(client, officer, union, other_union):
    client.force_login(officer)
    school = ProviderFactory(name="甲学院")
    QualificationFactory(provider=school, valid_until=dt.date(2025, 1, 1))
    ProviderFactory(name="乙企业", kind="firm")
    AgreementFactory(union=union, partner=school, title="甲协议")
    AgreementFactory(union=other_union, title="别家协议")
    page = client.get(url("provider_list"), {"state": "ended"}).content.decode()
    assert ("甲学院" in page, "乙企业" in page) == (True, False)
    page = client.get(url("agreement_list"), {"state": "in_force"}).content.decode()
    assert ("甲协议" in page, "别家协议" in page) == (True, False)
    rows = rows_in_file(officer, "agreements", "", ["title", "union", "mode"])
    assert rows == [["甲协议", union.name, "订单班"]]
    rows = rows_in_file(officer, "providers", "state=ended", ["name", "state"])
    assert rows == [["甲学院", "资质已于 2025-01-01 到期"]]


@pytest.mark.parametrize("name", ["provider_list", "agreement_list", "class_list", "class_create"])
def test_the_number_of_queries_does_not_grow(client, officer, union, name):
    client.force_login(officer)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url(name)).status_code == 200
        return len(seen)

    def add():
        school = ProviderFactory()
        QualificationFactory(provider=school, valid_until=dt.date(2025, 1, 1))
        agreement = AgreementFactory(union=union, partner=school)
        ClassFactory(union=union, provider=school, agreement=agreement)

    add()
    asked()
    first = asked()
    add()
    add()
    assert asked() == first
