"""What happens to accounts is written down, with the address the trusted proxies report."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.services import create_invitation

PASSWORD = "long-Pass-2026"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def person(officer):
    officer.set_password(PASSWORD)
    officer.save()
    return officer


def _login(client, username="officer", password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": username, "password": password}, **extra)


def _events():
    return [
        (entry.action, entry.actor_id, entry.object_id, entry.details)
        for entry in AuditEntry.objects.filter(category="security").order_by("pk")
    ]


def test_signing_in_and_out(client, person):
    _login(client)
    client.post(reverse("account_logout"))
    assert _events() == [
        ("security.login", person.pk, person.pk, {"methods": ["password"]}),
        ("security.logout", person.pk, person.pk, {}),
    ]


def test_a_refused_sign_in_names_a_known_account_and_masks_anything_else(client, person):
    person.email = "o@example.com"
    person.save()
    _login(client, password="wrong")
    _login(client, username="O@example.com", password="wrong")
    _login(client, username="my-Secret-Password", password="wrong")
    assert _events() == [
        ("security.login_failed", None, person.pk, {"username": "officer"}),
        ("security.login_failed", None, person.pk, {"username": "officer"}),
        ("security.login_failed", None, None, {"username": "m***"}),
    ]


def test_the_sixth_attempt_is_refused_even_with_the_right_password(client, person):
    for _ in range(5):
        _login(client, password="wrong")
    answer = _login(client)
    assert "登录失败次数过多" in answer.content.decode()
    assert [event[0] for event in _events()] == ["security.login_failed"] * 5 + ["security.login_limited"]


def test_a_changed_password_and_proof_of_identity(client, person):
    _login(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "next-Pass-2026", "password2": "next-Pass-2026"},
    )
    assert [event[0] for event in _events()] == [
        "security.login",
        "security.reauthenticated",
        "security.password_changed",
    ]


def test_a_removed_factor_and_a_wrong_code(client, person):
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    _login(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.force_login(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.count() == 0
    assert [(event[0], event[3]) for event in _events()] == [
        ("security.factor_failed", {}),
        ("security.reauthenticated", {"method": "password"}),
        ("security.factor_removed", {"factor": "身份验证器"}),
    ]


def test_ended_sessions_and_accepted_invitations_carry_the_address(client, person, clerk):
    _, token = create_invitation(user=person, by=clerk)
    client.get(reverse("accounts:invitation_accept", args=[token]))
    client.post(
        reverse("accounts:invitation_password"),
        {"password": "next-Pass-2026", "again": "next-Pass-2026"},
        REMOTE_ADDR="192.0.2.7",
    )
    entry = AuditEntry.objects.get(action="security.invitation_accepted")
    assert (entry.actor, entry.ip) == (person, "192.0.2.7")


# --- addresses ------------------------------------------------------------------------------


def test_without_a_proxy_a_forged_header_is_ignored(client, person, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    _login(client, password="wrong", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert AuditEntry.objects.get().ip == "192.0.2.7"


def test_behind_one_proxy_only_the_part_it_added_counts(client, person, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    _login(
        client,
        password="wrong",
        REMOTE_ADDR="10.0.0.2",
        HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.4",
    )
    assert AuditEntry.objects.get().ip == "198.51.100.4"


def test_a_forged_header_does_not_escape_the_limit(client, person, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for number in range(30):
        _login(client, f"nobody{number}", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    answer = _login(client, REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="203.0.113.99")
    assert "登录失败次数过多" in answer.content.decode()


def test_a_locked_out_user_does_not_lock_out_the_neighbour_behind_the_same_address(
    client, person, other_officer
):
    other_officer.set_password(PASSWORD)
    other_officer.save()
    for _ in range(6):
        _login(client, password="wrong", REMOTE_ADDR="192.0.2.7")
    _login(client, username="officer2", REMOTE_ADDR="192.0.2.7")
    assert client.session["_auth_user_id"] == str(other_officer.pk)


def test_a_whole_office_behind_one_address_can_sign_in_at_half_past_eight(client, person):
    for _ in range(50):
        answer = _login(client, REMOTE_ADDR="192.0.2.7")
        assert answer.status_code == 302
        client.post(reverse("account_logout"))


def test_a_flood_of_requests_gets_a_chinese_page_and_is_noted(client, db):
    for number in range(60):
        _login(client, f"nobody{number}", REMOTE_ADDR=f"192.0.2.{number}")
    cache.clear()
    for _ in range(20):
        client.post(reverse("accounts:invitation_password"), {})
    answer = client.post(reverse("accounts:invitation_password"), {})
    assert answer.status_code == 429
    assert "短时间内的请求太多" in answer.content.decode()
    entry = AuditEntry.objects.order_by("pk").last()
    assert (entry.action, entry.details) == ("security.rate_limited", {"path": "/account/password/"})
