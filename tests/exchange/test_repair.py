"""Putting a checked run right on the page: any cell, the same text in many cells, and what the grid then shows."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import AuditEntry
from core.errors import RuleError
from exchange import queries, services
from tests.exchange.sheets import NUMBER, applied, finish, member, member_book, upload
from tests.factories.unions import EmployerFactory
from workers.models import Worker

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def html(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def fix(run, number):
    return reverse("exchange:run_fix", args=[run.pk, number])


def test_a_cell_without_a_problem_can_be_corrected_too(desk, officer, union):
    run = upload(officer, union, member_book([member(1)]))
    page = html(desk.get(run.get_absolute_url()))
    assert f'data-mend-url="{fix(run, 5)}"' in page
    assert 'data-cell="household_place"' in page
    mended = html(
        desk.post(fix(run, 5), {"column": "household_place", "text": "浙江省乐清市"}, headers=FRAGMENT)
    )
    assert 'class="cell-mended"' in mended
    line = run.lines.get()
    assert line.mended == ["household_place"]
    assert json.loads(line.raw)[12] == "浙江省乐清市"
    assert line.values["fields"]["household_place"] == "浙江省乐清市"


def test_the_answer_says_which_cell_was_checked_again(desk, officer, union):
    run = upload(officer, union, member_book([member(1, c8="仙学")]))
    answer = desk.post(fix(run, 5), {"column": "education", "text": "神学"}, headers=FRAGMENT)
    told = json.loads(answer.headers["HX-Trigger-After-Settle"])
    assert told == {"mended": {"row": 5, "column": "education"}}
    assert "神学" in html(answer)


def test_the_other_row_of_a_duplicate_is_shown_again_with_the_mended_one(desk, officer, union):
    run = upload(officer, union, member_book([member(1), member(1, c1="试乙"), member(3)]))
    assert run.failed == 2
    data = {"column": "number", "text": member(2)[NUMBER], "numbers": "5,6,7"}
    page = html(desk.post(fix(run, 6), data, headers=FRAGMENT))
    assert 'id="row-5"' in page
    assert 'id="row-7"' not in page
    run.refresh_from_db()
    assert run.lines.get(number=5).verdict == "new"


def test_the_same_text_in_many_cells_is_corrected_at_once(desk, officer, union):
    rows = [member(place, c14="2021.13.1") for place in range(1, 4)]
    run = upload(officer, union, member_book([*rows, member(4, c14="无日期"), member(5)]))
    [found] = queries.repeated_texts(run)
    assert (found["title"], found["text"], found["rows"]) == ("会籍变化日期", "2021.13.1", 3)
    assert "改 3 行" in html(desk.get(run.get_absolute_url()))
    data = {"attribute": "on", "text": "2021.13.1", "new_text": "2021-12-01"}
    told = html(desk.post(reverse("exchange:run_fix_all", args=[run.pk]), data, follow=True))
    assert "已改正 3 行" in told
    run.refresh_from_db()
    assert (run.new, run.failed) == (4, 1)
    assert [line.mended for line in run.lines.order_by("number")] == [["on"]] * 3 + [[], []]
    entry = AuditEntry.objects.get(action="exchange.mend_all")
    assert (entry.details["rows"], entry.details["columns"]) == (3, ["on"])


def test_empty_cells_are_filled_at_once(officer, union):
    run = upload(officer, union, member_book([member(1, c4=""), member(2, c4="")]))
    assert ("民族", "", 2) in [
        (found["title"], found["text"], found["rows"]) for found in queries.repeated_texts(run)
    ]
    assert services.mend_all(run=run, attribute="ethnicity", text="", new_text="汉族", by=officer) == 2
    assert {line.values["fields"]["ethnicity"] for line in run.lines.all()} == {"01"}


def test_columns_that_differ_from_person_to_person_are_not_offered_and_refused(officer, union):
    rows = [member(1, c7="123"), member(2, c7="123"), member(3, c10="139"), member(4, c10="139")]
    run = upload(officer, union, member_book(rows))
    assert run.failed == 4
    assert queries.repeated_texts(run) == []
    with pytest.raises(RuleError, match="各人不同"):
        services.mend_all(run=run, attribute="phone", text="139", new_text="13900000000", by=officer)


def test_too_many_cells_are_refused_with_the_way_out(officer, union, monkeypatch):
    monkeypatch.setattr("exchange.services.mending.MOST_AT_ONCE", 2)
    run = upload(officer, union, member_book([member(place, c8="仙学") for place in range(1, 4)]))
    with pytest.raises(RuleError, match="超过 2 个"):
        services.mend_all(run=run, attribute="education", text="仙学", new_text="高中", by=officer)
    assert run.lines.filter(verdict="problem").count() == 3


def test_bulk_correction_needs_the_run_the_column_and_the_text(officer, other_officer, union):
    run = upload(officer, union, member_book([member(1, c8="仙学"), member(2, c8="仙学")]))
    options = {"attribute": "education", "text": "仙学", "new_text": "高中"}
    with pytest.raises(PermissionDenied):
        services.mend_all(run=run, by=other_officer, **options)
    with pytest.raises(RuleError, match="没有要修改的列"):
        services.mend_all(run=run, by=officer, **options | {"attribute": "nowhere"})
    with pytest.raises(RuleError, match="没有这样的单元格"):
        services.mend_all(run=run, by=officer, **options | {"text": "神学"})
    services.discard(run=run, by=officer)
    with pytest.raises(RuleError, match="已放弃"):
        services.mend_all(run=run, by=officer, **options)


def test_the_written_rows_are_exactly_those_that_touched_a_record(desk, officer, union):
    applied(upload(officer, union, member_book([member(1), member(2)])), officer)
    run = applied(upload(officer, union, member_book([member(1), member(2, c8="本科"), member(3)])), officer)
    page = html(desk.get(run.get_absolute_url(), {"verdict": "written"}))
    shown = [number for number in (5, 6, 7) if f'id="row-{number}"' in page]
    assert shown == [6, 7]
    for effect_of in run.lines.filter(effect__isnull=False):
        address = reverse("workers:worker_detail", args=[effect_of.effect.target_id])
        assert f'href="{address}"' in page


def test_an_undo_lists_what_became_of_each_row_and_links_records_that_are_there(desk, officer, union):
    applied(upload(officer, union, member_book([member(1), member(2)])), officer)
    rows = [member(1, c8="本科"), member(2, c8="本科"), member(3)]
    run = applied(upload(officer, union, member_book(rows)), officer)
    touched = Worker.objects.get(pk=run.lines.get(number=6).effect.target_id)
    Worker.objects.filter(pk=touched.pk).update(version=touched.version + 1)
    run = finish(services.request_undo(run=run, by=officer, hint=False))
    assert run.outcomes() == {"reverted": 2, "kept": 1, "impossible": 0}
    page = html(desk.get(run.get_absolute_url()))
    assert 'id="row-6"' in page
    assert 'id="row-5"' not in page
    assert reverse("workers:worker_detail", args=[touched.pk]) in page
    assert run.lines.get(number=6).effect.reason in page
    page = html(desk.get(run.get_absolute_url(), {"verdict": "reverted"}))
    gone, back = run.lines.get(number=7).effect, run.lines.get(number=5).effect
    assert 'id="row-7"' in page
    assert reverse("workers:worker_detail", args=[gone.target_id]) not in page
    assert reverse("workers:worker_detail", args=[back.target_id]) in page
