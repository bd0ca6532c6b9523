"""The conflict desk: a case per claim, cards that tell nothing, decisions that close and open dated rows."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.unions import EmployerFactory, PostFactory, UnionFactory
from tests.factories.workers import WorkerFactory, citizen_number
from unions.roles import Role
from workers.invariants import INVARIANTS
from workers.models import Change, Conflict, Standing
from workers.rules import ELSEWHERE
from workers.services import register_worker, replace_document, settle_conflict
from workers.services.conflicts import open_conflict

BORN = dt.date(1990, 1, 1)
NUMBER = citizen_number(birth=BORN, sequence=711)
DAY = dt.date(2025, 3, 1)
LIST = "workers:conflict_list"
D = Conflict.Decision


@pytest.fixture
def held(union):
    """A member of ``union``, in whose firm's name nobody else may read."""
    firm = EmployerFactory(union=union, name="乐清市秘甲电器有限公司")
    return WorkerFactory(employer=firm, name="试原名", document=NUMBER, birth_date=BORN)


@pytest.fixture
def firm(other_union):
    return EmployerFactory(union=other_union, name="乐清市秘乙电器有限公司")


@pytest.fixture
def case(held, firm, other_union, other_officer):
    claim(other_union, other_officer, firm)
    return Conflict.objects.get()


def claim(union, by, firm=None, name="试申报"):
    with pytest.raises(RuleError) as refused:
        register_worker(
            union=union, by=by, employer=firm, joined_on=DAY, name=name, sex="1", phone="16012340000",
            doc_type="111", number=NUMBER, ethnicity="01", education="60", skill_level="L0",
            employment_status="1", household_type="2",
        )  # fmt: skip
    assert refused.value.message_dict == {"number": [ELSEWHERE]}


def settle(case, by, decision, **more):
    return settle_conflict(conflict=case, decision=decision, note="已核对劳动合同", by=by, **more)


def violations():
    return [text for _, check in INVARIANTS for text in check()]


def test_a_refused_entry_opens_one_case_without_any_number(held, firm, other_union, other_officer):
    claim(other_union, other_officer, firm)
    claim(other_union, other_officer, firm, name="试再来")
    case = Conflict.objects.get()
    assert (case.worker, case.holder, case.claimant, case.created_by) == (
        held, held.union, other_union, other_officer,
    )  # fmt: skip
    assert case.claimed == {
        "name": "试申报", "sex": "1", "birth_date": "1990-01-01", "employer": str(firm.pk),
        "employer_name": firm.name, "on": "2025-03-01", "change": "1",
    }  # fmt: skip
    assert NUMBER[-4:] not in str(case.claimed)
    assert AuditEntry.objects.filter(action="workers.conflict").count() == 2


def test_a_number_of_a_person_elsewhere_on_a_renewed_document_is_a_claim(held, firm, other_officer):
    own = WorkerFactory(employer=firm, name="试换证", birth_date=BORN)
    with pytest.raises(RuleError):
        replace_document(worker=own, doc_type="111", number=NUMBER, on=DAY, by=other_officer)
    assert Conflict.objects.get().claimed["record"] == str(own.pk)


@pytest.mark.parametrize("decision", ["", *D.values])
def test_neither_card_tells_anything_of_the_other_side(
    client, case, held, officer, other_officer, clerk, firm, decision
):
    if decision:
        settle(case, clerk, decision, on=DAY, employer=firm)
    for user, foreign in ((officer, firm), (other_officer, held.employer)):
        client.force_login(user)
        secrets = [foreign.name, foreign.union.name, foreign.union.code, str(foreign.pk).join("//"),
                   f"/{foreign.union_id}/", "已核对", NUMBER]  # fmt: skip
        secrets += ["officer2", other_officer.name] if user == officer else [officer.name, "试原名"]
        if decision == D.TRANSFERRED and user == other_officer:
            secrets.remove("试原名")
        for state in ("open", "decided", "all", ""):
            body = client.get(reverse(LIST), {"state": state}).content.decode()
            assert [secret for secret in secrets if secret in body] == []


def test_each_side_has_one_neutral_card(client, case, held, officer, other_officer):
    client.force_login(other_officer)
    body = client.get(reverse(LIST)).content.decode()
    assert (body.count(ELSEWHERE), "试申报" in body, "核实中" in body) == (1, True, True)
    client.force_login(officer)
    body = client.get(reverse(LIST)).content.decode()
    assert (body.count("正由镇总工会核实"), "试原名" in body, "试申报" in body) == (1, True, False)
    page = client.get(held.get_absolute_url()).content.decode()
    assert page.count("该人员的会籍归属正由镇总工会核实。") == 1


@pytest.mark.parametrize("decision", ["", D.KEPT, D.WRONG_CLAIM, D.WRONG_HOLDER])
def test_the_page_of_the_person_tells_nothing_of_the_claimant(
    client, case, held, officer, other_officer, clerk, firm, decision
):
    if decision:
        settle(case, clerk, decision)
    client.force_login(officer)
    body = client.get(held.get_absolute_url()).content.decode()
    secrets = (firm.name, firm.union.name, firm.union.code, other_officer.name, "试申报", "已核对")
    assert [secret for secret in secrets if secret in body] == []


def test_a_third_union_sees_no_card(client, case, town):
    third = PostFactory(union=UnionFactory(parent=town), role=Role.OFFICER).user
    client.force_login(third)
    assert client.get(reverse(LIST)).context["cards"] == []


