"""Key posts and training bases in a browser: a post is entered, somebody is put on it, what is missing is seen."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.faults import faults_of, follow
from tests.factories.bases import BaseEvaluationFactory, BaseFactory, KeyPostFactory, KeyPostHolderFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union), name="试点甲")


def test_the_pages_have_no_fault(page_as, clean, clerk, union, worker):
    post = KeyPostFactory(union=union, employer=worker.employer, seats=2)
    holder = KeyPostHolderFactory(key_post=post, worker=worker)
    base = BaseFactory(union=union)
    BaseEvaluationFactory(base=base)
    pages = [
        reverse(f"training:{name}")
        for name in ("key_post_list", "key_post_create", "base_list", "base_create")
    ]
    parts = ("detail", "edit", "change", "end", "assign")
    pages += [reverse(f"training:key_post_{name}", args=[post.pk]) for name in parts]
    pages += [
        reverse("training:key_post_holder_end", args=[post.pk, holder.pk]),
        base.get_absolute_url(),
        reverse("training:evaluation_create", args=[base.pk]),
        worker.get_absolute_url(),
    ]
    assert faults_of(page_as(clerk), clean, pages) == {}


def test_a_post_is_entered_and_held_by_somebody(page_as, officer, worker, sized):
    page = page_as(officer, size=sized)
    page.goto(reverse("training:key_post_list"))
    follow(page, page.get_by_role("link", name="登记岗位"))
    page.get_by_label("岗位名称").fill("模具钳工")
    page.get_by_label("要求的技能等级").select_option(label="高级工(三级)")
    page.get_by_label("设岗日期").fill("2025-01-01")
    follow(page, page.get_by_role("button", name="保存"))
    follow(page, page.get_by_role("link", name="登记上岗"))
    page.get_by_label("姓名或号码").fill("试点甲")
    follow(page, page.get_by_role("button", name="查找"))
    page.get_by_role("radio", name="试点甲").check()
    page.get_by_label("上岗日期").fill("2025-02-01")
    page.get_by_role("button", name="登记上岗").click()
    expect(page.get_by_text("缺高级工(三级)以上证书")).to_be_visible()
    page.goto(reverse("training:key_post_list") + "?standing=unmet")
    expect(page.get_by_role("link", name="模具钳工")).to_be_visible()
