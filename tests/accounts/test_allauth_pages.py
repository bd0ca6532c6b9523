"""Every page of allauth wears the portal's frame, speaks Chinese, and nobody can sign up."""

import re

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.urls import urlpatterns
from django.core import mail
from django.urls import URLResolver, reverse

from accounts.models import User

FRAME = 'data-frame="portal"'
PASSWORD = "long-Pass-2026"
# Answers that are no page: a redirect after a step that is not under way, a file, a challenge for a script.
NO_PAGE = {
    "mfa_authenticate": "/accounts/login/",
    "account_confirm_login_code": "/accounts/login/",
    "mfa_download_recovery_codes": "file",
    "mfa_login_webauthn": "json",
}
NEEDS_KEY = {"mfa_remove_webauthn", "mfa_edit_webauthn"}
PUBLIC = {
    "account_login",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}


def _names(patterns):
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from _names(entry.url_patterns)
        else:
            yield entry.name


NAMES = sorted(set(_names(urlpatterns)))


@pytest.fixture
def person(officer):
    officer.set_password(PASSWORD)
    officer.save()
    return officer


@pytest.fixture
def known(client, person):
    """Signed in by password and just now identified again, as the pages about factors demand."""
    client.post(reverse("account_login"), {"login": "officer", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.fixture
def passkey(person):
    return Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "办公室电脑", "credential": {}}
    )


def _address(name, passkey):
    if name in NEEDS_KEY:
        return reverse(name, args=[passkey.pk])
    if name == "account_confirm_email":
        return reverse(name, args=["abc"])
    if name == "account_reset_password_from_key":
        return reverse(name, kwargs={"uidb36": "1", "key": "abc"})
    return reverse(name)


def test_the_list_of_pages_is_as_known():
    assert "mfa_add_webauthn" in NAMES
    assert "socialaccount_connections" not in NAMES
    assert set(NO_PAGE) | NEEDS_KEY | PUBLIC <= set(NAMES)


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(NO_PAGE) - PUBLIC))
def test_a_page_for_signed_in_users_has_the_frame(known, person, name, request):
    passkey = request.getfixturevalue("passkey") if name in NEEDS_KEY else None
    if name in ("mfa_generate_recovery_codes", "mfa_view_recovery_codes", "mfa_deactivate_totp"):
        TOTP.activate(person, "JBSWY3DPEHPK3PXP")
        known.post(reverse("mfa_generate_recovery_codes"))
    answer = known.get(_address(name, passkey), follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert FRAME in page
    assert _english_words(page) == []


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_page_for_everybody_has_the_frame(client, db, name):
    answer = client.get(_address(name, None), follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert FRAME in page
    assert _english_words(page) == []


@pytest.mark.parametrize("name", sorted(NO_PAGE))
def test_the_rest_answers_with_no_page(known, person, name):
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    known.post(reverse("mfa_generate_recovery_codes"))
    answer = known.get(reverse(name))
    assert answer.status_code in (200, 302)
    assert answer["Content-Type"].split(";")[0] in ("text/plain", "application/json", "text/html")
    assert answer.status_code == 302 or FRAME not in answer.content.decode()


def _english_words(page):
    """Words of three and more lower-case Latin letters in the visible text of the main part."""
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub(r"<script.*?</script>|<svg.*?</svg>", "", main, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", main)
    known = {"officer", "Microsoft", "Google", "Authenticator", "FreeOTP", "JavaScript", "PIN"}
    return [word for word in re.findall(r"[A-Za-z]{3,}", text) if word not in known]


def test_nobody_signs_up(client, db):
    answer = client.post(
        reverse("account_signup"), {"username": "eve", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert "账号由镇总工会开通" in answer.content.decode()
    assert User.objects.count() == 0


def test_the_sign_in_page_does_not_offer_to_sign_up(client, db):
    page = client.get(reverse("account_login")).content.decode()
    assert reverse("account_signup") not in page
    assert "注册" not in page


def test_without_a_mail_server_no_reset_letter_is_made(client, person):
    person.email = "o@example.com"
    person.save()
    page = client.get(reverse("account_reset_password")).content.decode()
    assert "请联系镇总工会工作人员" in page
    assert 'name="email"' not in page
    client.post(reverse("account_reset_password"), {"email": "o@example.com"})
    assert mail.outbox == []


def test_with_a_mail_server_the_letter_leads_to_a_new_password(client, person, settings):
    settings.MAIL_ENABLED = True
    person.email = "o@example.com"
    person.save()
    client.post(reverse("account_reset_password"), {"email": "o@example.com"})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    answer = client.get(link, follow=True)
    assert FRAME in answer.content.decode()
    client.post(answer.request["PATH_INFO"], {"password1": "new-Pass-2026", "password2": "new-Pass-2026"})
    person.refresh_from_db()
    assert person.check_password("new-Pass-2026")


def test_a_locked_account_gets_no_session(client, person):
    person.is_active = False
    person.save()
    client.post(reverse("account_login"), {"login": "officer", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_secrets_of_factors_are_sealed(person):
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    stored = Authenticator.objects.get(type="totp")
    assert "JBSWY3DPEHPK3PXP" not in str(stored.data)
    assert get_adapter().decrypt(stored.data["secret"]) == "JBSWY3DPEHPK3PXP"
