"""The pages of the security administrator and the auditor."""

import pytest
from django.db import connection
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEntry, User
from tests.factories.unions import PostFactory

pytestmark = pytest.mark.django_db  # roles are fetched by name, which pytest-django cannot see
LIST = reverse("accounts:account_list")
SECURITY = reverse("accounts:security_log")
AUDIT = reverse("accounts:audit_log")
PASSWORD = "long-Pass-2026"


def _known(client, user):
    """Sign in and prove identity just now."""
    user.set_password(PASSWORD)
    user.save()
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.mark.parametrize(
    ("address", "allowed"),
    [(LIST, {"secadmin"}), (SECURITY, {"secadmin", "auditor"}), (AUDIT, {"auditor"})],
)
@pytest.mark.parametrize("role", ["clerk", "officer", "group_member", "sysadmin", "secadmin", "auditor"])
def test_who_may_read(client, request, role, address, allowed):
    client.force_login(request.getfixturevalue(role))
    assert client.get(address).status_code == (200 if role in allowed else 403)


def test_account_list_finds_and_filters(client, secadmin, officer, clerk):
    User.objects.filter(pk=officer.pk).update(is_active=False)
    client.force_login(secadmin)
    assert [user.username for user in client.get(LIST).context["page"]] == ["clerk", "officer", "secadmin"]
    assert [user.username for user in client.get(LIST, {"state": "locked"}).context["page"]] == ["officer"]
    assert [user.username for user in client.get(LIST, {"q": "CLE"}).context["page"]] == ["clerk"]
    page = client.get(LIST, {"q": "nobody"}).content.decode()
    assert "没有符合条件的账号" in page


def test_account_list_asks_the_same_number_of_queries_for_more_rows(
    client, secadmin, union, django_assert_num_queries
):
    client.force_login(secadmin)
    client.get(LIST)
    with django_assert_num_queries(5):
        client.get(LIST)
    PostFactory.create_batch(3, union=union)
    with django_assert_num_queries(5):
        client.get(LIST)


def test_acting_on_an_account_asks_who_you_are_first(client, secadmin, officer):
    secadmin.set_password(PASSWORD)
    secadmin.save()
    client.force_login(secadmin)
    address = reverse("accounts:account_detail", args=[officer.pk])
    answer = client.post(address, {"action": "lock", "reason": "离职"})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    officer.refresh_from_db()
    assert officer.is_active


def test_locking_with_a_reason(client, secadmin, officer):
    address = reverse("accounts:account_detail", args=[officer.pk])
    answer = _known(client, secadmin).post(address, {"action": "lock", "reason": "离职"}, follow=True)
    page = answer.content.decode()
    officer.refresh_from_db()
    assert not officer.is_active
    assert "已完成：锁定账号（officer）" in page
    assert "原因：离职" in page


def test_an_action_without_a_reason_and_on_oneself_is_refused(client, secadmin, officer):
    known = _known(client, secadmin)
    page = known.post(
        reverse("accounts:account_detail", args=[officer.pk]), {"action": "lock"}
    ).content.decode()
    assert "这个字段是必填项" in page
    page = known.post(
        reverse("accounts:account_detail", args=[secadmin.pk]), {"action": "lock", "reason": "试"}
    ).content.decode()
    assert "不能对自己的账号做这项操作" in page


def test_an_unknown_account_is_not_found(client, secadmin):
    client.force_login(secadmin)
    assert client.get(reverse("accounts:account_detail", args=[999999])).status_code == 404


def test_the_security_log_filters_by_person_action_and_days(client, secadmin, officer):
    security = {"category": AuditEntry.Category.SECURITY}
    audit.record(officer, "security.login", officer, **security)
    audit.record(secadmin, "security.account_locked", officer, **security, reason="离职")
    audit.record(secadmin, "security.login", secadmin, **security)
    audit.record(officer, "workers.edit", officer)
    client.force_login(secadmin)

    def shown(**query):
        return [line.action for line in client.get(SECURITY, query).context["rows"]]

    assert shown() == ["登录", "锁定账号", "登录"]
    assert shown(user="officer") == ["锁定账号", "登录"]
    assert shown(action="security.account_locked") == ["锁定账号"]
    assert shown(since="2000-01-01", until="2000-12-31") == []
    page = client.get(SECURITY, {"since": "2026-02-01", "until": "2026-01-01"}).content.decode()
    assert "截止日期早于起始日期" in page


def test_the_log_asks_the_same_number_of_queries_for_more_rows(
    client, auditor, officer, clerk, django_assert_num_queries
):
    client.force_login(auditor)
    audit.record(officer, "security.login", officer, category="security")
    client.get(SECURITY)
    with django_assert_num_queries(5):
        client.get(SECURITY)
    audit.record(clerk, "security.login", clerk, category="security")
    audit.record(officer, "security.logout", officer, category="security")
    with django_assert_num_queries(5):
        client.get(SECURITY)


def test_the_audit_log_names_changed_fields_and_never_values(client, auditor, officer):
    audit.record(officer, "accounts.edit", officer, changes={"email": ["old@example.com", "new@example.com"]})
    client.force_login(auditor)
    page = client.get(AUDIT).content.decode()
    assert "电子邮箱" in page
    assert "old@example.com" not in page
    assert "new@example.com" not in page


def test_the_audit_check_tells_a_whole_chain_from_a_broken_one(client, auditor, officer):
    audit.record(officer, "security.login", officer)
    audit.record(officer, "security.logout", officer)
    client.force_login(auditor)
    check = reverse("accounts:audit_check")
    assert "完整性校验通过" in client.get(check).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER accounts_audit_refuse")
        cursor.execute("UPDATE accounts_auditentry SET action = 'nothing' WHERE id = 1")
        cursor.execute("ALTER TABLE accounts_auditentry ENABLE TRIGGER accounts_audit_refuse")
    assert "自第 1 号记录起" in client.get(check).content.decode()


def test_the_own_devices_are_listed_with_names(client, officer):
    officer.set_password(PASSWORD)
    officer.save()
    agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0.0.0 Safari/537.36"
    client.post(
        reverse("account_login"), {"login": "officer", "password": PASSWORD}, headers={"user-agent": agent}
    )
    page = client.get(reverse("usersessions_list")).content.decode()
    assert "Chrome 126 · Windows 10/11" in page
    assert "本机" in page


def test_the_own_address_is_changed_after_proof_of_identity(client, officer, clerk):
    clerk.email = "taken@example.com"
    clerk.save()
    profile = reverse("account_email")
    known = _known(client, officer)
    assert "已被其他账号使用" in known.post(profile, {"email": "taken@example.com"}).content.decode()
    known.post(profile, {"email": "me@example.com"})
    officer.refresh_from_db()
    assert officer.email == "me@example.com"


@pytest.mark.parametrize("role", ["secadmin", "auditor", "clerk", "group_member"])
def test_after_signing_in_everybody_lands_on_a_page_they_may_open(client, request, role):
    client.force_login(request.getfixturevalue(role))
    assert client.get(reverse("start"), follow=True).status_code == 200
