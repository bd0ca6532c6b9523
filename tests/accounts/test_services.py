"""Accounts: creating, inviting, locking."""

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import AuditEntry, Invitation, User
from core.errors import RuleError

PASSWORD = "long-Pass-2026"


def _actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def _sign_in(user):
    client = Client()
    client.force_login(user)
    UserSession.objects.create(
        user=user, ip="127.0.0.1", session_key=client.session.session_key, user_agent="test"
    )
    return client


def test_a_created_account_has_no_password_and_leaves_a_trace(clerk):
    user = services.create_user(username=" Zhang.San ", name="张三", email="Z@Example.com", by=clerk)
    user.refresh_from_db()
    assert (user.username, user.name, user.email) == ("zhang.san", "张三", "z@example.com")
    assert not user.has_usable_password()
    assert _actions() == ["security.account_created"]


@pytest.mark.parametrize("username", ["ab", "1abc", "a b c", "张三丰", "a" * 31, "abc\n1", "ａｂｃ"])
def test_a_bad_user_name_is_refused(clerk, username):
    with pytest.raises(RuleError, match="用户名应为 3 至 30 位"):
        services.create_user(username=username, name="张三", by=clerk)


def test_a_taken_user_name_or_address_is_refused_in_any_case(clerk):
    services.create_user(username="zhangsan", name="张三", email="a@example.com", by=clerk)
    with pytest.raises(RuleError, match="“zhangsan”已被使用"):
        services.create_user(username="ZhangSan", name="张三", by=clerk)
    with pytest.raises(RuleError, match="电子邮箱已被其他账号使用"):
        services.create_user(username="lisi", name="李四", email="A@example.com", by=clerk)
    assert User.objects.filter(username="lisi").exists() is False


def test_an_invitation_is_kept_as_a_hash_only(clerk, officer, settings):
    settings.SITE_URL = "https://portal.example/"
    _, token = services.create_invitation(user=officer, by=clerk, days=3)
    stored = Invitation.objects.get()
    assert bytes(stored.token_hash) != token.encode()
    assert len(bytes(stored.token_hash)) == 32
    assert stored.expires_at - stored.created_at > dt.timedelta(days=2, hours=23)
    assert services.invitation_url(token) == f"https://portal.example/account/invitation/{token}/"
    assert token not in str(list(AuditEntry.objects.values()))


def test_an_invitation_sets_the_password_once(clerk, officer):
    _, token = services.create_invitation(user=officer, by=clerk)
    services.accept_invitation(token=token, password=PASSWORD)
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)
    with pytest.raises(RuleError, match="邀请链接已失效"):
        services.accept_invitation(token=token, password="another-Pass-2026")
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)
    assert _actions() == ["security.invitation_made", "security.invitation_accepted"]


def test_a_new_link_voids_the_older_one(clerk, officer):
    _, first = services.create_invitation(user=officer, by=clerk)
    _, second = services.create_invitation(user=officer, by=clerk)
    with pytest.raises(RuleError, match="邀请链接已失效"):
        services.accept_invitation(token=first, password=PASSWORD)
    assert services.accept_invitation(token=second, password=PASSWORD) == officer


def test_an_expired_link_and_a_locked_account_are_refused(clerk, officer, secadmin):
    invitation, token = services.create_invitation(user=officer, by=clerk, days=1)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now())
    with pytest.raises(RuleError, match="邀请链接已失效"):
        services.accept_invitation(token=token, password=PASSWORD)
    _, token = services.create_invitation(user=officer, by=clerk)
    services.lock_account(user=officer, by=secadmin, reason="离职")
    with pytest.raises(RuleError, match="邀请链接已失效"):
        services.accept_invitation(token=token, password=PASSWORD)
    with pytest.raises(RuleError, match="该账号已锁定"):
        services.create_invitation(user=officer, by=clerk)


def test_a_weak_password_leaves_the_link_open(clerk, officer):
    _, token = services.create_invitation(user=officer, by=clerk)
    with pytest.raises(ValidationError, match="密码太短"):
        services.accept_invitation(token=token, password="Ab3-")
    assert Invitation.objects.open().count() == 1


def test_a_new_password_by_link_ends_the_older_sessions(clerk, officer):
    client = _sign_in(officer)
    assert client.get(reverse("mfa_index")).status_code == 200
    _, token = services.create_invitation(user=officer, by=clerk)
    services.accept_invitation(token=token, password=PASSWORD)
    assert client.get(reverse("mfa_index")).status_code == 302


def test_a_locked_account_is_out_at_once_and_may_come_back(officer, secadmin):
    client = _sign_in(officer)
    services.lock_account(user=officer, by=secadmin, reason="手机遗失")
    assert client.get(reverse("mfa_index")).status_code == 302
    assert UserSession.objects.count() == 0
    services.unlock_account(user=officer, by=secadmin, reason="已找回")
    officer.refresh_from_db()
    assert officer.is_active
    assert _actions() == ["security.account_locked", "security.account_unlocked"]
    assert AuditEntry.objects.order_by("pk").first().details == {"reason": "手机遗失"}


def test_resetting_the_second_factor_removes_it_and_ends_the_sessions(officer, secadmin):
    client = _sign_in(officer)
    Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={})
    assert services.reset_second_factor(user=officer, by=secadmin, reason="手机遗失") == 1
    assert Authenticator.objects.count() == 0
    assert client.get(reverse("mfa_index")).status_code == 302


@pytest.mark.parametrize("act", ["lock_account", "unlock_account", "reset_second_factor"])
def test_nobody_acts_on_the_own_account(secadmin, act):
    with pytest.raises(RuleError, match="不能对自己的账号"):
        getattr(services, act)(user=secadmin, by=secadmin, reason="试试")
    assert _actions() == []


def test_ending_one_session_keeps_the_others(officer):
    here, there = _sign_in(officer), _sign_in(officer)
    other = UserSession.objects.get(session_key=there.session.session_key)
    assert services.end_sessions(user=officer, by=officer, keep=here.session.session_key, only=other.pk) == 1
    assert there.get(reverse("mfa_index")).status_code == 302
    assert here.get(reverse("mfa_index")).status_code == 200


def test_a_session_of_somebody_else_cannot_be_ended(officer, clerk):
    theirs = _sign_in(clerk)
    row = UserSession.objects.get(user=clerk)
    assert services.end_sessions(user=officer, by=officer, only=row.pk) == 0
    assert theirs.get(reverse("mfa_index")).status_code == 200
    assert _actions() == []


def test_the_own_address_is_changed_and_cleared(officer, clerk):
    services.change_email(user=officer, email=" New@Example.com ", by=officer)
    officer.refresh_from_db()
    assert officer.email == "new@example.com"
    with pytest.raises(RuleError, match="电子邮箱已被其他账号使用"):
        services.change_email(user=clerk, email="NEW@example.com", by=clerk)
    services.change_email(user=officer, email="", by=officer)
    officer.refresh_from_db()
    assert officer.email == ""
