"""The addresses of the sign-in library: who may do what before and after signing in, the same for every role."""

import pytest
from django.shortcuts import resolve_url

from tests.access.matrix import OWN_ACCOUNT
from tests.access.reading import names_of
from tests.access.scene import answer, answer_of_get, signed_in

LOGIN, AGAIN, IN = "to the login page", "confirm the password", "to the first page"
PASSWORD_PAGE = "to the page of the password"
OUT = "out"
DESTINATIONS = {
    LOGIN: "account_login",
    AGAIN: "account_reauthenticate",
    IN: "start",
    PASSWORD_PAGE: "account_change_password",
    OUT: "account_login",
}

# name: (arguments, anonymous GET, anonymous POST, signed-in GET, signed-in POST without data)
ALLAUTH = {
    "account_change_password": ((), LOGIN, LOGIN, 200, 200),
    "account_confirm_email": (("abc:def",), 200, 404, 200, 404),
    "account_confirm_login_code": ((), LOGIN, LOGIN, IN, IN),
    "account_email_verification_sent": ((), 200, 405, 200, 405),
    "account_inactive": ((), 200, 405, 200, 405),
    "account_login": ((), 200, 200, IN, IN),
    "account_logout": ((), LOGIN, LOGIN, 200, OUT),
    "account_reauthenticate": ((), LOGIN, LOGIN, 200, 200),
    "account_reset_password": ((), 200, 200, 200, 200),
    "account_reset_password_done": ((), 200, 405, 200, 405),
    "account_reset_password_from_key": (("1", "set-password"), 200, 200, 200, 200),
    "account_reset_password_from_key_done": ((), 200, 405, 200, 405),
    "account_set_password": ((), LOGIN, LOGIN, PASSWORD_PAGE, PASSWORD_PAGE),
    "account_signup": ((), 200, 200, IN, IN),
    "mfa_activate_totp": ((), LOGIN, LOGIN, AGAIN, AGAIN),
    "mfa_add_webauthn": ((), LOGIN, LOGIN, AGAIN, AGAIN),
    "mfa_authenticate": ((), LOGIN, LOGIN, IN, IN),
    "mfa_deactivate_totp": ((), LOGIN, LOGIN, 404, 404),
    "mfa_download_recovery_codes": ((), LOGIN, LOGIN, 404, 404),
    "mfa_edit_webauthn": ((5,), LOGIN, LOGIN, AGAIN, AGAIN),
    "mfa_generate_recovery_codes": ((), LOGIN, LOGIN, AGAIN, AGAIN),
    "mfa_index": ((), LOGIN, LOGIN, 200, 405),
    "mfa_list_webauthn": ((), LOGIN, LOGIN, 200, 405),
    "mfa_login_webauthn": ((), LOGIN, LOGIN, IN, IN),
    "mfa_reauthenticate": ((), LOGIN, LOGIN, AGAIN, AGAIN),
    "mfa_reauthenticate_webauthn": ((), LOGIN, LOGIN, AGAIN, AGAIN),
    "mfa_remove_webauthn": ((5,), LOGIN, LOGIN, AGAIN, AGAIN),
    "mfa_view_recovery_codes": ((), LOGIN, LOGIN, 404, 405),
}


def _outcome(response):
    """The status, or in words where the answer leads."""
    return response.url.split("?")[0] if response.status_code == 302 else response.status_code


def _expected(outcome):
    return resolve_url(DESTINATIONS[outcome]) if outcome in DESTINATIONS else outcome


def test_every_address_of_the_library_is_in_the_table():
    assert names_of(allauth=True) - set(OWN_ACCOUNT) == set(ALLAUTH)


@pytest.mark.parametrize("name", ALLAUTH)
def test_an_address_answers_as_listed(name, scene, anonymous):
    arguments, *expected = ALLAUTH[name]
    url = resolve_url(name, *arguments)
    member = signed_in(scene.users["group"], seconds_ago=301)
    found = [
        _outcome(answer_of_get(anonymous, url)),
        _outcome(answer(anonymous, "post", url)),
        _outcome(answer_of_get(member, url)),
        _outcome(answer(member, "post", url)),
    ]
    assert found == [_expected(outcome) for outcome in expected]


def test_nobody_signs_up(anonymous):
    data = {"username": "newcomer", "password1": "long-Pass-2026", "password2": "long-Pass-2026"}
    page = answer(anonymous, "post", resolve_url("account_signup"), data)
    assert page.status_code == 200
    assert "newcomer" not in page.text
    assert page.templates[0].name == "account/signup_closed.html"


def test_a_lost_password_form_does_not_tell_who_has_an_account(scene, anonymous):
    url = resolve_url("account_reset_password")
    pages = [
        answer(anonymous, "post", url, {"email": f"{name}@example.org"}) for name in ("officer", "nobody")
    ]
    assert [_outcome(page) for page in pages] == [resolve_url("account_reset_password_done")] * 2
    assert scene.users["officer"].email == "officer@example.org"
