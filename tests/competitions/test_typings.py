"""Score sheets typed back by two people: the difference report, settling, and who may not."""

from unittest.mock import Mock

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import AuditEntry
from competitions import services
from competitions.models import Mark, Typing
from competitions.queries.typings import compare
from competitions.services.typings import restart_typings, save_typing, settle_typings
from core import pdf
from tests.competitions.judging import bench, card
from tests.core.pdf_reading import text as text_of_pdf
from tests.factories.contests import frozen

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(town, union, other_union):
    return bench(town, [union, other_union])


def sheet(made, *rows) -> dict:
    """Rows of points by start number, each in the order of the criteria."""
    return {
        (entry.pk, criterion): text
        for entry, points in zip(made.entries, rows, strict=False)
        for criterion, text in card(made, *points).items()
    }


def refusal(call, **facts) -> str:
    with pytest.raises(ValidationError) as caught:
        call(**facts)
    return " ".join(caught.value.messages)


def test_two_people_type_a_sheet_and_the_paper_decides_where_they_differ(
    made, clerk, federation_officer, town
):
    other = type(clerk).objects.get(pk=federation_officer.pk)
    other.posts.update(union=town, role=clerk.posts.get().role)
    seat = made.seats[0]
    first = sheet(made, ("50", "30"), ("41", "22"), ("38", ""))
    save_typing(seat=seat, cells=first, is_finished=False, by=clerk)
    save_typing(seat=seat, cells=first, is_finished=True, by=clerk)
    said = "您的一次录入已经提交；同一张评分表的两次录入应由两个人完成"
    assert refusal(save_typing, seat=seat, cells=first, is_finished=True, by=clerk) == said
    assert refusal(settle_typings, seat=seat, chosen={}, by=clerk) == "两次录入都提交之后才能核对入账"
    second = sheet(made, ("50", "30"), ("14", "22"), ("38", "25"))
    save_typing(seat=seat, cells=second, is_finished=True, by=other)
    services.give_marks(seat=seat, entry=made.entries[0], points=card(made, "50", "31"), seen=0)

    found = [
        (one.entry.start_number, one.criterion.title, one.first, one.second, one.stored)
        for one in compare(seat)
    ]
    assert found == [
        (1, "工艺质量", 30, 30, 31),
        (2, "操作规范", 41, 14, None),
        (3, "工艺质量", None, 25, None),
    ]
    cells = [one.cell for one in compare(seat)]
    said = "还有 2 处不同没有选定：2 号“操作规范”、3 号“工艺质量”。请对照评分表逐处填写"
    assert refusal(settle_typings, seat=seat, chosen={cells[0]: "30"}, by=clerk) == said
    said = "系统里已有得分的，不能改为空白：1 号“工艺质量”。缺考的请先登记缺考"
    assert refusal(settle_typings, seat=seat, chosen=dict.fromkeys(cells, ""), by=clerk) == said
    chosen = {cells[0]: "30", cells[1]: "41", cells[2]: ""}
    assert settle_typings(seat=seat, chosen=chosen, by=clerk) == 4
    marks = Mark.objects.order_by("entry__start_number", "criterion")
    assert list(marks.values_list("entry__start_number", "points", "source")) == [
        (1, 50, "phone"),
        (1, 30, "paper"),
        (2, 41, "paper"),
        (2, 22, "paper"),
        (3, 38, "paper"),
    ]
    told = AuditEntry.objects.filter(action="competitions.mark").order_by("-pk").first()
    assert (told.actor_id, told.details["typed_by"]) == (clerk.pk, [clerk.pk, other.pk])
    two = made.criteria[1].pk
    assert told.details["marks"][0] == {"entry": made.entries[0].pk, "criterion": two, "points": ["31", "30"]}
    assert refusal(settle_typings, seat=seat, chosen=chosen, by=clerk) == "这张评分表已经核对入账"
    restart_typings(seat=seat, by=clerk)
    assert (Typing.objects.count(), Mark.objects.count()) == (0, 5)


def test_the_database_lets_nobody_type_both_and_the_freeze_ends_it(made, clerk):
    seat = made.seats[0]
    bad = refusal(save_typing, seat=seat, cells=sheet(made, ("61", "x")), is_finished=False, by=clerk)
    assert bad == (
        "1 号“操作规范”“61”不能作为得分。应为 0 至 60，最多两位小数。 "
        "1 号“工艺质量”“x”不能作为得分。应为 0 至 40，最多两位小数。"
    )
    save_typing(seat=seat, cells=sheet(made, ("50", "30")), is_finished=True, by=clerk)
    frozen(made.event)
    facts = {"seat": seat, "cells": sheet(made, ("1", "1")), "is_finished": True, "by": clerk}
    assert refusal(save_typing, **facts) == "成绩已封存，不能再评分"
    with pytest.raises(IntegrityError, match="competitions_typing_two_people"):
        Typing.objects.create(seat=seat, round=2, typed_by=clerk)


def test_pages_show_nobody_what_the_other_typed_until_both_are_done(
    client, made, clerk, federation_officer, town, monkeypatch
):
    federation_officer.posts.update(union=town, role=clerk.posts.get().role)
    seat = made.seats[0]
    edit, compared = (reverse(f"competitions:typing_{name}", args=[seat.pk]) for name in ("edit", "compare"))
    fields = {
        f"c-{entry}-{criterion}": text for (entry, criterion), text in sheet(made, ("51.25", "30")).items()
    }
    client.force_login(clerk)
    assert client.post(edit, fields | {"action": "finish"}).status_code == 302
    client.force_login(type(clerk).objects.get(pk=federation_officer.pk))
    for url in (edit, compared):
        page = client.get(url)
        assert (page.status_code, "51.25" in page.content.decode()) == (200, False)
    refused = client.post(edit, dict.fromkeys(fields, "99")).content.decode()
    assert "1 号“操作规范”“99”不能作为得分" in refused
    assert client.post(edit, dict.fromkeys(fields, "20") | {"action": "finish"}).status_code == 302
    services.give_marks(seat=seat, entry=made.entries[0], points=card(made, "47.75"), seen=0)
    report = client.get(compared).content.decode()
    assert ["51.25" in report, "有（封存前不显示）" in report, "47.75" in report] == [True, True, False]
    Mark.objects.all().delete()
    differing = {f"c-{one.entry.pk}-{one.criterion.pk}": "空" for one in compare(seat)}
    assert len(differing) == 2
    assert client.post(compared, differing).status_code == 302
    assert not Mark.objects.exists()
    sheet_url = reverse("competitions:score_sheet", args=[seat.pk])
    with monkeypatch.context() as patched:
        patched.setattr(pdf, "render", Mock(side_effect=pdf.PrintError("字体缺字")))
        assert "字体缺字" in client.get(sheet_url, follow=True).content.decode()
    paper = client.get(sheet_url)
    words = text_of_pdf(paper.content)
    assert [text in words for text in ("评分表", "操作规范", "评委签名", "51.25", "甲厂")] == [
        True,
        True,
        True,
        False,
        False,
    ]
