"""Exports of the roll calls, the conflict desk, the pairs and the bulk edits: what the page shows, to whom it does."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleError
from core.listing import listings, to_the_minute
from core.reporting import Period
from tests.exchange.exports import ask, done, queries_of_file, rows_in_file, sheet_rows
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions.models import OrgType
from workers.cards import OUTCOMES, UNDER_REVIEW
from workers.models import BulkEdit, Conflict, DuplicatePair, RollCall, Worker
from workers.roll_calls import quarter_of_today
from workers.rules import ELSEWHERE
from workers.services.bulk_edits import draft_bulk_edit

TODAY = timezone.localdate
NEW = "exchange:export_create"
DAY = dt.date(2025, 3, 1)


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union, name="乐清市秘甲电器有限公司")


@pytest.fixture
def other_firm(other_union):
    return EmployerFactory(union=other_union, name="乐清市秘乙电器有限公司")


@pytest.fixture
def held(firm):
    return WorkerFactory(employer=firm, name="试原名")


def page_of(client, user, name, query=""):
    client.force_login(user)
    return client.get(f"{reverse(name)}?{query}")


# Roll calls


@pytest.fixture
def calls(officer, union, other_union, federation, firm):
    """Done in one union, running in another, not begun in a third; the federation calls none."""
    WorkerFactory.create_batch(3, employer=firm)
    WorkerFactory(employer=firm, member=False)
    third = UnionFactory(name="丙厂工会委员会", parent=federation)
    quarter = {"quarter": quarter_of_today(), "started_by": officer}
    done_call = RollCall.objects.create(
        union=union, completed_at=timezone.now(), confirmed=2, missing=1, **quarter
    )
    RollCall.objects.create(union=other_union, **quarter)
    RollCall.objects.create(union=third, started_by=officer, quarter="2020-Q1")
    return [
        [union.name, "已完成", to_the_minute(done_call.completed_at), 3, 2, 1],
        [other_union.name, "进行中", None, 0, None, None],
        [third.name, "未开始", None, 0, None, None],
    ]


def test_roll_calls_in_the_file_are_those_of_the_page(client, clerk, calls):
    def order(rows):
        shown = [row.name for row in page_of(client, clerk, "workers:roll_call_list").context["page"]]
        return sorted(rows, key=lambda row: shown.index(row[0]))

    done_one, running, to_do = calls
    for query, expected in (
        ("", order(calls)),
        ("state=done", [done_one]),
        ("state=running", [running]),
        ("state=todo", [to_do]),
        ("name=丙厂", [to_do]),
    ):
        assert rows_in_file(clerk, "roll_calls", query) == expected
        shown = page_of(client, clerk, "workers:roll_call_list", query).context["page"]
        assert [[row.name, row.state, row.on_roll] for row in shown] == [
            [name, state, members] for name, state, _, members, _, _ in expected
        ]


def test_the_file_of_roll_calls_names_its_quarter(client, clerk, officer, union, calls):
    export = ask(clerk, "state=done", listing="roll_calls")
    assert export.filters == [["季度", Period.parse(quarter_of_today()).label], ["状态", "已完成"]]
    assert [row[0] for row in rows_in_file(officer, "roll_calls")] == [union.name]
    page = page_of(client, officer, "workers:roll_call_list", "state=done").content.decode()
    assert "list=roll_calls&amp;state=done" in page
    with pytest.raises(RuleError, match="筛选条件有误"):
        ask(clerk, "quarter=2020-Q9", listing="roll_calls")


# The conflict desk


def claim(worker, claimant, by, decision="", **facts) -> Conflict:
    decided = {"decided_by": by, "decided_at": timezone.now(), "note": "已核对合同"} if decision else {}
    return Conflict.objects.create(
        worker=worker,
        holder=worker.union,
        claimant=claimant,
        claimed={"name": "试申报", "on": str(DAY), **facts},
        created_by=by,
        decision=decision,
        **decided,
    )


def test_the_desk_in_the_file_is_the_desk_of_the_page(client, clerk, other_officer, held, other_union):
    first = claim(held, other_union, other_officer, Conflict.Decision.KEPT)
    second = claim(held, other_union, other_officer)
    Conflict.objects.filter(pk=first.pk).update(run_id=7)

    def line(case, source, state):
        return [
            "试原名",
            "试申报",
            other_union.name,
            held.union.name,
            source,
            to_the_minute(case.created_at),
            state,
        ]

    decided, open_one = line(first, "表格导入", "维持现有会籍"), line(second, "页面登记", "待决定")
    for query, expected in (
        ("", [open_one]),
        ("state=decided", [decided]),
        ("state=all", [open_one, decided]),
    ):
        assert rows_in_file(clerk, "conflicts", query) == expected
        page = page_of(client, clerk, "workers:conflict_list", query)
        assert [[case.claimed_name, case.source, case.state] for case in page.context["page"]] == [
            [row[1], row[4], row[6]] for row in expected
        ]
        assert f'list=conflicts{"&amp;" if query else ""}{query}"' in page.content.decode()
    assert ask(clerk, listing="conflicts").filters == [["状态", "核实中"]]


@pytest.mark.parametrize("decision", ["", *Conflict.Decision.values])
def test_a_file_of_cards_tells_nothing_of_the_other_side(
    client, held, officer, other_officer, firm, other_firm, other_union, decision
):
    case = claim(held, other_union, other_officer, decision, employer_name=other_firm.name)
    on = timezone.localdate(case.created_at)
    state = "已处理" if decision else "核实中"
    expected = {
        "officer": ["试原名", UNDER_REVIEW, None, on, state, OUTCOMES["held"].get(decision)],
        "officer2": ["试申报", ELSEWHERE, DAY, on, state, OUTCOMES["claim"].get(decision)],
    }
    for user, foreign in ((officer, other_firm), (other_officer, firm)):
        export = done(ask(user, "state=all", listing="conflict_cards"))
        rows = sheet_rows(export)[1:] + sheet_rows(export, 1)
        told = str(rows)
        assert rows_in_file(user, "conflict_cards", "state=all") == [expected[user.username]]
        secrets = [foreign.name, foreign.union.name, foreign.union.code, "已核对", "试原名", "试申报"]
        secrets.remove(expected[user.username][0])
        assert [secret for secret in secrets if secret in told] == []
        page = page_of(client, user, "workers:conflict_list", "state=all")
        [card] = page.context["cards"]
        assert [card.name, card.text, card.stated_on, card.state, card.outcome or None] == [
            value for place, value in enumerate(expected[user.username]) if place != 3
        ]
        assert "list=conflict_cards&amp;state=all" in page.content.decode()


def test_who_is_above_both_unions_gets_both_cards(federation_officer, officer, held, federation):
    below = UnionFactory(name="丙厂工会委员会", parent=federation)
    claim(held, below, officer)
    export = done(ask(federation_officer, listing="conflict_cards"))
    assert [row[:2] for row in sheet_rows(export)[1:]] == [["试申报", ELSEWHERE], ["试原名", UNDER_REVIEW]]
    cards = listings()["conflict_cards"]
    assert (export.rows, cards.filtered(federation_officer, QueryDict("")).order_by()[:9].count()) == (2, 2)


def test_cards_are_for_their_sides_and_the_desk_for_the_town(
    client, held, officer, other_officer, federation, other_union, town
):
    claim(held, UnionFactory(parent=town), officer)
    with pytest.raises(RuleError, match="没有符合条件的行"):
        ask(other_officer, listing="conflict_cards")
    with pytest.raises(PermissionDenied):
        ask(officer, listing="conflicts")
    client.force_login(officer)
    assert client.get(reverse(NEW), {"list": "conflicts"}).status_code == 404


def test_a_record_that_left_the_union_is_not_named_in_the_file(held, officer, other_firm, other_officer):
    claim(held, other_firm.union, other_officer, Conflict.Decision.TRANSFERRED)
    Worker.objects.filter(pk=held.pk).update(union=other_firm.union, employer=other_firm)
    assert [row[0] for row in rows_in_file(officer, "conflict_cards", "state=all")] == [
        "（记录已不在本工会）"
    ]


# Pairs


def pair(low, high, **facts) -> DuplicatePair:
    return DuplicatePair.objects.create(low=low, high=high, **{"same_name": True, **facts})


def test_pairs_in_the_file_are_those_of_the_page(
    client, clerk, officer, other_officer, firm, other_firm, union, other_union
):
    one, two, three = [WorkerFactory(employer=firm, name=f"试{name}") for name in "一二三"]
    far = WorkerFactory(employer=other_firm, name="试远")
    near = pair(one, two, same_phone=True)
    across = pair(three, far)
    pair(one, three, state="distinct")

    def line(row, grounds, low, high, state="待核对"):
        found = timezone.localdate(row.found_at)
        return [grounds, low.name, low.union.name, high.name, high.union.name, found, state]

    lines = [
        line(across, "姓名与生日相同", three, far),
        line(near, "手机相同、姓名与生日相同", one, two),
    ]
    for query, expected in (
        ("", lines),
        ("ground=same_phone", lines[1:]),
        (f"union={other_union.pk}", lines[:1]),
    ):
        assert rows_in_file(clerk, "duplicates", query) == expected
        page = page_of(client, clerk, "workers:duplicate_list", query)
        assert [[row.low.name, row.high.name] for row in page.context["page"]] == [
            [row[1], row[3]] for row in expected
        ]
        assert f'list=duplicates{"&amp;" if query else ""}{query}"' in page.content.decode()
    assert rows_in_file(officer, "duplicates") == lines[1:]
    assert [row[-1] for row in rows_in_file(officer, "duplicates", "state=all")] == ["不是同一人", "待核对"]
    with pytest.raises(RuleError, match="没有符合条件的行"):
        ask(other_officer, listing="duplicates")
    with pytest.raises(RuleError, match="筛选条件有误"):
        ask(other_officer, f"union={union.pk}", listing="duplicates")
    export = ask(clerk, f"ground=same_phone&union={union.pk}", listing="duplicates")
    assert export.filters == [["状态", "待核对"], ["依据", "手机相同"], ["工会（含下级）", union.name]]


# Bulk edits


def drafted(by) -> BulkEdit:
    return draft_bulk_edit(
        workers=Worker.objects.visible_to(by), field="education", value="21", selection="勾选 1 人", by=by
    )


def test_bulk_edits_in_the_file_are_those_of_the_page(client, officer, clerk, held):
    older, newer = drafted(officer), drafted(officer)
    BulkEdit.objects.filter(pk=older.pk).update(state="applied", applied_at=newer.created_at)
    older.rows.update(outcome="applied")
    other = drafted(clerk)
    at = [to_the_minute(edit.created_at) for edit in (newer, older)]
    expected = [
        [newer.pk, "学历", "勾选 1 人", "待确认", 0, 0, 0, at[0], None],
        [older.pk, "学历", "勾选 1 人", "已写入", 1, 0, 0, at[1], at[0]],
    ]
    assert rows_in_file(officer, "bulk_edits") == expected
    page = page_of(client, officer, "workers:bulk_edit_list")
    assert [edit.pk for edit in page.context["page"]] == [newer.pk, older.pk]
    assert 'list=bulk_edits"' in page.content.decode()
    assert [row[0] for row in rows_in_file(clerk, "bulk_edits")] == [other.pk]


# All of them


@pytest.mark.parametrize("listing", ["roll_calls", "conflicts", "conflict_cards", "duplicates", "bulk_edits"])
def test_a_file_asks_the_same_number_of_queries_for_one_row_and_three(clerk, town, listing):
    def make():
        firms = [EmployerFactory(union=UnionFactory(parent=town, org_type=OrgType.GRASSROOTS)) for _ in "ab"]
        low, high = [WorkerFactory(employer=firm) for firm in firms]
        claim(low, high.union, clerk)
        pair(low, high)
        drafted(clerk)

    make()
    one = queries_of_file(clerk, listing)
    for _ in range(2):
        make()
    assert queries_of_file(clerk, listing) == one


@pytest.mark.parametrize("listing", ["roll_calls", "conflict_cards", "duplicates", "bulk_edits"])
@pytest.mark.parametrize("actor", ["group_member", "handler", "sysadmin", "secadmin", "auditor"])
def test_who_may_not_export_is_refused(request, client, actor, listing):
    client.force_login(request.getfixturevalue(actor))
    assert client.get(reverse(NEW), {"list": listing}).status_code == 403
