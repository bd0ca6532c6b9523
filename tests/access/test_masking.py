"""Numbers are masked on every page: of an identity number never more than the first 3 and the last 2 characters
stand together, since a birth date may stand beside them (domain facts 17.3)."""

import pytest

from core.text import mask_number, mask_phone
from tests.access.reading import read_matrix
from tests.access.scene import NUMBER, PHONE, answer, body

LINES = read_matrix()
HEAD, TAIL, LEAST = 3, 2, 4
# Every run of the number that is longer than what may be shown. The year and the day of birth stand by themselves.
RUNS = {
    NUMBER[start : start + length]
    for length in range(LEAST, len(NUMBER) + 1)
    for start in range(len(NUMBER) - length + 1)
} - {"1990", "19900101", "0101"}
LONG = sorted(run for run in RUNS if len(run) >= 6 or NUMBER.endswith(run) or NUMBER.startswith(run))
# The sender's own file comes back with its faults; nothing else holds what people typed.
OWN_FILE = "exchange:run_marked"


def runs_in(page: str) -> list[str]:
    """The longest runs of the number on a page."""
    return [run for run in LONG if run in page]


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_no_page_shows_more_of_a_number_than_three_and_two(line, scene, browsers):
    if line.url_name == OWN_FILE:
        pytest.skip("the sender's own file")
    role = next((role for role in ("clerk", "officer", "auditor", "sysadmin") if line.get[role] == 200), None)
    if role is None:
        pytest.skip("no page")
    assert runs_in(body(scene.get(browsers, role, line))) == []


@pytest.mark.parametrize("name", ["workers:worker_list", "workers:people_find"])
def test_results_of_a_search_for_the_number_are_masked(name, scene, browsers):
    for typed in (NUMBER, NUMBER[-4:], PHONE):
        page = answer(browsers["clerk"], "post", scene.url(name), {"q": typed, "text": typed})
        if page.status_code == 302:
            page = answer(browsers["clerk"], "get", page.url)
        shown = (
            body(page).replace(f'value="{typed}"', "").replace(f"“{typed}”", "").replace(f">\n{typed}", "")
        )
        assert [run for run in runs_in(shown) if run not in typed or run == NUMBER] == []


def test_masks_show_three_and_two_at_most():
    assert mask_number(NUMBER) == f"{NUMBER[:HEAD]}{'*' * 13}{NUMBER[-TAIL:]}"
    assert mask_phone(PHONE) == "160****9876"
    assert runs_in(f"{NUMBER} 1990-01-01") != []  # the search would find it
