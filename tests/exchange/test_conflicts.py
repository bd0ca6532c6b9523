"""People of other unions in an uploaded form: nothing at the check, one case each when the run is written."""

import pytest

from accounts.models import AuditEntry
from exchange import services
from tests.exchange.sheets import NUMBER, applied, finish, member, member_book, upload
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers.models import Conflict, DuplicatePair, Worker
from workers.services import merge_workers

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


@pytest.fixture
def stranger(other_union):
    return WorkerFactory(employer=EmployerFactory(union=other_union), document=member(1)[NUMBER])


def test_a_check_opens_no_case_and_the_writing_one_per_person(firm, stranger, union, officer):
    run = upload(officer, union, member_book([member(1), member(2)]))
    assert not Conflict.objects.exists()
    run = applied(run, officer, mode="good")
    case = Conflict.objects.get()
    assert (case.worker, case.claimant, case.holder, case.run_id, case.created_by) == (
        stranger, union, stranger.union, run.pk, officer,
    )  # fmt: skip
    assert case.claimed == {
        "name": "试乙", "sex": "2", "birth_date": "1990-01-05", "employer": firm.pk,
        "employer_name": firm.name, "on": "2021-06-01", "change": "1",
    }  # fmt: skip
    assert AuditEntry.objects.get(action="exchange.apply").details["reported"] == 1


def test_a_file_without_any_good_row_can_still_be_told(client, firm, stranger, union, officer):
    run = upload(officer, union, member_book([member(1)]))
    client.force_login(officer)
    assert "提交镇总工会核实 1 人" in client.get(run.get_absolute_url()).content.decode()
    run = applied(run, officer, mode="good")
    assert (run.state, run.applied, Conflict.objects.count()) == ("applied", 0, 1)
    body = client.get(run.get_absolute_url()).content.decode()
    assert "其中 1 人无法在此录入" in body
    assert stranger.union.name not in body
    assert stranger.employer.name not in body


def test_the_same_claim_in_another_file_is_the_same_case(firm, stranger, union, officer):
    for name in ("试乙", "试乙乙"):
        applied(upload(officer, union, member_book([member(1, c1=name), member(2)])), officer, mode="good")
    assert [case.claimed["name"] for case in Conflict.objects.all()] == ["试乙"]


def test_an_import_is_undone_although_its_people_look_like_others(firm, union, officer):
    applied(upload(officer, union, member_book([member(1)])), officer)
    run = applied(upload(officer, union, member_book([member(2, c1="试乙", c10=member(1)[10])])), officer)
    assert DuplicatePair.objects.filter(same_phone=True).count() == 1
    run = finish(services.request_undo(run=run, by=officer, hint=False))
    assert run.outcomes()["reverted"] == 1
    assert not DuplicatePair.objects.exists()


def test_undoing_an_import_cannot_bring_a_merged_person_back(firm, union, officer):
    first = applied(upload(officer, union, member_book([member(1)])), officer)
    second = applied(upload(officer, union, member_book([member(3)])), officer)
    kept, absorbed = Worker.objects.order_by("pk")
    merge_workers(kept=kept, absorbed=absorbed, facts={}, note="已核对证件", by=officer)
    for run, expected in ((second, "impossible"), (first, "kept")):
        run = finish(services.request_undo(run=run, by=officer, hint=False))
        assert run.outcomes()[expected] == 1
    assert "已与另一份记录合并" in second.lines.get().effect.reason
