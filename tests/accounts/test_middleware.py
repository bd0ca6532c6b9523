"""Sessions end after idleness and after their longest time; some roles need a second factor."""

import datetime as dt

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.urls import reverse

from unions.roles import Role

START = dt.datetime(2026, 10, 12, 8, 30, tzinfo=dt.UTC)


@pytest.fixture
def address():
    return reverse("account_email")


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def test_an_idle_session_ends_with_a_word_about_it(client, officer, address, clock, settings):
    settings.SESSION_IDLE_SECONDS = 3600
    client.force_login(officer)
    assert client.get(address).status_code == 200
    clock.shift(3601)
    answer = client.get(address, follow=True)
    assert answer.redirect_chain[0][0].startswith(reverse("account_login"))
    assert "由于长时间没有操作" in answer.content.decode()


def test_activity_keeps_a_session_but_not_for_ever(client, officer, address, clock, settings):
    settings.SESSION_IDLE_SECONDS = 3600
    settings.SESSION_COOKIE_AGE = 4 * 3600
    client.force_login(officer)
    for _ in range(6):
        assert client.get(address).status_code == 200
        clock.shift(2399)
    assert client.get(address).status_code == 200
    clock.shift(7)
    answer = client.get(address, follow=True)
    assert "本次登录已满最长时限" in answer.content.decode()


def test_the_session_is_not_written_at_every_request(
    client, officer, address, clock, django_assert_num_queries
):
    client.force_login(officer)
    client.get(address)
    clock.shift(30)
    with django_assert_num_queries(6):  # session, user, posts, unions, what waits, posts of the page
        client.get(address)


def test_a_role_that_needs_a_second_factor_is_led_to_its_set_up(client, secadmin, officer, settings):
    settings.MFA_REQUIRED_ROLES = [Role.SECURITY_ADMIN]
    client.force_login(secadmin)
    answer = client.get(reverse("accounts:account_list"), follow=True)
    assert answer.redirect_chain == [(reverse("mfa_index"), 302)]
    assert "您的岗位要求启用两步验证" in answer.content.decode()
    TOTP.activate(secadmin, "JBSWY3DPEHPK3PXP")
    assert client.get(reverse("accounts:account_list")).status_code == 200


def test_other_roles_are_not_asked(client, auditor, settings):
    settings.MFA_REQUIRED_ROLES = [Role.SECURITY_ADMIN]
    client.force_login(auditor)
    assert client.get(reverse("accounts:security_log")).status_code == 200


def test_the_device_list_follows_activity_minute_by_minute(client, officer, address, clock):
    client.force_login(officer)
    session = UserSession.objects.create(
        user=officer, ip="192.0.2.1", session_key=client.session.session_key, user_agent="test"
    )
    client.get(address, REMOTE_ADDR="192.0.2.1")
    clock.shift(30)
    client.get(address, REMOTE_ADDR="192.0.2.8")
    session.refresh_from_db()
    assert (session.last_seen_at, session.ip) == (START, "192.0.2.1")
    clock.shift(31)
    client.get(address, REMOTE_ADDR="192.0.2.8")
    session.refresh_from_db()
    assert (session.last_seen_at, session.ip) == (START + dt.timedelta(seconds=61), "192.0.2.8")