def test_kept_changes_no_rows(case, held, clerk, firm):
    before = list(held.memberships.values())
    settle(case, clerk, D.KEPT, on=DAY, employer=firm)
    held.refresh_from_db()
    assert (list(held.memberships.values()), held.employments.count()) == (before, 1)
    entry = AuditEntry.objects.get(action="workers.conflict_settle")
    assert (entry.object_type, entry.details["decision"]) == ("workers.conflict", "kept")


def test_a_transfer_closes_and_opens_on_the_day(case, held, clerk, firm, other_union):
    settle(case, clerk, D.TRANSFERRED, on=DAY, employer=firm, ends_job=True)
    held.refresh_from_db()
    new, old = held.memberships.all()
    assert (old.end, old.end_change, new.start, new.start_change) == (
        DAY, Change.TRANSFER_OUT, DAY, Change.TRANSFER_IN,
    )  # fmt: skip
    assert (held.union, held.employer, held.standing) == (other_union, firm, Standing.MEMBER)
    assert sorted(held.employments.values_list("employer", "end")) == sorted(
        [(firm.pk, None), (old.union.employers.get().pk, DAY)]
    )
    assert violations() == []


def test_a_transfer_may_leave_the_old_job(case, held, clerk, firm):
    settle(case, clerk, D.TRANSFERRED, on=DAY, employer=firm)
    assert held.employments.filter(end=None).count() == 2


def test_a_second_job_leaves_the_membership_and_opens_nothing_to_the_claimant(
    client, case, held, clerk, firm, other_officer
):
    settle(case, clerk, D.SECOND_JOB, on=DAY, employer=firm)
    held.refresh_from_db()
    assert (held.memberships.count(), held.employments.filter(employer=firm, start=DAY).count()) == (1, 1)
    client.force_login(other_officer)
    assert client.get(held.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"decision": D.TRANSFERRED}, "on"),
        ({"decision": D.SECOND_JOB, "on": DAY}, "employer"),
        ({"decision": D.SECOND_JOB, "on": DAY, "employer": "foreign"}, "employer"),
        ({"decision": D.TRANSFERRED, "on": dt.date(2021, 6, 1)}, "on"),
        ({"decision": D.TRANSFERRED, "on": dt.date(2999, 1, 1)}, "on"),
        ({"decision": D.KEPT, "note": " "}, "note"),
    ],
)
def test_bad_input_is_refused_by_field_and_decides_nothing(case, held, clerk, facts, field):
    if facts.get("employer"):
        facts = facts | {"employer": held.employer}
    with pytest.raises(RuleError) as refused:
        settle_conflict(**({"conflict": case, "by": clerk, "note": "已核对合同"} | facts))
    assert list(refused.value.message_dict) == [field]
    case.refresh_from_db()
    assert (case.decision, held.memberships.count()) == ("", 1)


def test_a_decided_case_is_not_decided_again_but_may_be_claimed_again(
    case, clerk, other_union, other_officer
):
    settle(case, clerk, D.WRONG_CLAIM)
    with pytest.raises(RuleError, match="不能再次决定"):
        settle(case, clerk, D.KEPT)
    claim(other_union, other_officer)
    assert Conflict.objects.open().count() == 1


def test_officers_may_not_decide(case, officer):
    with pytest.raises(PermissionDenied):
        settle(case, officer, D.KEPT)


def test_a_union_never_disputes_its_own_record(held, union, officer):
    open_conflict(worker_id=held.pk, claimant=union, claimed={}, by=officer)
    assert not Conflict.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_wins(case, clerk, firm):
    outcomes = []
    barrier = threading.Barrier(2)

    def decide(decision):
        try:
            barrier.wait()
            settle(case, clerk, decision, on=DAY, employer=firm)
            outcomes.append(decision)
        except RuleError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=[decision]) for decision in (D.KEPT, D.TRANSFERRED)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case.refresh_from_db()
    assert sorted(outcomes) == sorted(["refused", case.decision])


def test_the_desk_shows_both_sides_with_masked_numbers(client, case, clerk, held, firm):
    client.force_login(clerk)
    assert case.claimant.name in client.get(reverse(LIST)).content.decode()
    body = client.get(case.get_absolute_url()).content.decode()
    assert all(text in body for text in (firm.name, held.employer.name, "试申报", "试原名", "与名册不同"))
    assert NUMBER not in body
    assert NUMBER[-4:] not in body


def test_a_decision_on_the_page(client, case, clerk, firm):
    client.force_login(clerk)
    refused = client.post(
        case.get_absolute_url(), {"decision": "second_job", "on": "2025-03-01", "note": "合同为证"}
    )
    assert refused.context["form"].errors.keys() == {"employer"}
    facts = {"decision": "second_job", "on": "2025-03-01", "employer": firm.pk, "note": "合同为证"}
    assert client.post(case.get_absolute_url(), facts).status_code == 302
    case.refresh_from_db()
    assert case.decision == D.SECOND_JOB
    assert client.get(case.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("user", ["clerk", "officer", "other_officer"])
def test_lists_ask_the_same_number_of_queries_for_one_row_and_three(
    request, client, case, held, other_union, user
):
    by = request.getfixturevalue(user)
    client.force_login(by)
    client.get(reverse(LIST))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(LIST))
    for person in WorkerFactory.create_batch(2, employer=held.employer):
        open_conflict(worker_id=person.pk, claimant=other_union, claimed={"name": "试三"}, by=case.created_by)
    with CaptureQueriesContext(connection) as three:
        page = client.get(reverse(LIST))
    assert (len(three), len(page.context["page"])) == (len(one), 3)
