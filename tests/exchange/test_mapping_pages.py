"""Pages of columns, texts and memories: works, foreign 404, reader refused, bad input, flat query count."""

import re

import pytest
from django.urls import reverse

from exchange import services
from exchange.models import ColumnMemory, ImportRun, TextMemory
from tests.exchange.sheets import MEMBER_TITLES, NUMBER, finish, member, member_book, upload
from tests.exchange.test_mapping import ATTRIBUTES, STRANGE, book
from tests.factories.unions import EmployerFactory

pytestmark = pytest.mark.django_db
FORM = {"sheet": 0, "first_row": 1, "last_row": 1, "remember": "on"}
CHOSEN = FORM | {f"column-{place}": attribute for place, attribute in enumerate(ATTRIBUTES)}


@pytest.fixture(autouse=True)
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def waiting(union, officer):
    return upload(officer, union, book(STRANGE, [member(1), member(2)]))


def html(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def columns(run) -> str:
    return reverse("exchange:run_mapping", args=[run.pk])


def selected(page: str, place: int) -> str:
    """What the select of a column stands at."""
    select = re.search(rf'<select[^>]*name="column-{place}".*?</select>', page, re.S)[0]
    found = re.search(r'<option value="([^"]*)" selected', select)
    return found[1] if found else ""


def test_from_strange_headings_to_a_checked_file(desk, waiting):
    page = html(desk.get(waiting.get_absolute_url()))
    assert "指明各列" in page
    assert columns(waiting) in page
    page = html(desk.get(columns(waiting)))
    assert "还没有指明的必需列：<strong>姓名、会籍变化类型、会籍变化日期</strong>" in page
    assert "证件号码（必需）" in page
    response = desk.post(columns(waiting), CHOSEN)
    assert response.url == waiting.get_absolute_url()
    run = finish(ImportRun.objects.get())
    assert (run.state, run.new) == ("checked", 2)
    page = html(desk.get(run.get_absolute_url()))
    assert "列对应（读取 19 列，没有读取 1 列）" in page
    assert "修改列对应" in page
    assert "手工指定" in page


def test_the_page_shows_samples_and_never_a_whole_number(desk, waiting):
    page = html(desk.get(columns(waiting)))
    assert "试乙" in page
    assert member(1)[NUMBER] not in page
    assert member(1)[10] not in page
    assert member(1)[NUMBER][-2:] in page


def test_a_number_under_a_column_chosen_wrongly_stays_masked(desk, waiting):
    page = html(desk.post(columns(waiting), FORM | {"column-7": "name", "column-10": "team"}))
    assert "还没有指明必需的列：证件号码、会籍变化类型、会籍变化日期" in page
    assert selected(page, 7) == "name"
    assert member(1)[NUMBER] not in page
    assert member(1)[10] not in page


def test_a_required_column_the_file_lacks_is_offered_to_be_stated(desk, waiting):
    page = html(desk.get(columns(waiting)))
    assert 'name="constant-change"' in page
    assert "<option>入会</option>" in page
    assert 'name="constant-number"' not in page
    form = {name: value for name, value in CHOSEN.items() if value not in ("change", "on")}
    page = html(desk.post(columns(waiting), form | {"constant-change": "入会", "constant-on": "昨天"}))
    assert "统一填写的会籍变化日期“昨天”" in page
    assert "<option selected>入会</option>" in page
    desk.post(columns(waiting), form | {"constant-change": "入会", "constant-on": "2021-06-01"})
    run = finish(ImportRun.objects.get())
    assert run.new == 2
    page = html(desk.get(run.get_absolute_url()))
    assert "会籍变化类型 <span" in page
    assert 'value="2021-06-01"' in html(desk.get(columns(run)))


def test_two_columns_of_one_kind_are_refused_and_shown(desk, waiting):
    page = html(desk.post(columns(waiting), CHOSEN | {"column-0": "name"}))
    assert "“姓名”同时选给了 A 列和 B 列" in page
    assert page.count('aria-invalid="true"') == 2
    assert ImportRun.objects.get().state == "mapping"


@pytest.mark.parametrize(
    "form",
    [{}, {"sheet": "x"}, FORM | {"sheet": "9"}, FORM | {"first_row": "77"}, FORM | {"last_row": "12"},
     CHOSEN | {"column-0": "nowhere"}, CHOSEN | {"column-x": "name", "column-900": "sex"}],
)  # fmt: skip
def test_a_form_that_does_not_fit_is_told(desk, waiting, form):
    assert 'role="alert"' in html(desk.post(columns(waiting), form))
    assert ImportRun.objects.get().state == "mapping"


def test_sheet_and_header_are_chosen_by_the_address_and_nothing_is_written(desk, officer, union):
    other = [["另一张"], [*MEMBER_TITLES[:3], "", "证号"], ["1", "试某", "男", "", "x"]]
    run = upload(officer, union, book(STRANGE, [member(1)], more=[("第二张", other)]))
    before = ImportRun.objects.values().get()
    page = html(desk.get(columns(run), {"sheet": "1", "shown": "0"}))
    assert selected(page, 1) == "name"
    page = html(desk.get(columns(run), {"sheet": "1", "shown": "1", "first_row": "3", "last_row": "2"}))
    assert '<tr class="row-header"><th scope="row" class="num">3</th>' in page
    for query in ({"sheet": "7"}, {"sheet": "x", "first_row": "-1"}, {"first_row": "1", "last_row": "9"}):
        html(desk.get(columns(run), query))
    assert ImportRun.objects.values().get() == before


def test_a_checked_run_can_be_mapped_again_and_warns_of_lost_corrections(desk, officer, union):
    run = upload(officer, union, member_book([member(1, c8="仙学")]))
    services.mend(run=run, number=5, texts={"education": "高中"}, by=officer)
    page = html(desk.get(columns(run)))
    assert "页面上改正过的 1 行要再改一遍" in page
    assert selected(page, NUMBER) == "number"
    assert "自动识别" in page


def test_runs_that_no_longer_wait_lead_to_their_page(desk, officer, waiting):
    services.discard(run=waiting, by=officer)
    assert desk.get(columns(waiting)).url == waiting.get_absolute_url()
    assert desk.post(columns(waiting), CHOSEN).url == waiting.get_absolute_url()


def test_another_unions_runs_and_memories_are_not_found(client, waiting, officer, other_officer):
    services.choose_columns(
        run=waiting, choice=services.Choice(0, 1, 1, dict(enumerate(ATTRIBUTES))), remember=True, by=officer
    )
    run = finish(waiting.__class__.objects.get())
    text = TextMemory.objects.create(
        kind="workers", union=run.union, attribute="education", text="仙学", key="仙学", value="61", updated_by=officer
    )  # fmt: skip
    client.force_login(other_officer)
    assert client.get(columns(run)).status_code == 404
    assert client.post(columns(run), CHOSEN).status_code == 404
    assert client.post(reverse("exchange:run_meanings", args=[run.pk])).status_code == 404
    memory = ColumnMemory.objects.get()
    assert client.post(reverse("exchange:column_memory_delete", args=[memory.pk])).status_code == 404
    assert client.post(reverse("exchange:text_memory_delete", args=[text.pk])).status_code == 404
    for what in ("columns", "texts"):
        page = html(client.get(reverse("exchange:memory_list"), {"what": what}))
        assert "还没有记住的对应" in page
        assert run.union.name not in page


def test_who_may_not_write_the_kind_is_refused(client, clerk, officer, union):
    run = upload(clerk, union, book(STRANGE, [member(1)]), kind="unions")
    client.force_login(officer)
    assert client.get(columns(run)).status_code == 403
    assert client.post(columns(run), CHOSEN).status_code == 403


def test_unknown_texts_are_explained_on_the_run_page(desk, officer, union):
    rows = [member(1, c8="仙学"), member(2, c8="仙学"), member(3, c17="甲厂")]
    run = upload(officer, union, member_book(rows))
    page = html(desk.get(run.get_absolute_url()))
    assert "未识别的写法" in page
    assert "同样的写法，一次改正" not in page
    data = {
        "attribute": ["education", "employer"],
        "text": ["仙学", "甲厂"],
        "meaning": ["61", "甲厂有限公司"],
        "remember": "on",
    }
    page = html(desk.post(reverse("exchange:run_meanings", args=[run.pk]), data, follow=True))
    assert "已按所选含义重新核对 3 行" in page
    assert "共 3 行，全部核对通过" in page
    assert TextMemory.objects.count() == 2


def test_bad_meanings_are_told_on_the_run_page(desk, officer, union):
    run = upload(officer, union, member_book([member(1, c8="仙学")]))
    url = reverse("exchange:run_meanings", args=[run.pk])
    for data in ({}, {"attribute": ["education"], "text": [], "meaning": ["61"]}):
        assert "还没有选择任何写法的含义" in html(desk.post(url, data, follow=True))
    data = {"attribute": "education", "text": "仙学", "meaning": "修仙"}
    assert "不在可选值中" in html(desk.post(url, data, follow=True))


def test_what_is_remembered_is_listed_filtered_and_deleted(desk, waiting, officer, union):
    desk.post(columns(waiting), CHOSEN)
    run = upload(officer, union, member_book([member(3, c8="仙学")]))
    services.map_texts(run=run, pairs=[("education", "仙学", "61")], remember=True, by=officer)
    memories = reverse("exchange:memory_list")
    page = html(desk.get(memories))
    assert "甲7 → 证件号码" in page
    assert "甲0" in page
    page = html(desk.get(memories, {"what": "texts"}))
    assert "“仙学” → 普通高中" in page or "“仙学” → 高中" in page
    for query in ({"kind": "unions"}, {"union": "town"}, {"union": "99999999"}):
        assert "还没有记住的对应" in html(desk.get(memories, query))
    for query in ({"union": union.pk, "kind": "workers"}, {"union": "x", "what": "cats", "kind": "cats"}):
        assert "甲7" in html(desk.get(memories, query))
    url = reverse("exchange:column_memory_delete", args=[ColumnMemory.objects.get().pk])
    assert desk.get(url).status_code == 405
    assert "已删除" in html(desk.post(url, follow=True))
    url = reverse("exchange:text_memory_delete", args=[TextMemory.objects.get().pk])
    assert "重新作为未识别的写法列出" in html(desk.post(url, follow=True))
    assert (ColumnMemory.objects.count(), TextMemory.objects.count()) == (0, 0)


def test_the_pages_cost_the_same_for_one_and_for_many(
    desk, officer, union, firm, django_assert_max_num_queries
):
    about = {"kind": "workers", "union": union, "updated_by": officer}

    def remember(place):
        ColumnMemory.objects.create(
            fingerprint=f"{place:064d}", titles=["员工"], columns={"0": "name"}, **about
        )
        text = {"text": f"厂{place}", "key": f"厂{place}"}
        TextMemory.objects.create(attribute="employer", value=str(firm.pk), **text, **about)
        TextMemory.objects.create(attribute="education", value="61", **text, **about)

    remember(1)
    urls = [f"{reverse('exchange:memory_list')}?what={what}" for what in ("columns", "texts")]
    short = upload(officer, union, book(STRANGE, [member(1)]))
    long = upload(officer, union, book(STRANGE, [member(place) for place in range(2, 40)]))
    desk.get(urls[0])
    counted = []
    for url in [*urls, columns(short)]:
        with django_assert_max_num_queries(100) as few:
            desk.get(url)
        counted.append(len(few))
    for place in range(2, 6):
        remember(place)
    for url, most in zip([*urls, columns(long)], counted, strict=True):
        with django_assert_max_num_queries(most):
            desk.get(url)
