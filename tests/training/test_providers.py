"""Providers, qualifications and agreements: what is kept, refused and only hinted at."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from hypothesis import given, strategies as st

from core.reporting import Period, describe, indicators
from tests.factories.classes import ClassFactory, EnrolmentFactory
from tests.factories.providers import AgreementFactory, ProviderFactory, QualificationFactory
from training import services
from training.models import Agreement, Provider, Qualification
from training.queries.providers import state_in_words
from training.rules.providers import doubts_of_class, first_uncovered

DAY = dt.date(2026, 3, 20)
FIRST = dt.date(2026, 1, 1)


def after(days: int) -> dt.date:
    return FIRST + dt.timedelta(days=days)


SPAN = st.tuples(st.integers(0, 12), st.none() | st.integers(0, 8))


@given(st.lists(SPAN, max_size=5), st.integers(0, 8), st.integers(0, 6))
def test_the_first_uncovered_day_is_the_one_found_by_walking(spans, start, length):
    spans = [(after(first), None if more is None else after(first + more)) for first, more in spans]
    days = [after(start + number) for number in range(length + 1)]
    bare = [day for day in days if not any(a <= day and (b is None or day <= b) for a, b in spans)]
    assert first_uncovered(spans, days[0], days[-1]) == (bare[0] if bare else None)


def test_only_the_town_keeps_providers(clerk, officer):
    with pytest.raises(PermissionDenied):
        services.enter_provider(by=officer, name="试验学院", kind="school")
    provider = services.enter_provider(by=clerk, name="试验学院", kind="school")
    with pytest.raises(PermissionDenied):
        services.edit_provider(provider=provider, version="1", by=officer, name="别的")
    with pytest.raises(ValidationError, match="已登记同名的机构"):
        services.enter_provider(by=clerk, name=" 试验学院", kind="other")
    with pytest.raises(ValidationError) as refused:
        services.enter_provider(by=clerk, name="另一所", kind="other", credit_code="91330382MA000")
    assert set(refused.value.message_dict) == {"credit_code"}
    assert Provider.objects.count() == 1


def test_a_renewal_takes_the_place_of_the_licence_before_it(db):
    provider = ProviderFactory()

    def said(day=DAY):
        return state_in_words(Provider.objects.with_state().get(), day)

    assert said() == "未登记资质"
    QualificationFactory(provider=provider, valid_until=dt.date(2026, 3, 19))
    assert said() == "资质已于 2026-03-19 到期"
    assert said(dt.date(2025, 12, 19)) == "资质 2026-03-19 到期"  # 90 days before
    assert said(dt.date(2025, 12, 18)) == ""
    QualificationFactory(provider=provider, valid_from=dt.date(2026, 3, 20), valid_until=dt.date(2029, 3, 19))
    assert said() == ""
    QualificationFactory(provider=provider, name="消防验收", valid_until=DAY)
    assert said() == "资质 2026-03-20 到期"
    assert list(Qualification.objects.latest_ones().values_list("name", flat=True)) == [
        "办学许可证",
        "消防验收",
    ]


def test_a_class_beyond_licence_and_agreement_is_hinted_at_and_kept(union, officer):
    school = ProviderFactory(name="试学院")
    QualificationFactory(provider=school, valid_until=dt.date(2026, 3, 10))
    agreement = AgreementFactory(union=union, partner=school, title="试协议", ends_on=dt.date(2026, 3, 10))
    planned = services.plan_class(
        union=union, by=officer, title="试班", kind="SKILL", starts_on=dt.date(2026, 3, 1), ends_on=DAY,
        provider=school, agreement=agreement,
    )  # fmt: skip
    assert doubts_of_class(planned) == [
        "承办机构“试学院”登记的资质不覆盖 2026-03-11 起的培训日期，请核对资质是否已换发。",
        "培训日期不在校企合作协议“试协议”的期限（2026-01-01 至 2026-03-10）之内，请核对。",
    ]
    clone = services.clone_class(training_class=planned, by=officer)
    assert (clone.provider, clone.agreement) == (school, None)  # the agreement has ended by then
    firm = ProviderFactory(kind="firm")
    assert doubts_of_class(ClassFactory(union=union, provider=firm)) == []


def test_a_class_takes_neither_a_retired_provider_nor_a_foreign_agreement(union, other_union, town, officer):
    facts = {"title": "试班", "kind": "SKILL", "starts_on": DAY, "ends_on": DAY}
    retired = ProviderFactory(is_active=False)
    with pytest.raises(ValidationError, match="已停用"):
        services.plan_class(union=union, by=officer, provider=retired, **facts)
    with pytest.raises(ValidationError, match="只能选择本工会或上级工会签订的协议"):
        services.plan_class(union=union, by=officer, agreement=AgreementFactory(union=other_union), **facts)
    above = AgreementFactory(union=town)
    assert services.plan_class(union=union, by=officer, agreement=above, **facts).agreement == above
    kept = ClassFactory(union=union, provider=retired)
    edited = services.edit_class(training_class=kept, version="1", by=officer, provider=retired, place="二楼")
    assert edited.place == "二楼"


def test_an_agreement_is_with_a_school_and_ends_once(union, officer):
    facts = {"title": "试协议", "mode": "ORDER", "signed_on": FIRST, "starts_on": FIRST}
    with pytest.raises(ValidationError, match="合作方应为院校"):
        services.enter_agreement(union=union, by=officer, partner=ProviderFactory(kind="firm"), **facts)
    with pytest.raises(ValidationError, match="没有代码为"):
        services.enter_agreement(
            union=union, by=officer, partner=ProviderFactory(), **(facts | {"mode": "X"})
        )
    agreement = services.enter_agreement(union=union, by=officer, partner=ProviderFactory(), **facts)
    end = {"note": "双方协商终止", "by": officer}
    with pytest.raises(ValidationError, match="终止日期不能早于协议期起"):
        services.end_agreement(agreement=agreement, on=dt.date(2025, 12, 31), version="1", **end)
    agreement = services.end_agreement(agreement=agreement, on=DAY, version="1", **end)
    with pytest.raises(ValidationError, match="已于 2026-03-20 终止"):
        services.end_agreement(agreement=agreement, on=DAY, version="2", **end)
    assert [Agreement.objects.in_force(day).count() for day in (FIRST, DAY - dt.timedelta(days=1), DAY)] == [
        *(1, 1, 0)
    ]


def test_a_paper_is_told_by_its_content(union, officer, other_officer):
    agreement = AgreementFactory(union=union)
    with pytest.raises(ValidationError, match="文件内容不是 PDF"):
        services.add_paper(agreement=agreement, file=ContentFile(b"<html>"), by=officer)
    with pytest.raises(PermissionDenied):
        services.add_paper(agreement=agreement, file=ContentFile(b"%PDF-1"), by=other_officer)
    paper = services.add_paper(agreement=agreement, file=ContentFile(b"\x89PNG\r\n\x1a\n"), by=officer)
    assert (paper.format, paper.file_name) == ("png", f"agreement-{agreement.pk}-{paper.pk}.png")
    services.remove_paper(paper=paper, by=officer)
    assert not agreement.papers.exists()


def test_the_figures_of_cooperation_name_their_records(union, other_union, officer, other_officer):
    order = AgreementFactory(union=union, title="试订单班")
    base = AgreementFactory(union=union, mode="BASE", title="试基地")
    row = EnrolmentFactory(
        training_class=ClassFactory(union=union, agreement=order, state="running", starts_on=FIRST)
    )
    EnrolmentFactory(
        training_class=ClassFactory(union=union, agreement=base),
        worker=row.worker, result="passed", completed_on=DAY,
    )  # fmt: skip
    EnrolmentFactory(training_class=ClassFactory(union=union), result="passed", completed_on=DAY)
    march = Period.parse("2026-03")
    found = {code: indicators()[code].measure(None, march).numerator for code in ("C10", "C11", "C12")}
    assert found == {"C10": 2, "C11": 1, "C12": 1}
    assert indicators()["C11"].measure(None, Period.parse("2026-04")).numerator == 0  # it ended in March
    rows = indicators()["C10"].records("numerator", None, march)
    lines = describe("training.agreement", rows, officer)
    assert [(line.text, line.detail.split("，")[1]) for line in lines] == [
        ("试订单班", "订单班"),
        ("试基地", "共建基地"),
    ]
    assert all(line.url for line in lines)
    assert [line.url for line in describe("training.agreement", rows, other_officer)] == ["", ""]
