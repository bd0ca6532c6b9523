"""The frame: entries by permission, each of them opens, the current one is marked, few queries."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from lucide import IconDoesNotExist, _load_icon

from nanyue_portal.navigation import NAVIGATION, home_of, navigation_for
from tests.factories.subsidies import ClaimFactory
from tests.factories.talent import CandidateFactory, LeaderFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.services.learning import report_learning

ENTRIES = [entry for _, entries in NAVIGATION for entry in entries]
ORGANISATION = "首页看板 工会组织 用人单位 建会情况 届期提醒"
ROLL = "会员名册 待办会籍 季度点名 重复登记核实 疑似重复"
CLASSES = "培训班次 培训计划 培训需求 承办机构 校企合作 实训基地 网上课堂 校外学习"
PROVEN = "申报未核验 技能档案 差一步 职称 职称贯通 技能提升补贴"
TALENT = "关键岗位 师带徒 培养对象 技能带头人 隐患整改 新员工安全培训 特种作业操作证 操作证到期提醒"
CONTESTS = "竞赛 参赛人员 竞赛成绩 成绩通知 奖牌榜 我的评分 获奖人员 兑现跟踪 奖励政策 个人荣誉 集体荣誉"
HONOURED = "复核提醒 班组 工作室 创新成果 先进操作法 推荐评选 推荐对象"
AWARDED = f"{CONTESTS} {HONOURED}"
ALL_AWARDED = f"{CONTESTS} 待核实荣誉 {HONOURED}"
OFFICE = "进展报告 报告计划 后台任务"
FILES = "表格导入 导出文件 代码表与规则 个人信息处理"
REFORM = "实施方案 活动 指标"
EXPECTED = {
    "clerk": f"{ORGANISATION} 任职与邀请 {ROLL} {CLASSES} 技能证书 待核验证书 {PROVEN} {TALENT} {ALL_AWARDED} {FILES} {REFORM} {OFFICE}",
    "officer": f"{ORGANISATION} {ROLL} {CLASSES} 技能证书 {PROVEN} {TALENT} {AWARDED} {FILES} {REFORM} 后台任务",
    "federation_officer": f"{ORGANISATION} {ROLL} {CLASSES} 技能证书 {PROVEN} {TALENT} {AWARDED} {FILES} {REFORM} 后台任务",
    "handler": "首页看板 工会组织 用人单位 建会情况 届期提醒 实施方案",
    "group_member": "首页看板 实施方案 指标 进展报告",
    "sysadmin": "系统状态",
    "secadmin": "账号 安全日志",
    "auditor": "安全日志 审计日志",
}


def _labels(user, path="/"):
    return [entry["label"] for group in navigation_for(user, path) for entry in group.entries]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url_name)
def test_every_entry_leads_somewhere(entry):
    assert reverse(entry.url_name).startswith("/")


@pytest.mark.parametrize(("role", "labels"), EXPECTED.items())
def test_a_role_sees_its_entries_and_each_one_opens(client, request, role, labels):
    user = request.getfixturevalue(role)
    assert _labels(user) == labels.split()
    client.force_login(user)
    for group in navigation_for(user, "/"):
        for entry in group.entries:
            assert (entry["url"], client.get(entry["url"]).status_code) == (entry["url"], 200)


def test_the_longest_leading_address_is_current(clerk):
    def current(path):
        groups = navigation_for(clerk, path)
        return [entry["label"] for group in groups for entry in group.entries if entry["current"]]

    assert current("/") == ["首页看板"]
    assert current("/unions/12/") == ["工会组织"]
    assert current("/unions/employers/3/edit/") == ["用人单位"]
    assert current("/reports/indicators/A1/") == ["指标"]
    assert current("/rights/inspections/3/") == ["隐患整改"]
    assert current("/competitions/events/3/") == ["竞赛"]
    assert current("/accounts/email/") == []


def test_who_has_many_entries_sees_those_of_the_current_group(clerk, group_member):
    def opened(user, path):
        return [group.title for group in navigation_for(user, path) if group.is_open]

    assert opened(clerk, "/workers/") == ["会员"]
    assert opened(clerk, "/accounts/email/") == ["组织"]
    assert opened(group_member, "/") == ["组织", "改革与报告"]


def test_a_folded_group_says_that_something_waits(clerk, union):
    certificates = next(group for group in navigation_for(clerk, "/") if _has(group, "待核验证书"))
    assert certificates.has_waiting is False
    CertificateFactory(worker=WorkerFactory(employer=EmployerFactory(union=union)), state="entered")
    certificates = next(group for group in navigation_for(clerk, "/") if _has(group, "待核验证书"))
    assert certificates.has_waiting is True


def test_what_the_town_decides_about_has_a_badge_for_those_who_decide(clerk, officer, union):
    worker = WorkerFactory(employer=EmployerFactory(union=union))
    CandidateFactory(worker=worker, state="proposed")
    LeaderFactory(worker=worker, state="proposed")
    ClaimFactory(certificate=CertificateFactory(worker=worker, state="verified"))
    for day in ("2026-03-01", "2026-03-02"):
        facts = {"title": "试验课", "kind": "LAW", "completed_on": dt.date.fromisoformat(day)}
        report_learning(worker=worker, by=officer, **facts)

    def badges(user):
        entries = [entry for group in navigation_for(user, "/") for entry in group.entries]
        return {entry["label"]: str(entry["badge"]) for entry in entries if str(entry["badge"])}

    waiting = {"校外学习": "2", "技能提升补贴": "1", "培养对象": "1", "技能带头人": "1"}
    assert badges(clerk) == waiting
    assert badges(officer) == {}


def _has(group, label) -> bool:
    return label in [entry["label"] for entry in group.entries]


def test_somebody_without_a_post_is_led_to_the_own_account(client, clerk):
    clerk.posts.all().delete()
    assert home_of(clerk) == reverse("mfa_index")
    client.force_login(clerk)
    assert client.get(reverse("start"), follow=True).status_code == 200


def test_the_frame_costs_two_queries(clerk, django_assert_num_queries):
    with django_assert_num_queries(2):  # posts, and all of what waits
        page = _page("base.html", clerk)
    assert "试验镇总工会" in page


@pytest.mark.parametrize("refusal", ["403.html", "404.html"])
def test_a_refusal_has_the_frame_and_does_not_count_what_waits(
    refusal, clerk, union, django_assert_num_queries
):
    CertificateFactory(worker=WorkerFactory(employer=EmployerFactory(union=union)), state="entered")
    assert "nav-waiting" in _page("base.html", clerk)
    with django_assert_num_queries(0):  # the posts are known from the page before
        page = _page(refusal, clerk)
    assert ("待核验证书" in page, "nav-waiting" in page) == (True, False)


def _page(template, user) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return render_to_string(template, request=request)


def test_nobody_sees_no_navigation_and_costs_no_query(db, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        page = render_to_string("429.html", request=request)
    assert "主导航" not in page


def _icons():
    texts = [path.read_text(encoding="utf-8") for path in (settings.BASE_DIR / "templates").rglob("*.html")]
    named = re.findall(r"{% lucide \"([^\"]+)\"|\bicon=\"([^\"]+)\"", "\n".join(texts))
    return sorted({a or b for a, b in named} | {entry.icon for entry in ENTRIES})


def test_every_icon_exists():
    unknown = []
    for name in _icons():
        try:
            _load_icon(name)
        except IconDoesNotExist:
            unknown.append(name)
    assert unknown == []
    assert "house" in _icons()


def test_a_crash_page_needs_nothing_but_itself():
    page = Path(settings.BASE_DIR / "templates" / "500.html").read_text(encoding="utf-8")
    assert "{%" not in page
    assert "{{" not in page


def test_a_form_that_has_expired_says_how_to_go_on(db):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("account_login"), {"login": "x", "password": "y"})
    assert answer.status_code == 400
    assert "本次提交没有保存" in answer.content.decode()


def test_the_policy_forbids_inline_code(client, db):
    policy = client.get(reverse("account_login"))["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if " " in rule.strip())
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["style-src"] == "'self'"
    assert "unsafe" not in policy
