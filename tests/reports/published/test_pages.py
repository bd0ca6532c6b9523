"""Pages of a published report: who sees it, what is logged, what its frozen records say."""

import hashlib

from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.models import AuditEntry
from reports.models import ReportDownload

LAST_MONTH = {"period": "2026-10"}


def test_the_same_option_draws_dashboard_and_report(as_user, report, clerk):
    page = as_user(clerk).get(reverse("home"), LAST_MONTH)
    assert page.context["charts"]["rates"] == report.data["charts"]["rates"]
    assert page.context["charts"]["movements"] == report.data["charts"]["movements"]


def test_the_group_gets_figures_and_no_person(as_user, report, members, group_member):
    client = as_user(group_member)
    for name, args in (
        ("home", []),
        ("reports:indicator_list", []),
        ("reports:indicator_detail", ["A2"]),
        ("reports:report_list", []),
        ("reports:report_detail", [report.pk]),
        ("reform:plan_detail", []),
    ):
        page = client.get(reverse(name, args=args), LAST_MONTH)
        assert page.status_code == 200
        assert not any(worker.name in page.content.decode() for worker in members)
    for name, args in (
        ("reports:indicator_records", ["A2", "numerator"]),
        ("reports:report_records", [report.pk, "A2", "numerator"]),
        ("reports:report_build", []),
        ("reports:schedule_list", []),
        ("unions:union_detail", [members[0].union_id]),
        ("workers:worker_list", []),
        ("workers:worker_detail", [members[0].pk]),
    ):
        assert client.get(reverse(name, args=args)).status_code in (403, 404)


def test_downloads_are_logged_and_only_by_post(as_user, report, group_member):
    client = as_user(group_member)
    for file_format, digest in (("pdf", report.pdf_sha256), ("xlsx", report.xlsx_sha256)):
        url = reverse("reports:report_download", args=[report.pk, file_format])
        assert client.get(url).status_code == 405
        response = client.post(url)
        content = b"".join(response.streaming_content)
        assert hashlib.sha256(content).hexdigest() == digest
        assert response["Cache-Control"] == "private, no-store"
        entry = AuditEntry.objects.order_by("-pk").first()
        assert (entry.action, entry.category, entry.actor) == ("reports.download", "access", group_member)
        assert entry.details == {"file": file_format, "serial": "Y2026-10-V1"}
    assert list(report.downloads.values_list("user", "file_format")) == [
        (group_member.pk, "xlsx"),
        (group_member.pk, "pdf"),
    ]
    assert str(group_member) in client.get(report.get_absolute_url()).content.decode()
    assert client.post(reverse("reports:report_download", args=[report.pk, "docx"])).status_code == 404


def test_a_lost_file_is_said_and_not_logged(as_user, report, clerk):
    default_storage.delete(report.pdf.name)
    response = as_user(clerk).post(reverse("reports:report_download", args=[report.pk, "pdf"]), follow=True)
    assert "不在存储中" in response.content.decode()
    assert not ReportDownload.objects.exists()


def test_officers_reach_no_report(as_user, report, officer, federation_officer):
    for user in (officer, federation_officer):
        assert as_user(user).get(report.get_absolute_url()).status_code == 403
        assert (
            as_user(user).post(reverse("reports:report_download", args=[report.pk, "pdf"])).status_code == 403
        )


def test_frozen_records_open_with_frozen_amounts(as_user, report, members, clerk):
    members[0].employer.headcounts.update(employees=99)
    url = reverse("reports:report_records", args=[report.pk, "A2", "denominator"])
    page = as_user(clerk).get(url).content.decode()
    assert "申报职工 30 人" in page
    assert members[0].employer.name in page
    url = reverse("reports:report_records", args=[report.pk, "A2", "numerator"])
    assert as_user(clerk).get(url).context["total"] == 3
    assert (
        as_user(clerk).get(reverse("reports:report_records", args=[report.pk, "Z9", "numerator"])).status_code
        == 404
    )


def test_verification(as_user, report, group_member):
    client, url = as_user(group_member), reverse("reports:report_verify")
    right = {"serial": "y2026-10-v1", "code": report.verification_code.lower()}
    assert "编号和校验码相符" in client.post(url, right).content.decode()
    assert "不符" in client.post(url, {**right, "code": "0000-0000-0000"}).content.decode()
