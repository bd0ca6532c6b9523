"""Whatever stands in a query string: no error, and nothing of another union.

The parameters are not listed by hand: the test asks each page which ones it reads.
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


def _questions(names: list[str]) -> list[dict]:
    """Every nonsense in all parameters at once, and each parameter alone with one of them, in turn: a page with
    forty parameters is asked fifty times, not three hundred."""
    together = [dict.fromkeys(names, value) for value in NONSENSE]
    return together + [{name: NONSENSE[place % len(NONSENSE)]} for place, name in enumerate(names)]


@pytest.mark.parametrize("line", PAGES, ids=lambda line: line.url_name)
def test_nonsense_in_any_parameter_is_no_error(line, scene, browsers, monkeypatch):
    role, url = _visitor(line), scene.url(line.url_name, line.objects)
    names = sorted(_parameters_read(monkeypatch, browsers[role], url))
    for question in _questions(names):
        status = answer_of_get(browsers[role], url, question).status_code
        assert status in (200, 302, 400, 404), question
    for name in names[:1]:
        assert answer(browsers[role], "get", url, {name: "a\0b"}).status_code == 400


@pytest.mark.parametrize(
    "line", [line for line in PAGES if line.get["stranger"] == 200], ids=lambda line: line.url_name
)
def test_ids_of_another_union_in_any_parameter_tell_nothing(line, scene, browsers, monkeypatch):
    browser, url = browsers["stranger"], scene.url(line.url_name, line.objects)
    for place, name in enumerate(sorted(_parameters_read(monkeypatch, browser, url))):
        for kind in [name] if name in FOREIGN else (FOREIGN[place % 4], FOREIGN[(place + 1) % 4]):
            page = answer(browser, "get", url, {name: scene.objects[kind]})
            assert page.status_code in (200, 404)
            assert [text for text in (*PERSONAL, HEAD, *NAMES_OF_UNION) if text in body(page)] == []


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
