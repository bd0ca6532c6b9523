"""The one-time link: its token leaves the address at once and works once."""

import re

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from accounts.services import create_invitation

PASSWORD = "long-Pass-2026"
FORM = reverse("accounts:invitation_password")


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def token(officer, clerk):
    return create_invitation(user=officer, by=clerk)[1]


def _open(client, token):
    return client.get(reverse("accounts:invitation_accept", args=[token]))


def test_the_token_goes_to_the_session_and_out_of_the_address(client, token):
    answer = _open(client, token)
    assert (answer.status_code, answer["Location"]) == (302, FORM)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    page = client.get(FORM).content.decode()
    assert token not in page
    assert "officer" in page


def test_the_password_is_set_and_the_link_is_spent(client, token, officer):
    _open(client, token)
    answer = client.post(FORM, {"password": PASSWORD, "again": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_login"))
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)
    _open(client, token)
    assert client.get(FORM).status_code == 410
    assert client.post(FORM, {"password": "other-Pass-2026", "again": "other-Pass-2026"}).status_code == 410
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_two_different_entries_and_a_weak_password_are_told(client, token, officer):
    _open(client, token)
    page = client.post(FORM, {"password": PASSWORD, "again": PASSWORD + "x"}).content.decode()
    assert "两次输入的密码不一致" in page
    page = client.post(FORM, {"password": "12345678901", "again": "12345678901"}).content.decode()
    assert "提交的内容有误" in page
    officer.refresh_from_db()
    assert not officer.has_usable_password()


@pytest.mark.parametrize("token", ["x", "中文", "a" * 300])
def test_an_unknown_link_says_so_without_a_hint_about_accounts(client, db, token):
    _open(client, token)
    answer = client.get(FORM)
    assert answer.status_code == 410
    assert "链接已失效" in answer.content.decode()


def test_without_a_link_the_form_is_closed(client, db):
    assert client.get(FORM).status_code == 410


def test_the_token_is_in_no_log_line(client, token, caplog):
    with caplog.at_level("DEBUG"):
        _open(client, token)
        client.get(FORM)
        client.post(FORM, {"password": PASSWORD, "again": PASSWORD})
        _open(client, token)
        client.get(FORM)
    django_lines = [line for line in caplog.messages if "INSERT" not in line and "session" not in line]
    assert [line for line in django_lines if token in line] == []


def test_the_proxy_keeps_one_time_links_out_of_its_log():
    conf = (settings.BASE_DIR / "deploy" / "nginx" / "portal.conf.template").read_text(encoding="utf-8")
    left_out = re.findall(r"~\^(\S+) 0;", conf)
    assert reverse("accounts:invitation_accept", args=["x"]).startswith(left_out[0])
    reset = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "x"})
    assert reset.startswith(left_out[1])
    assert "access_log /var/log/nginx/access.log combined if=$log_address;" in conf
