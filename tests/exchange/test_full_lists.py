"""A full list: who is missing from it is found, looked over, proposed when it is written, and never deleted."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from core.errors import RuleError
from exchange import services
from exchange.erasing import erase_people
from exchange.invariants import INVARIANTS
from exchange.models import ImportLeaver, ImportRun
from tests.exchange.sheets import NUMBER, applied, finish, member, member_book, upload
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions.models import OrgType
from workers.models import Membership, Proposal, Worker
from workers.services.memberships import change_membership
from workers.services.proposals import propose, refuse
from workers.services.transfers import start_transfer

pytestmark = pytest.mark.django_db
ON = "2021/06/01"


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


@pytest.fixture
def members(firm):
    """Ten members of the union, by the place of their row."""
    return {place: WorkerFactory(employer=firm, document=member(place)[NUMBER]) for place in range(1, 11)}


def full(by, union, places, *, options=None, **changes):
    """A full list that names these places."""
    rows = [member(place, c14=ON, **changes) for place in places]
    return upload(by, union, member_book(rows), is_full_list=True, **(options or {}))


def missing(run) -> set[int]:
    return set(run.missing.values_list("target_id", flat=True))


def proposals() -> list:
    return list(Proposal.objects.order_by("worker").values_list("worker", "source", "state", "created_by"))


def test_who_is_missing_is_found_at_the_check_and_asked_about_at_the_writing(members, union, officer):
    run = full(officer, union, range(1, 9))
    assert (run.leavers, missing(run)) == (2, {members[9].pk, members[10].pk})
    assert Proposal.objects.count() == 0
    run = applied(run, officer, mode="good")
    assert run.proposed == 2
    assert proposals() == [(members[place].pk, "list", "open", officer.pk) for place in (9, 10)]
    assert Proposal.objects.first().union == union
    assert Worker.objects.count() == 10
    assert Membership.objects.filter(end=None).count() == 10
    entries = AuditEntry.objects.filter(action="workers.proposal")
    assert {(entry.object_id, entry.details["import"]) for entry in entries} == {
        (members[9].pk, run.pk),
        (members[10].pk, run.pk),
    }


def test_a_list_that_is_not_full_asks_about_nobody(members, union, officer):
    run = applied(upload(officer, union, member_book([member(1, c8="大专", c14=ON)])), officer)
    assert (run.leavers, run.proposed, Proposal.objects.count()) == (0, 0, 0)


def test_whoever_is_ticked_as_staying_is_not_asked_about(members, union, officer):
    run = full(officer, union, range(1, 9))
    both = {members[9].pk, members[10].pk}
    assert services.keep_leavers(run=run, shown=both, kept={members[9].pk, 4711}, by=officer) == 1
    run = applied(run, officer, mode="good")
    assert (run.proposed, [found[0] for found in proposals()]) == (1, [members[10].pk])


def test_rows_with_problems_are_in_the_file_and_rows_without_a_number_stop_it(members, union, officer):
    run = full(officer, union, range(1, 10), c4="无名族")
    assert (run.failed, missing(run)) == (9, {members[10].pk})
    rows = [member(1, c14=ON), member(2, c14=ON, c7="330382199001010016"), member(11, c7="")]
    run = upload(officer, union, member_book(rows), is_full_list=True)
    assert (run.leavers, run.failed) == (0, 2)
    services.mend(run=run, number=6, texts={"number": member(2)[NUMBER]}, by=officer)
    run.refresh_from_db()
    assert run.leavers == 0
    services.mend(run=run, number=7, texts={"number": member(11)[NUMBER]}, by=officer)
    run.refresh_from_db()
    assert (run.leavers, missing(run)) == (8, {members[place].pk for place in range(3, 11)})


def test_only_members_kept_at_the_union_are_missing(members, union, firm, other_union, officer):
    retired = WorkerFactory(employer=firm)
    change_membership(worker=retired, change="3", on=dt.date(2024, 1, 1), by=officer, status="31")
    gone = WorkerFactory(employer=firm)
    change_membership(worker=gone, change="6", reason="5", on=dt.date(2024, 1, 1), by=officer)
    WorkerFactory(employer=firm, member=False)
    WorkerFactory(employer=EmployerFactory(union=other_union))
    assert missing(full(officer, union, range(1, 10))) == {members[10].pk}


def test_an_old_number_names_the_person_too(members, union, officer):
    documents = members[10].documents
    documents.update(is_current=False, replaced_on=dt.date(2024, 1, 1))
    run = full(officer, union, range(1, 11))
    assert run.leavers == 0


@pytest.mark.parametrize("rule", ["update", "fill", "skip"])
def test_the_match_rule_does_not_change_who_is_in_the_file(members, union, officer, rule):
    run = full(officer, union, range(1, 10), options={"rule": rule})
    assert missing(run) == {members[10].pk}


def test_whoever_has_open_business_gets_no_second_proposal(members, union, other_union, officer):
    propose(worker=members[9], source=Proposal.Source.ROLL_CALL, by=officer)
    start_transfer(worker=members[10], destination=other_union, on=dt.date(2024, 1, 1), by=officer)
    run = full(officer, union, range(1, 8))
    assert run.leavers == 3
    run = finish(services.confirm(run=run, mode="good", typed="3", by=officer, hint=False))
    assert (run.proposed, Proposal.objects.filter(source="list").get().worker) == (1, members[8])


def test_who_has_left_since_the_check_is_passed_over(members, union, officer):
    run = full(officer, union, range(1, 9))
    change_membership(worker=members[9], change="6", reason="5", on=dt.date(2024, 1, 1), by=officer)
    run = finish(services.confirm(run=run, mode="good", typed="2", by=officer, hint=False))
    assert (run.proposed, Proposal.objects.get().worker) == (1, members[10])


def test_more_than_a_fifth_needs_the_number_typed(members, union, officer):
    run = full(officer, union, range(1, 8))
    for typed in ("", "2", "03", "三"):
        with pytest.raises(RuleError) as refused:
            services.confirm(run=run, mode="good", typed=typed, by=officer, hint=False)
        assert refused.value.messages == [
            "名单中没有的会员有 3 人，超过本工会会员的五分之一，没有导入。请核对是否选对了文件；"
            "确实如此的，在“核实人数”中填写 3 再确认。"
        ]
    assert Proposal.objects.count() == 0
    services.keep_leavers(run=run, shown={members[8].pk}, kept={members[8].pk}, by=officer)
    run = applied(run, officer, mode="good")  # two of ten are not more than a fifth
    assert run.proposed == 2


def test_the_typed_number_lets_it_through(members, union, officer):
    run = full(officer, union, [1])
    run = finish(services.confirm(run=run, mode="good", typed=" 9 ", by=officer, hint=False))
    assert (run.state, run.proposed, Worker.objects.count()) == ("applied", 9, 10)


def test_undo_withdraws_what_nobody_has_decided(members, union, officer):
    run = full(officer, union, range(1, 9))
    run = applied(run, officer, mode="good")
    first = Proposal.objects.get(worker=members[9])
    refuse(proposal=first, note="仍在本单位", by=officer)
    run = finish(services.request_undo(run=run, by=officer, hint=False))
    assert run.state == "undone"
    assert [found[2] for found in proposals()] == ["refused", "cancelled"]
    withdrawn = Proposal.objects.get(worker=members[10])
    assert (withdrawn.decided_by, withdrawn.decision_note) == (officer, "导入已撤销")


def test_two_runs_of_the_same_list_ask_once(members, union, officer):
    applied(full(officer, union, range(1, 9)), officer, mode="good")
    run = full(officer, union, range(1, 9), c8="大专")
    assert applied(run, officer).proposed == 0
    assert Proposal.objects.count() == 2


@pytest.mark.parametrize("place", ["town", "federation"])
def test_a_list_of_a_union_without_members_of_its_own_is_refused(
    members, union, town, federation, clerk, place
):
    chosen = {"town": town, "federation": federation}[place]
    with pytest.raises(RuleError, match="没有直属会员"):
        full(clerk, chosen, range(1, 9))


def test_a_list_of_the_whole_town_and_of_another_kind_are_refused(members, union, clerk):
    with pytest.raises(RuleError, match="请选择工会"):
        full(clerk, None, range(1, 9))
    with pytest.raises(RuleError, match="不按完整名单核对"):
        upload(clerk, union, b"x", kind="employments", is_full_list=True)
    run = upload(clerk, None, member_book([member(1, c17="甲厂有限公司")]))
    with pytest.raises(RuleError, match="请选择工会"):
        services.set_options(run=run, rule="update", is_full_list=True, skip_hidden=False, by=clerk)


def test_a_holding_federation_is_asked_about_its_own_people_only(town, members, clerk):
    holding = UnionFactory(
        parent=town, org_type=OrgType.VILLAGE_FEDERATION, is_holding=True, name="南村工会联合会"
    )
    below = EmployerFactory(union=UnionFactory(parent=holding))
    WorkerFactory(employer=below)
    loose = EmployerFactory(name="散户", name_key="散户", union=holding, covered=False)
    own = [WorkerFactory(employer=loose, document=member(place)[NUMBER]) for place in (20, 21)]
    rows = [member(20, c14=ON)]
    run = upload(clerk, holding, member_book(rows), is_full_list=True)
    assert missing(run) == {own[1].pk}


def test_the_option_can_be_set_later_and_taken_back(members, union, officer):
    run = upload(officer, union, member_book([member(place, c14=ON) for place in range(1, 10)]))
    for is_full_list, leavers in ((True, 1), (False, 0)):
        run = services.set_options(
            run=run, rule="update", is_full_list=is_full_list, skip_hidden=False, by=officer, hint=False
        )
        run = finish(run)
        assert (run.state, run.leavers, run.missing.count()) == ("checked", leavers, leavers)


def test_the_list_goes_with_the_run_and_with_the_person(members, union, officer):
    run = full(officer, union, range(1, 9))
    erase_people([members[9].pk], [])
    assert missing(run) == {members[10].pk}
    services.discard(run=run, by=officer)
    assert ImportLeaver.objects.count() == 0


def test_the_count_is_an_invariant(members, union, officer):
    run = full(officer, union, range(1, 9))
    check = dict(INVARIANTS)["people missing from a full list are listed"]
    assert check() == []
    run.missing.first().delete()
    assert check() == [f"ImportRun {run.pk}: says 2 people are missing, lists 1"]


def test_a_thousand_people_are_asked_about_in_a_flat_number_of_queries(
    members, union, officer, django_assert_max_num_queries
):
    run = full(officer, union, [1])
    with django_assert_max_num_queries(500) as few:
        finish(services.confirm(run=run, mode="good", typed="9", by=officer, hint=False))
    Proposal.objects.all().delete()
    WorkerFactory.create_batch(40, employer=members[1].employer)
    run = full(officer, union, [1], c8="大专")
    with django_assert_max_num_queries(len(few) + 5):
        run = finish(services.confirm(run=run, mode="good", typed="49", by=officer, hint=False))
    assert run.proposed == 49


def test_the_pages(client, members, union, officer, other_officer):
    client.force_login(officer)
    run = full(officer, union, range(1, 8))
    page = client.get(run.get_absolute_url()).content.decode()
    assert "名册中有、名单中没有的会员 3 人" in page
    assert "核实人数" in page
    url = reverse("exchange:run_leavers", args=[run.pk])
    listed = client.get(url).content.decode()
    for place in (8, 9, 10):
        assert members[place].name in listed
        assert member(place)[NUMBER] not in listed
        assert f'href="{members[place].get_absolute_url()}"' in listed
    assert members[1].name not in listed
    data = {"shown": [members[8].pk, members[9].pk], "kept": [members[9].pk]}
    assert client.post(url, data).url == url
    assert set(run.missing.filter(is_kept=True).values_list("target_id", flat=True)) == {members[9].pk}
    assert client.post(url, {"shown": ["x"], "kept": ["-1", "9" * 30]}).status_code == 302
    assert run.missing.filter(is_kept=True).count() == 1
    apply = reverse("exchange:run_apply", args=[run.pk])
    client.post(apply, {"mode": "good", "typed": "2"})
    run = finish(ImportRun.objects.get(pk=run.pk))
    assert run.proposed == 2
    assert "2 人已提请核实去向" in client.get(run.get_absolute_url()).content.decode()
    assert "disabled" in client.get(url).content.decode()
    client.post(url, {"shown": [members[8].pk], "kept": [members[8].pk]})
    assert run.missing.filter(is_kept=True).count() == 1
    client.force_login(other_officer)
    assert client.get(url).status_code == 404
    assert client.post(url, data).status_code == 404


def test_the_upload_form_refuses_a_full_list_of_the_town_at_the_box(client, union, clerk):
    client.force_login(clerk)
    data = {"kind": "workers", "union": "", "is_full_list": "on"}
    assert "请选择工会" in client.post(reverse("exchange:run_upload"), data).content.decode()
    data = {"kind": "employments", "union": union.pk, "is_full_list": "on"}
    assert "不按完整名单核对" in client.post(reverse("exchange:run_upload"), data).content.decode()


def test_the_list_costs_the_same_for_one_and_for_thirty(
    client, members, union, firm, officer, django_assert_max_num_queries
):
    client.force_login(officer)
    short = full(officer, union, range(1, 10))
    client.get(reverse("exchange:run_leavers", args=[short.pk]))
    with django_assert_max_num_queries(100) as few:
        client.get(reverse("exchange:run_leavers", args=[short.pk]))
    WorkerFactory.create_batch(29, employer=firm)
    long = full(officer, union, range(1, 10), c8="大专")
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("exchange:run_leavers", args=[long.pk]))
