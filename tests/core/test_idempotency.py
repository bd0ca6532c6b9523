"""A form that creates something does so once."""

import re
import threading

import pytest
from django.db import connections
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from core.idempotency import KEEP, once
from core.models import Code, UsedKey


@once
def create(request):
    """Creates a code and redirects to it, or shows the form again."""
    if request.POST.get("name") == "bad":
        return HttpResponse("again")
    code = Code.objects.create(table="once", code=str(Code.objects.filter(table="once").count()), name="x")
    return redirect(f"/codes/{code.code}/")


def _post(user, **data):
    request = RequestFactory().post("/", data)
    request.user = user
    return create(request)


def test_a_repeat_goes_where_the_first_one_went(clerk):
    first, again = _post(clerk, once="k1"), _post(clerk, once="k1")
    assert (first.url, again.url) == ("/codes/0/", "/codes/0/")
    assert Code.objects.filter(table="once").count() == 1
    assert _post(clerk, once="k2").url == "/codes/1/"


def test_a_form_with_errors_may_be_sent_again(clerk):
    assert _post(clerk, once="k1", name="bad").status_code == 200
    assert _post(clerk, once="k1").url == "/codes/0/"


def test_keys_belong_to_one_user(clerk, officer):
    _post(clerk, once="k1")
    assert _post(officer, once="k1").url == "/codes/1/"


def test_a_post_without_a_key_runs_each_time(clerk):
    _post(clerk)
    _post(clerk)
    assert Code.objects.filter(table="once").count() == 2


def test_old_keys_are_cleared_away(clerk):
    _post(clerk, once="k1")
    UsedKey.objects.update(used_at=timezone.now() - KEEP * 2)
    _post(clerk, once="k2")
    assert [row.key for row in UsedKey.objects.all()] == ["k2"]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_create_one(clerk):
    answers, barrier = [], threading.Barrier(4)

    def click():
        barrier.wait()
        answers.append(_post(clerk, once="k1").url)
        connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert answers == ["/codes/0/"] * 4
    assert Code.objects.filter(table="once").count() == 1


def test_the_tag_writes_a_fresh_key_each_time():
    template = Template("{% load portal %}{% once_key %}")
    first, second = template.render(Context()), template.render(Context())
    assert re.fullmatch(r'<input type="hidden" name="once" value="[\w-]{24}">', first)
    assert first != second
