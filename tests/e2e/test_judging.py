"""A judge marks on a phone: the network goes and comes back, the page is left and opened again, the freeze comes."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from competitions import services
from competitions.models import Event, Mark, Stage
from tests.competitions.judging import bench, card
from tests.e2e.faults import faults_of
from tests.factories.contests import StageFactory, frozen

STORED = "localStorage.length"


@pytest.fixture
def made(town, union):
    return bench(town, [union])


@pytest.fixture
def token(made, clerk):
    contest, judges = made.event.contest, [made.judges[0].pk]
    [(_, link)] = services.issue_judge_links(contest=contest, judges=judges, by=clerk)
    return link.rstrip("/").rsplit("/", 1)[1]


def kept() -> list[tuple[int, int]]:
    rows = Mark.objects.order_by("entry__start_number", "criterion").values_list(
        "entry__start_number", "points"
    )
    return [(number, int(points)) for number, points in rows]


def give(page, one: str, two: str) -> None:
    page.get_by_label("操作规范").locator("visible=true").fill(one)
    page.get_by_label("工艺质量").locator("visible=true").fill(two)
    page.get_by_role("button", name="保存").locator("visible=true").click()


def test_the_pages_have_no_fault(page_as, clean, clerk, made, token):
    Stage.objects.filter(pk=made.stage.pk).update(advance=2)
    StageFactory(event=made.event, position=2, title="决赛", weight=0)
    pages = [
        reverse("competitions:lineup_confirm", args=[made.stage.pk]),
        reverse("competitions:judge_list", args=[made.event.contest_id]),
        reverse("competitions:criterion_list", args=[made.stage.pk]),
        reverse("competitions:event_judging", args=[made.event.pk]),
        reverse("judging:home", args=[token]),
        reverse("judging:seat", args=[token, made.seats[0].pk]),
    ]
    assert faults_of(page_as(clerk), clean, pages) == {}


def test_nothing_is_lost_without_network_or_after_the_freeze(page_as, made, token):
    page = page_as(size="phone", allow=("no network",))
    page.on("dialog", lambda dialog: dialog.accept())  # “leave the page?” while something waits
    seat = reverse("judging:seat", args=[token, made.seats[0].pk])
    page.goto(seat)
    state = page.locator("[data-judge-state]")
    give(page, "50", "30.5")
    expect(state).to_have_text("全部已上传")
    expect(page.get_by_role("heading", name="2 号")).to_be_visible()
    assert kept() == [(1, 50), (1, 30)]

    page.route("**/judge/**", lambda route: route.abort("internetdisconnected"))
    give(page, "40", "20")
    expect(state).to_contain_text("未上传 1 项：网络不通，恢复后自动上传")
    give(page, "41", "21")  # number 3, still without network
    expect(state).to_contain_text("未上传 2 项")
    assert kept() == [(1, 50), (1, 30)]
    page.unroute("**/judge/**")
    page.goto(reverse("judging:home", args=[token]))  # left and opened again: the device has kept it
    page.goto(seat)
    expect(state).to_have_text("全部已上传")
    assert kept() == [(1, 50), (1, 30), (2, 40), (2, 20), (3, 41), (3, 21)]
    assert page.evaluate(STORED) == 0

    # Another device has changed number 1 meanwhile; this page shows both and overwrites neither.
    services.give_marks(seat=made.seats[0], entry=made.entries[0], points=card(made, 55, "30.5"), seen=2)
    page.get_by_label("参赛号", exact=True).select_option(f"e{made.entries[0].pk}")
    give(page, "52", "30.5")
    page.get_by_label("参赛号", exact=True).select_option(f"e{made.entries[0].pk}")
    both = "系统里的得分有变动（另一台设备保存过，或主办工会更改过）：操作规范 55、工艺质量 30.5。本机填写的是：操作规范 52、工艺质量 30.5。"
    expect(page.get_by_text(both)).to_be_visible()
    assert kept()[0] == (1, 55)
    page.get_by_role("button", name="改用本机的").click()
    expect(state).to_have_text("全部已上传")
    assert kept()[0] == (1, 52)

    frozen(Event.objects.get(pk=made.event.pk))
    give(page, "60", "30.5")
    late = page.get_by_text("1 号：操作规范 60、工艺质量 30.5")
    expect(late).to_contain_text("成绩已封存，不能再评分")
    page.goto(seat)
    expect(late).to_be_visible()  # it stays on the device until the chief judge has seen it
    assert (kept()[0], page.evaluate(STORED)) == ((1, 52), 1)
    expect(state).to_have_text("1 项未被接受")
    page.get_by_role("button", name="裁判长已处理，清除").click()
    expect(state).to_be_hidden()  # nothing waits, and no empty line is left of it


def test_what_is_typed_while_the_answer_is_on_its_way_is_not_taken_for_saved(page_as, made, token):
    page, held = page_as(size="phone"), []

    def hold_first(route):
        if held:
            route.continue_()
        held.append(route)

    page.goto(reverse("judging:seat", args=[token, made.seats[0].pk]) + f"#e{made.entries[-1].pk}")
    page.route("**/judge/**", hold_first)
    with page.expect_request(lambda request: request.method == "POST"):
        give(page, "50", "30")  # the last number: the card stays
    page.get_by_label("操作规范").locator("visible=true").fill("51")
    held[0].continue_()
    expect(page.locator("[data-judge-state]")).to_have_text("全部已上传")
    assert kept() == [(3, 50), (3, 30)]
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name="上一号").click()
    assert kept() == [(3, 51), (3, 30)]
