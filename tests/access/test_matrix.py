"""Every address × every role × GET and POST, with an object that is foreign to some of them."""

import pytest
from django.shortcuts import resolve_url

from tests.access.matrix import FRESH_SIGN_IN, OWN_ACCOUNT, PUBLIC, ROLES
from tests.access.reading import names_of, read_matrix
from tests.access.scene import answer, answer_of_get, body, signed_in

LINES = read_matrix()

each_line = pytest.mark.parametrize("line", LINES.values(), ids=LINES)
each_line_about_an_object = pytest.mark.parametrize(
    "line", [line for line in LINES.values() if line.objects], ids=lambda line: line.url_name
)


def test_every_address_of_ours_is_in_the_matrix():
    listed = set(LINES) | set(PUBLIC) | set(OWN_ACCOUNT)
    assert sorted(names_of(allauth=False) - listed) == []
    assert sorted(listed - names_of(allauth=False)) == []


@each_line
def test_get_answers_each_role_as_listed_and_writes_nothing(line, scene, browsers):
    assert {role: scene.get(browsers, role, line).status_code for role in ROLES} == line.get


@each_line
def test_post_without_data_answers_each_role_as_listed(line, scene, browsers):
    assert {role: scene.post(browsers, role, line).status_code for role in ROLES} == line.post


def _refused(line) -> list[str]:
    """Roles that do not find the object, and the first of those without the right: the right is asked before the object,
    by one line of code for all of them."""
    without_right = [role for role in ROLES if line.get[role] == 403]
    return [role for role in ROLES if line.get[role] == 404] + without_right[:1]


@each_line_about_an_object
def test_what_a_role_may_not_see_looks_as_if_it_did_not_exist(line, scene, browsers):
    nowhere = scene.url_nowhere(line.url_name, line.objects)
    for role in _refused(line):
        foreign, missing = scene.get(browsers, role, line), answer(browsers[role], "get", nowhere)
        assert (role, foreign.status_code, body(foreign)) == (role, missing.status_code, body(missing))
    for role in (role for role in ROLES if line.post[role] == 404):
        foreign, missing = scene.post(browsers, role, line), answer(browsers[role], "post", nowhere)
        assert (role, missing.status_code, body(foreign)) == (role, 404, body(missing))


@each_line_about_an_object
def test_an_id_that_does_not_exist_is_not_found_by_those_who_would_find_the_others(line, scene, browsers):
    """Asked by the first of each answer: which rows a role reaches is no question where there is none."""
    nowhere = scene.url_nowhere(line.url_name, line.objects)
    for method, expected in (("get", line.get), ("post", line.post)):
        finders = {expected[role]: role for role in reversed(ROLES) if expected[role] in (200, 302)}
        assert {role: answer(browsers[role], method, nowhere).status_code for role in finders.values()} == (
            dict.fromkeys(finders.values(), 404)
        )


@each_line
def test_anonymous_visitors_are_sent_to_the_login_page(line, scene, anonymous):
    url = scene.url(line.url_name, line.objects)
    for method in ("get", "post"):
        response = answer(anonymous, method, url)
        assert (response.status_code, response.url) == (302, f"{resolve_url('account_login')}?next={url}")


@each_line
def test_other_methods_are_refused(line, scene, browsers):
    url = scene.url(line.url_name, line.objects)
    role = next(role for role in ROLES if line.post[role] != 403 and line.get[role] != 403)
    for method in ("put", "patch", "delete"):
        assert answer(browsers[role], method, url).status_code == 405


@each_line
def test_a_former_officer_is_refused_everywhere(line, scene, former):
    url = scene.url(line.url_name, line.objects)
    statuses = {answer(former, method, url).status_code for method in ("get", "post")}
    assert statuses <= ({302, 405} if line.url_name in ("home", "start") else {403, 405})


@pytest.mark.parametrize("name", PUBLIC)
def test_public_addresses_answer_anybody(name, anonymous, browsers):
    arguments, get, post = PUBLIC[name]
    url = resolve_url(name, *arguments)
    for visitor in (anonymous, browsers["group"]):
        assert answer_of_get(visitor, url).status_code == get
        assert answer(visitor, "post", url).status_code == post


@pytest.mark.parametrize("name", OWN_ACCOUNT)
def test_pages_of_the_own_account_answer_every_role(name, anonymous, browsers, former):
    get, post = OWN_ACCOUNT[name]
    url = resolve_url(name)
    for visitor in (*browsers.values(), former):
        assert answer_of_get(visitor, url).status_code == get
        assert answer(visitor, "post", url).status_code == post
    assert answer(anonymous, "get", url).url == f"{resolve_url('account_login')}?next={url}"


@pytest.mark.parametrize("name", FRESH_SIGN_IN)
def test_grave_actions_ask_for_the_password_again(name, scene):
    line, user = LINES[name], scene.users[FRESH_SIGN_IN[name]]
    url = scene.url(name, line.objects)
    late = answer(signed_in(user, seconds_ago=301), "post", url)
    assert (late.status_code, late.url.split("?")[0]) == (302, resolve_url("account_reauthenticate"))
    fresh = answer(signed_in(user, seconds_ago=200), "post", url)
    assert fresh.status_code == line.post[FRESH_SIGN_IN[name]]
