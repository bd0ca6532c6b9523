"""How providers and agreements stand on a day, in words."""

import datetime as dt

from core.codes import legal_number
from training.models import Agreement, Provider
from training.rules.providers import NEED_QUALIFICATION

ENDED, SOON, NONE, FINE = "ended", "soon", "none", "fine"


def warn_days(on: dt.date) -> int:
    """Days before the end of a qualification from which lists warn."""
    return int(legal_number("provider.warn_days", on=on))


def state_of(provider: Provider, day: dt.date, days: int) -> str:
    """How the qualifications of a provider (annotated by ``with_state``) stand on the day."""
    if not provider.qualified:
        return NONE if provider.kind in NEED_QUALIFICATION else FINE
    if provider.lapses_on is None or provider.lapses_on > day + dt.timedelta(days=days):
        return FINE
    return ENDED if provider.lapses_on < day else SOON


def state_in_words(provider: Provider, day: dt.date, days: int | None = None) -> str:
    """What is to be known about the qualifications of a provider, or nothing."""
    state = state_of(provider, day, warn_days(day) if days is None else days)
    return {
        NONE: "未登记资质",
        ENDED: f"资质已于 {provider.lapses_on} 到期",
        SOON: f"资质 {provider.lapses_on} 到期",
        FINE: "",
    }[state]


TONES = {NONE: "warning", ENDED: "danger", SOON: "warning", FINE: "success"}


def in_state(providers, state: str, day: dt.date):
    """Providers (annotated by ``with_state``) whose qualifications stand so on the day."""
    limit = day + dt.timedelta(days=warn_days(day))
    if state == NONE:
        return providers.filter(qualified=None, kind__in=NEED_QUALIFICATION)
    if state == ENDED:
        return providers.filter(lapses_on__lt=day)
    if state == SOON:
        return providers.filter(lapses_on__gte=day, lapses_on__lte=limit)
    return providers


def standing_of(agreement: Agreement, day: dt.date) -> tuple[str, str]:
    """(word, tone) of an agreement on the day."""
    if agreement.ended_on and agreement.ended_on <= day:
        return "已终止", "neutral"
    if agreement.ends_on and agreement.ends_on < day:
        return "已到期", "neutral"
    return ("未开始", "info") if agreement.starts_on > day else ("执行中", "success")
