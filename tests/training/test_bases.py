"""Training bases: recognition, withdrawal, one evaluation a year, classes held there; their pages."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleError
from tests.exchange.exports import rows_in_file
from tests.factories.bases import BaseEvaluationFactory, BaseFactory
from tests.factories.classes import ClassFactory, EnrolmentFactory
from training import services
from training.invariants.bases import INVARIANTS
from training.models import TrainingBase

LIST = "training:base_list"
TODAY = timezone.localdate()
LAST_YEAR = TODAY.year - 1
FACTS = {"name": "电工实训基地", "level": "T", "host": "试验技工学校", "recognised_by": "试验镇人民政府"}


@pytest.fixture
def base(union):
    return BaseFactory(union=union, recognised_on=dt.date(LAST_YEAR - 1, 3, 1))


def refusal(service, **arguments) -> dict:
    with pytest.raises(ValidationError) as refused:
        service(**arguments)
    return refused.value.message_dict


def listed(client, **query):
    return list(client.get(reverse(LIST), query).context["page"])


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"level": "Q"}, "level"),
        ({"host": ""}, "__all__"),
        ({"capacity": 0}, "__all__"),
        ({"recognised_on": TODAY + dt.timedelta(days=1)}, "recognised_on"),
    ],
)
def test_what_cannot_be_a_base_is_refused(union, clerk, facts, field):
    said = FACTS | {"union": union, "recognised_on": dt.date(2024, 3, 1)} | facts
    assert field in refusal(services.enter_base, by=clerk, **said)


def test_only_the_town_keeps_bases(union, officer, base):
    with pytest.raises(PermissionDenied):
        services.enter_base(by=officer, union=union, recognised_on=dt.date(2024, 3, 1), **FACTS)
    with pytest.raises(PermissionDenied):
        services.evaluate_base(base=base, by=officer, year=LAST_YEAR, conclusion="passed")


def test_a_year_is_evaluated_once_and_within_the_recognition(base, clerk):
    said = {"base": base, "by": clerk, "conclusion": "passed"}
    evaluation = services.evaluate_base(year=LAST_YEAR, score=91, **said)
    assert "__all__" in refusal(services.evaluate_base, year=LAST_YEAR, **said)
    assert "year" in refusal(services.evaluate_base, year=LAST_YEAR - 2, **said)
    assert "year" in refusal(services.evaluate_base, year=TODAY.year + 1, **said)
    edited = services.edit_evaluation(evaluation=evaluation, version="1", conclusion="mend", by=clerk)
    assert (edited.conclusion, edited.version, edited.score) == ("mend", 2, 91)
    with pytest.raises(RuleError, match="已被其他人修改"):
        services.edit_evaluation(evaluation=evaluation, version="1", conclusion="failed", by=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        BaseEvaluationFactory(base=base, year=LAST_YEAR)
    with pytest.raises(IntegrityError), transaction.atomic():
        BaseEvaluationFactory(base=base, year=TODAY.year, score=100.5)


def test_a_base_without_last_years_evaluation_says_so(client, officer, base, union):
    young = BaseFactory(union=union, recognised_on=dt.date(LAST_YEAR, 1, 1))
    gone = BaseFactory(
        union=union,
        recognised_on=dt.date(2020, 1, 1),
        withdrawn_on=dt.date(LAST_YEAR, 12, 31),
        withdrawal_note="不再承担培训",
    )
    client.force_login(officer)
    assert [row.is_unevaluated for row in (*listed(client, state="all"),)] == [
        row.pk == base.pk for row in listed(client, state="all")
    ]
    assert listed(client, state="unevaluated") == [base]
    assert f"{LAST_YEAR} 年度未评估" in client.get(base.get_absolute_url()).content.decode()
    BaseEvaluationFactory(base=base, year=LAST_YEAR)
    assert listed(client, state="unevaluated") == []
    assert {row.pk for row in listed(client)} == {base.pk, young.pk}
    assert listed(client, state="withdrawn") == [gone]


def test_a_class_is_held_at_a_base_that_is_recognised_when_it_begins(union, officer, clerk, base):
    said = {"union": union, "by": officer, "title": "电工班", "kind": "SKILL", "base": base}
    early = {"starts_on": dt.date(LAST_YEAR - 1, 2, 1), "ends_on": dt.date(LAST_YEAR - 1, 4, 1)}
    assert "base" in refusal(services.plan_class, **said, **early)
    days = {"starts_on": dt.date(LAST_YEAR, 2, 1), "ends_on": dt.date(LAST_YEAR, 2, 5)}
    planned = services.plan_class(**said, **days)
    assert "base" in refusal(
        services.edit_class, training_class=planned, version="1", by=officer, starts_on=early["starts_on"]
    )
    end = {"base": base, "version": "1", "note": "不再承担培训", "by": clerk}
    assert "开班" in str(refusal(services.withdraw_base, on=dt.date(LAST_YEAR, 2, 1), **end)["on"])
    assert services.clone_class(training_class=planned, by=officer).base == base
    services.cancel_class(training_class=base.classes.latest("pk"), reason="改在明年举办", by=officer)
    services.withdraw_base(on=dt.date(LAST_YEAR, 2, 2), **end)
    planned.refresh_from_db()
    assert services.clone_class(training_class=planned, by=officer).base is None
    with pytest.raises(RuleError, match="撤销"):
        services.edit_base(base=base, version="2", name="新名", by=clerk)
    assert [text for _, check in INVARIANTS for text in check()] == []
    type(planned).objects.filter(pk=planned.pk).update(starts_on=early["starts_on"])
    assert [text for _, check in INVARIANTS for text in check()] == [
        f"TrainingClass {planned.pk}: at a base that is not recognised then"
    ]


def test_the_form_of_a_class_offers_recognised_bases(client, officer, base, union):
    gone = BaseFactory(union=union, withdrawn_on=TODAY, withdrawal_note="不再承担培训")
    held = ClassFactory(union=union, base=gone)
    client.force_login(officer)
    form = client.get(reverse("training:class_create")).context["form"]
    assert list(form.fields["base"].queryset) == [base]
    form = client.get(reverse("training:class_edit", args=[held.pk])).context["form"]
    assert set(form.fields["base"].queryset) == {base, gone}
    assert gone.name in client.get(held.get_absolute_url()).content.decode()


def test_everybody_who_reads_training_sees_bases_and_the_town_keeps_them(
    client, clerk, other_officer, base, group_member
):
    client.force_login(other_officer)
    assert listed(client) == [base]
    page = client.get(base.get_absolute_url()).content.decode()
    assert base.host in page
    edit = reverse("training:base_edit", args=[base.pk])
    assert edit not in page
    assert client.get(edit).status_code == 403
    client.force_login(group_member)
    assert client.get(base.get_absolute_url()).status_code == 403
    client.force_login(clerk)
    assert edit in client.get(base.get_absolute_url()).content.decode()


def test_a_base_is_entered_corrected_evaluated_and_withdrawn_by_form(client, clerk, union):
    client.force_login(clerk)
    address = reverse("training:base_create")
    said = FACTS | {"union": union.pk, "recognised_on": f"{LAST_YEAR}-03-01", "once": "k" * 24}
    answers = [client.post(address, said) for _ in range(2)]
    base = TrainingBase.objects.get()
    assert [answer.url for answer in answers] == [base.get_absolute_url()] * 2
    missing = client.post(address, {"once": "j" * 24}).context["form"].errors.keys()
    assert missing == {"union", "name", "level", "recognised_on", "recognised_by"}
    edit = reverse("training:base_edit", args=[base.pk])
    changed = said | {"trades": "电工、焊工", "version": "1"}
    assert client.post(edit, changed).url == base.get_absolute_url()
    assert "已被其他人修改" in str(client.post(edit, changed).context["form"].errors)
    evaluate = reverse("training:evaluation_create", args=[base.pk])
    told = {"year": str(LAST_YEAR), "conclusion": "mend", "note": "补充安全用具"}
    assert client.post(evaluate, told | {"conclusion": ""}).context["form"].errors.keys() == {"conclusion"}
    assert client.post(evaluate, told).url == base.get_absolute_url()
    again = reverse("training:evaluation_edit", args=[base.pk, LAST_YEAR])
    assert client.post(again, {"conclusion": "passed", "version": "1"}).url == base.get_absolute_url()
    assert client.get(reverse("training:evaluation_edit", args=[base.pk, 2001])).status_code == 404
    withdraw = reverse("training:base_withdraw", args=[base.pk])
    over = {"on": str(TODAY), "note": "不再承担培训", "version": "2"}
    assert client.post(withdraw, over | {"note": ""}).context["form"].errors.keys() == {"note"}
    assert client.post(withdraw, over).url == base.get_absolute_url()
    page = client.get(base.get_absolute_url()).content.decode()
    assert "不再承担培训" in page
    assert withdraw not in page
    restore = reverse("training:base_restore", args=[base.pk])
    assert restore in page
    back = {"note": "登记错了基地", "version": str(TrainingBase.objects.get().version)}
    twin = BaseFactory(union=union, name=base.name)
    assert "同名的实训基地已登记" in client.post(restore, back).content.decode()
    twin.delete()
    assert client.post(restore, back | {"note": ""}).context["form"].errors.keys() == {"note"}
    assert client.post(restore, back).url == base.get_absolute_url()
    base.refresh_from_db()
    assert (base.withdrawn_on, base.withdrawal_note) == (None, "")
    assert client.post(restore, back).status_code == 200


def test_the_list_counts_completed_enrolments_of_the_year_and_its_file_too(client, officer, base, union):
    held = ClassFactory(union=union, base=base)
    done = {"training_class": held, "result": "passed"}
    EnrolmentFactory(completed_on=TODAY, **done)
    EnrolmentFactory(completed_on=dt.date(LAST_YEAR, 5, 1), **done)
    EnrolmentFactory(training_class=held)
    BaseEvaluationFactory(base=base, year=LAST_YEAR, conclusion="mend")
    client.force_login(officer)
    assert [row.attendances for row in listed(client)] == [1]
    use = client.get(base.get_absolute_url()).context["use"]
    assert [(row.year, row.attendances) for row in use[:2]] == [(TODAY.year, 1), (LAST_YEAR, 1)]
    keys = ["name", "level", "host", "evaluation", "attendances"]
    assert list(rows_in_file(officer, "bases", "", keys)[0]) == [
        base.name, "镇级", "试验技工学校", f"{LAST_YEAR} 年度限期整改", 1,
    ]  # fmt: skip


def test_the_number_of_classes_at_a_base_leads_to_them(client, officer, base, union):
    held = ClassFactory(
        union=union, base=base, starts_on=dt.date(TODAY.year, 1, 5), ends_on=dt.date(TODAY.year, 1, 6)
    )
    ClassFactory(union=union, base=base, starts_on=dt.date(LAST_YEAR, 1, 5), ends_on=dt.date(LAST_YEAR, 1, 6))
    ClassFactory(union=union, starts_on=dt.date(TODAY.year, 1, 5), ends_on=dt.date(TODAY.year, 1, 6))
    client.force_login(officer)
    address = f"{reverse('training:class_list')}?base={base.pk}&amp;year={TODAY.year}"
    assert f'href="{address}"' in client.get(base.get_absolute_url()).content.decode()
    assert list(client.get(address.replace("&amp;", "&")).context["page"]) == [held]


def test_pages_ask_as_often_for_three_bases_as_for_one(client, officer, base, union):
    client.force_login(officer)
    counts = []
    for more in (2, 0):
        for address in (reverse(LIST), base.get_absolute_url()):
            client.get(address)
            with CaptureQueriesContext(connection) as found:
                client.get(address)
            counts.append(len(found))
        for place in range(more):
            BaseFactory(union=union)
            BaseEvaluationFactory(base=base, year=LAST_YEAR - place)
    assert counts[:2] == counts[2:]
