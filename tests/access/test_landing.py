"""Where people arrive after signing in."""

import pytest
from django.shortcuts import resolve_url

from accounts.models import User
from nanyue_portal.navigation import navigation_for
from tests.access.matrix import LANDING, ROLES
from tests.access.reading import read_matrix
from tests.access.scene import PASSWORD, answer, signed_in


def _sign_in(client, user, **more):
    data = {"login": user.username, "password": PASSWORD, **more}
    return client.post(resolve_url("account_login"), data, follow=True)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_arrives_at_a_page_it_may_see(role, scene, anonymous):
    page = _sign_in(anonymous, scene.users[role])
    assert (page.status_code, page.request["PATH_INFO"]) == (200, resolve_url(LANDING[role]))


def test_who_was_on_the_way_to_a_page_arrives_there(scene, anonymous):
    wanted = scene.url("workers:worker_detail", ("worker",))
    page = _sign_in(anonymous, scene.users["officer"], next=wanted)
    assert (page.status_code, page.request["PATH_INFO"]) == (200, wanted)


def test_nobody_is_sent_to_another_site(scene, anonymous):
    page = _sign_in(anonymous, scene.users["officer"], next="https://example.org/workers/")
    assert (page.status_code, page.request["PATH_INFO"]) == (200, resolve_url("home"))


def test_who_holds_no_post_arrives_at_the_own_account(scene, anonymous):
    page = _sign_in(anonymous, scene.former)
    assert (page.status_code, page.request["PATH_INFO"]) == (200, resolve_url("mfa_index"))


def test_a_locked_account_is_refused_and_its_session_is_over(scene, anonymous):
    user = scene.users["handler"]
    browser = signed_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert answer(browser, "get", resolve_url("home")).url.startswith(resolve_url("account_login"))
    assert _sign_in(anonymous, user).request["PATH_INFO"] == resolve_url("account_inactive")
    User.objects.filter(pk=user.pk).update(is_active=True)


def test_every_page_of_the_clerk_belongs_to_an_entry_of_the_side_bar(scene):
    pages = [line for line in read_matrix().values() if line.get["clerk"] == 200]
    lost = []
    for line in pages:
        groups = navigation_for(scene.users["clerk"], scene.url(line.url_name, line.objects))
        if not any(entry["current"] for group in groups for entry in group.entries):
            lost.append(line.url_name)
    assert lost == []
