"""Whatever stands in a query string: no error, and nothing of another union.

The parameters are not listed by hand: the test asks each page which ones it reads. Asking a page for one parameter
after the other takes most of the time and finds little that all at once does not: ./portal test -m long does it.
"""

import pytest
from django.http import QueryDict

from tests.access.reading import read_matrix
from tests.access.scene import HEAD, PERSONAL, answer, answer_of_get, body

LINES = read_matrix()
PAGES = [line for line in LINES.values() if line.get["clerk"] in (200, 400) or 200 in line.get.values()]
NONSENSE = ["9" * 25, "²", "-1", "'); --", "2026-99-99", "\u202e甲"]
# Ids of rows that the officer of another union may not reach.
FOREIGN = ["union", "employer", "worker", "run"]
NAMES_OF_UNION = ("甲厂工会委员会", "乐清市甲试验电器有限公司")

each_page = pytest.mark.parametrize("line", PAGES, ids=lambda line: line.url_name)
each_page_of_the_stranger = pytest.mark.parametrize(
    "line", [line for line in PAGES if line.get["stranger"] == 200], ids=lambda line: line.url_name
)


def _parameters_read(monkeypatch, browser, url) -> set[str]:
    """The names that the page looks up in the query string."""
    asked = set()
    for method in ("__getitem__", "getlist"):
        original = getattr(QueryDict, method)

        def spy(query, name, *rest, original=original):
            asked.add(name)
            return original(query, name, *rest)

        monkeypatch.setattr(QueryDict, method, spy)
    answer(browser, "get", url)
    monkeypatch.undo()
    return asked


def _visitor(line) -> str:
    """The stranger where that role has the page at all, else somebody who has."""
    return next(role for role in ("stranger", "clerk", *line.get) if line.get[role] in (200, 400))


def _together(names: list[str]) -> list[dict]:
    """Each nonsense in all parameters at once."""
    return [dict.fromkeys(names, value) for value in NONSENSE]


def _alone(names: list[str]) -> list[dict]:
    """Each parameter by itself with one nonsense, in turn."""
    return [{name: NONSENSE[place % len(NONSENSE)]} for place, name in enumerate(names)]


@each_page
def test_nonsense_in_all_parameters_is_no_error(line, scene, browsers, monkeypatch):
    role, url = _visitor(line), scene.url(line.url_name, line.objects)
    names = sorted(_parameters_read(monkeypatch, browsers[role], url))
    for question in _together(names) if names else []:
        status = answer_of_get(browsers[role], url, question).status_code
        assert status in (200, 302, 400, 404), question
    for name in names[:1]:
        assert answer(browsers[role], "get", url, {name: "a\0b"}).status_code == 400


@pytest.mark.long
@each_page
def test_nonsense_in_any_parameter_is_no_error(line, scene, browsers, monkeypatch):
    role, url = _visitor(line), scene.url(line.url_name, line.objects)
    for question in _alone(sorted(_parameters_read(monkeypatch, browsers[role], url))):
        status = answer_of_get(browsers[role], url, question).status_code
        assert status in (200, 302, 400, 404), question


def _tells_nothing(page) -> bool:
    shown = [text for text in (*PERSONAL, HEAD, *NAMES_OF_UNION) if text in body(page)]
    return page.status_code in (200, 302, 404) and shown == []


@each_page_of_the_stranger
def test_ids_of_another_union_tell_nothing(line, scene, browsers, monkeypatch):
    """Where a parameter is called like what it holds, by itself; and one id in all of them at once."""
    browser, url = browsers["stranger"], scene.url(line.url_name, line.objects)
    names = _parameters_read(monkeypatch, browser, url)
    questions = [{name: scene.objects[name]} for name in FOREIGN if name in names]
    questions += [dict.fromkeys(names, scene.objects[kind]) for kind in FOREIGN[:2] if names]
    for question in questions:
        assert _tells_nothing(answer(browser, "get", url, question)), question


@pytest.mark.long
@each_page_of_the_stranger
def test_ids_of_another_union_in_any_parameter_tell_nothing(line, scene, browsers, monkeypatch):
    browser, url = browsers["stranger"], scene.url(line.url_name, line.objects)
    for name in sorted(_parameters_read(monkeypatch, browser, url)):
        for kind in FOREIGN:
            assert _tells_nothing(answer(browser, "get", url, {name: scene.objects[kind]})), (name, kind)


def test_the_parameters_of_a_page_are_found(scene, browsers, monkeypatch):
    asked = _parameters_read(monkeypatch, browsers["clerk"], scene.url("workers:worker_list"))
    assert {"union", "employer", "standing", "find", "after", "before", "page"} <= asked


@pytest.mark.parametrize("name", ["union", "employer"])
def test_the_clerk_finds_by_the_parameter_what_the_stranger_does_not(name, scene, browsers):
    url = scene.url("workers:worker_list")
    pages = {
        role: body(answer(browsers[role], "get", url, {name: scene.objects[name]}))
        for role in ("clerk", "stranger")
    }
    assert {role: PERSONAL[0] in page for role, page in pages.items()} == {"clerk": True, "stranger": False}
