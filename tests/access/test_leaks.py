"""Personal data stays with those who keep the records. Each refusal is held against a page that does show it."""

import pytest

from tests.access.matrix import ROLES
from tests.access.reading import read_matrix
from tests.access.scene import HEAD, HEAD_PHONE, NAME, NUMBER, PERSONAL, PHONE, ROW_NAME, answer, body

LINES = read_matrix()
INSIDE = {"clerk", "officer", "federation"}  # who may read the roll of ``union``
# Who may see the unions, and so their heads: the case handler too, over the whole town.
SEE_UNIONS = INSIDE | {"handler"}

# What the clerk finds on a page: the other roles are kept from something.
SHOWN = {
    "unions:union_detail": (HEAD, HEAD_PHONE),
    "unions:union_edit": (HEAD, HEAD_PHONE),
    "workers:worker_list": (NAME, NUMBER[-2:], PHONE[-4:]),
    "workers:worker_detail": (NAME, PHONE[-4:]),
    "workers:worker_edit": (NAME, PHONE[-4:]),
    "workers:worker_reveal": (NAME,),
    "workers:membership_change": (NAME,),
    "workers:document_replace": (NAME,),
    "workers:employment_create": (NAME,),
    "workers:employment_end": (NAME,),
    "exchange:run_detail": (ROW_NAME,),
    "exchange:run_marked": (ROW_NAME,),
    "competitions:event_results": (NAME,),
    "competitions:result_list": (NAME,),
    "competitions:ranking_print": (NAME,),
    "reports:report_records": (NAME,),
    "reports:indicator_records": (NAME,),
}


def _ask(scene, browsers, role, line):
    """The text of the page: by GET, or by POST where only that leads to it."""
    if set(line.get.values()) <= {403, 405}:
        return body(scene.post(browsers, role, line))
    return body(scene.get(browsers, role, line))


@pytest.mark.parametrize("name", SHOWN)
def test_the_clerk_finds_personal_data_where_the_others_are_refused(name, scene, browsers):
    page = _ask(scene, browsers, "clerk", LINES[name])
    assert [text for text in SHOWN[name] if text not in page] == []


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_no_page_tells_personal_data_to_a_role_outside(line, scene, browsers):
    pages = {role: _ask(scene, browsers, role, line) for role in ROLES if role not in INSIDE}
    leaks = {role: [text for text in PERSONAL if text in page] for role, page in pages.items()}
    heads = {role: [HEAD] for role, page in pages.items() if role not in SEE_UNIONS and HEAD in page}
    assert {role: found for role, found in leaks.items() if found} == {}
    assert heads == {}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_full_numbers_stand_on_no_page_at_all(line, scene, browsers):
    """Shown masked; a reveal needs a reason, and the workbook of faulty rows is the sender's own file."""
    page = _ask(scene, browsers, "clerk", line)
    assert [text for text in (NUMBER, PHONE) if text in page and line.url_name != "exchange:run_marked"] == []


def test_files_of_a_report_hold_figures_only(scene, browsers):
    for file_format, figure in (("pdf", "会员"), ("xlsx", "A2")):
        url = scene.url("reports:report_download", ("report", file_format))
        page = body(answer(browsers["group"], "post", url))
        assert figure in page
        assert [text for text in (*PERSONAL, HEAD) if text in page] == []
