"""How the facts of providers, qualifications and agreements are cleaned, and whether a qualification covers a class."""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial

from core.creditcodes import check_credit_code
from core.text import clean_label, clean_short, clean_text
from training.models import Agreement, Provider, TrainingClass
from training.rules.plans import doubt_of_line
from unions.rules import past_or_today

AGREEMENT_TABLES = {"mode": "cooperation_mode"}
NEED_QUALIFICATION = (Provider.Kind.TRAINER, Provider.Kind.SCHOOL)


def clean_credit_code(value) -> str:
    """A unified social credit code of any registry, or "". Raises TextError."""
    text = clean_text(value)
    return check_credit_code(text).text if text else ""


PROVIDER_CLEANERS: dict[str, Callable] = {
    "name": partial(clean_label, longest=100),
    "credit_code": clean_credit_code,
    "contact": partial(clean_short, longest=100),
}
QUALIFICATION_CLEANERS: dict[str, Callable] = {
    "name": partial(clean_label, longest=50),
    "licence": partial(clean_label, longest=50),
    "issuer": partial(clean_short, longest=100),
}
AGREEMENT_CLEANERS: dict[str, Callable] = {
    "title": partial(clean_short, longest=100),
    "signed_on": past_or_today,
}


def first_uncovered(
    spans: Iterable[tuple[dt.date, dt.date | None]], starts_on: dt.date, ends_on: dt.date
) -> dt.date | None:
    """The first day from ``starts_on`` to ``ends_on`` on which none of the spans (first and last day, None: without
    end) holds; None when all days are covered. A renewal takes over where the former one ended."""
    day = starts_on
    for first, last in sorted(spans, key=lambda span: span[0]):
        if first > day:
            break
        if last is None or last >= ends_on:
            return None
        day = max(day, last + dt.timedelta(days=1))
    return day if day <= ends_on else None


def doubts_of_provider(provider: Provider, starts_on: dt.date, ends_on: dt.date) -> str:
    """What does not fit between a class and its provider's qualifications, or nothing. A hint, never a refusal;
    firms and others are asked only when a qualification was entered for them."""
    spans = [(row.valid_from, row.valid_until) for row in provider.qualifications.all()]
    if not spans:
        needs = provider.kind in NEED_QUALIFICATION
        return f"承办机构“{provider.name}”没有登记办学资质，请核对后补登。" if needs else ""
    day = first_uncovered(spans, starts_on, ends_on)
    if day is None:
        return ""
    return f"承办机构“{provider.name}”登记的资质不覆盖 {day} 起的培训日期，请核对资质是否已换发。"


def doubts_of_agreement(agreement: Agreement, starts_on: dt.date, ends_on: dt.date) -> str:
    """What does not fit between a class and its agreement's term, or nothing. A hint, never a refusal."""
    last = agreement.ended_on - dt.timedelta(days=1) if agreement.ended_on else agreement.ends_on
    if starts_on >= agreement.starts_on and (last is None or ends_on <= last):
        return ""
    term = f"{agreement.starts_on} 至 {last or '长期'}"
    return f"培训日期不在校企合作协议“{agreement.title}”的期限（{term}）之内，请核对。"


def doubts_of_class(training_class: TrainingClass) -> list[str]:
    """What does not fit between a class and its provider, agreement and plan line; hints, no refusals."""
    days = training_class.starts_on, training_class.ends_on
    found = [
        training_class.provider and doubts_of_provider(training_class.provider, *days),
        training_class.agreement and doubts_of_agreement(training_class.agreement, *days),
        training_class.plan_line and doubt_of_line(training_class.plan_line, training_class),
    ]
    return [text for text in found if text]
