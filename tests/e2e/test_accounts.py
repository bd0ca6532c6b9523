"""Signing in as people do: password, authenticator app, recovery code, passkey, invitation, devices."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from accounts.models import AuditEntry
from accounts.services import create_invitation, invitation_url
from tests.e2e.faults import at_both_sizes, faults_of, follow

PASSWORD = "long-Pass-2026"
TYPING = 5  # seconds: less is too short for a machine that is busy
LOGIN = re.compile("/accounts/login/")


@pytest.fixture
def admin(secadmin):
    secadmin.set_password(PASSWORD)
    secadmin.save()
    cache.clear()
    return secadmin


def _sign_in(page, username="secadmin", password=PASSWORD):
    page.goto("/accounts/login/")
    page.get_by_label("用户名或电子邮箱").fill(username)
    page.get_by_label("密码").fill(password)
    follow(page, page.get_by_role("button", name="登录", exact=True))


def _sign_out(page):
    page.get_by_role("button", name="账号").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(LOGIN)


def _confirm_password(page):
    expect(page.get_by_role("heading", level=1)).to_have_text("请再次验证身份")
    page.get_by_label("密码").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="确认"))


def _code(secret):
    """The six digits an authenticator app shows now (RFC 6238, SHA-1, 30 seconds), with time left to type them."""
    left = 30 - time.time() % 30
    if left < TYPING:
        time.sleep(left)
    digest = hmac.new(
        base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1
    ).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def _expect_inside(page):
    expect(page.get_by_role("heading", level=1)).to_have_text("账号")


def test_sign_in_with_name_and_password_and_out_again(page_as, admin, sized):
    page = page_as(size=sized)
    _sign_in(page)
    _expect_inside(page)
    _sign_out(page)


def test_five_wrong_passwords_lock_the_account_for_a_while(page_as, admin):
    page = page_as()
    for _ in range(5):
        _sign_in(page, password="wrong")
        expect(page.get_by_role("alert")).to_contain_text("不正确")
    _sign_in(page)
    expect(page.get_by_role("alert")).to_contain_text("登录失败次数过多")
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["security.login_failed"] * 5 + ["security.login_limited"]


def test_set_up_an_authenticator_sign_in_with_it_and_with_a_recovery_code(page_as, admin):
    page = page_as()
    _sign_in(page)
    page.goto("/accounts/2fa/totp/activate/")
    _confirm_password(page)
    secret = page.get_by_label("密钥").input_value()
    page.get_by_label("动态码").fill(_code(secret))
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("恢复代码")
    recovery = page.locator("#recovery_codes li").first.inner_text()

    _sign_out(page)
    _sign_in(page)
    cache.clear()  # the same half minute: its code counts as used
    page.get_by_label("动态码或恢复代码").fill(_code(secret))
    page.get_by_role("button", name="继续登录").click()
    _expect_inside(page)

    _sign_out(page)
    _sign_in(page)
    page.get_by_label("动态码或恢复代码").fill(recovery)
    page.get_by_role("button", name="继续登录").click()
    _expect_inside(page)

    _sign_out(page)
    _sign_in(page)
    page.get_by_label("动态码或恢复代码").fill(recovery)
    page.get_by_role("button", name="继续登录").click()
    expect(page.get_by_role("alert")).to_contain_text("不正确")


def test_add_a_passkey_and_sign_in_without_a_password(page_as, admin):
    page = page_as()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    _sign_in(page)
    page.goto("/accounts/2fa/webauthn/add/")
    _confirm_password(page)
    page.get_by_label("名称").fill("办公室电脑")
    page.get_by_label("允许免密登录").check()
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("恢复代码")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_role("row", name=re.compile("办公室电脑"))).to_contain_text("可免密登录")

    _sign_out(page)
    page.get_by_role("button", name="使用通行密钥登录").click()
    _expect_inside(page)


def test_devices_have_readable_names_and_can_be_signed_out(page_as, admin):
    first, second = page_as(), page_as(size="phone")
    _sign_in(first)
    _sign_in(second)
    first.goto("/accounts/sessions/")
    expect(first.get_by_role("row")).to_have_count(3)
    expect(first.get_by_role("row").nth(1)).to_contain_text("Chrome")
    first.get_by_role("button", name="退出", exact=True).click()
    first.get_by_role("button", name="确定").click()
    expect(first.get_by_role("row")).to_have_count(2)
    second.goto("/accounts/2fa/")
    expect(second).to_have_url(LOGIN)


def test_an_invited_officer_sets_the_password_by_a_one_time_link(page_as, officer, clerk):
    _, token = create_invitation(user=officer, by=clerk)
    cache.clear()
    page = page_as(allow=(410,))
    page.goto(invitation_url(token))
    assert token not in page.url
    page.get_by_label("新密码").fill("short")
    page.get_by_label("再输入一遍").fill("short")
    page.get_by_role("button", name="保存密码").click()
    expect(page.get_by_role("alert")).to_contain_text("密码太短，至少需要 10 个字符")
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_label("再输入一遍").fill(PASSWORD)
    page.get_by_role("button", name="保存密码").click()
    expect(page.get_by_text("密码已设置")).to_be_visible()
    page.goto(invitation_url(token))
    expect(page.get_by_role("heading", level=1)).to_have_text("链接已失效")


def test_an_ended_session_shows_the_sign_in_page_whole_not_inside_a_list(page_as, secadmin):
    page = page_as(secadmin)
    page.goto("/account/security-log/")
    page.context.clear_cookies()
    page.get_by_role("button", name="查询").click()
    expect(page).to_have_url(LOGIN)
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


def test_keys_move_through_a_list_and_to_the_search_box(page_as, secadmin, officer):
    page = page_as(secadmin)
    page.goto("/account/list/")
    page.keyboard.press("/")
    expect(page.get_by_label("用户名 / 姓名")).to_be_focused()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="officer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("账号 officer")


ACCOUNT_PAGES = [
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/sessions/",
    "/account/list/",
    "/account/security-log/",
]


def test_account_pages_are_accessible_and_fit_the_screen(page_as, clean, secadmin):
    assert faults_of(page_as(secadmin), clean, ACCOUNT_PAGES) == {}


def _faults_outside(page, clean, addresses):
    """As ``faults_of``, also for the sign-in page and for pages that refuse."""
    faults = {}
    for address in addresses:
        page.goto(address)
        if found := at_both_sizes(page, clean):
            faults[address] = found
    return faults


def test_pages_for_everybody_are_accessible(page_as, clean):
    page = page_as(allow=(404, 410))
    addresses = [f"/accounts/{name}/" for name in ("login", "password/reset", "signup")]
    assert _faults_outside(page, clean, [*addresses, "/account/password/"]) == {}


def test_error_pages_are_accessible(page_as, clean, secadmin):
    page = page_as(secadmin, allow=(403, 404))
    assert _faults_outside(page, clean, ["/no-such-page/", "/account/audit-log/"]) == {}
