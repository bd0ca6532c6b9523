"""Providers and agreements as lists: the rows of their pages, and the columns they can export."""

from django.db.models import Prefetch
from django.utils import timezone

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.providers import AgreementFilter, ProviderFilter
from training.models import Agreement, Provider, Qualification
from training.queries.providers import FINE, TONES, standing_of, state_in_words, state_of, warn_days


def _qualifications(row, names) -> str:
    return "；".join(f"{one.name} 至 {one.valid_until or '长期'}" for one in row.latest)


def _state(row, names) -> str:
    said = state_in_words(row, names["today"], names["days"])
    return said or ("有效" if row.qualified else "")


class ProviderListing(FilterListing):
    """承办机构."""

    name = "providers"
    title = "承办机构"
    url_name = "training:provider_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(ProviderFilter.Meta.fields)
    filter_class = ProviderFilter
    order = ("name", "pk")
    whole = "全部承办机构"
    numbers = ("held",)
    columns = (
        Column("name", "机构名称", AsRead("name"), width=34),
        Column("kind", "机构类型", lambda row, names: row.get_kind_display()),
        Column("state", "资质情况", _state, width=24),
        Column("qualifications", "办学资质", _qualifications, width=40),
        Column("credit_code", "统一社会信用代码", AsRead("credit_code"), width=22, number_text=True),
        Column("contact", "联系方式", AsRead("contact"), width=24),
        Column("held", "承办班次", lambda row, names: row.held or 0, width=10),
        Column("is_active", "使用情况", lambda row, names: "在用" if row.is_active else "已停用"),
    )

    def everything(self, user, query):
        """All of the town."""
        latest = Prefetch("qualifications", Qualification.objects.latest_ones(), to_attr="latest")
        return Provider.objects.visible_to(user).with_state().prefetch_related(latest)

    def names(self):
        """Today, and the days of warning."""
        today = timezone.localdate()
        return {"today": today, "days": warn_days(today)}


class AgreementListing(FilterListing):
    """校企合作协议."""

    name = "agreements"
    title = "校企合作协议"
    url_name = "training:agreement_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(AgreementFilter.Meta.fields)
    filter_class = AgreementFilter
    order = ("-starts_on", "-pk")
    whole = "全部校企合作协议"
    numbers = ("held",)
    columns = (
        Column("title", "协议名称", AsRead("title"), width=34),
        Column("union", "签约工会", AsRead("union__name"), width=34),
        Column("partner", "合作院校", AsRead("partner__name"), width=30),
        Column("mode", "合作方式", lambda row, names: names["mode"].get(row.mode, row.mode)),
        Column("state", "执行情况", lambda row, names: standing_of(row, names["today"])[0]),
        Column("signed_on", "签订日期", AsRead("signed_on")),
        Column("starts_on", "协议期起", AsRead("starts_on")),
        Column("ends_on", "协议期止", lambda row, names: row.ends_on or "长期"),
        Column("ended_on", "终止日期", AsRead("ended_on"), shown=False),
        Column("held", "班次", lambda row, names: row.held or 0, width=8),
    )

    def everything(self, user, query):
        """Agreements of the unions in reach, and of unions above."""
        found = Agreement.objects.visible_to(user).select_related("union", "partner")
        return found.with_classes()

    def names(self):
        """Names of the codes, and today."""
        return {"mode": codes.names("cooperation_mode"), "today": timezone.localdate()}


def toned(page) -> None:
    """Give each provider of a page the ``tone`` of its state; nothing for what needs none."""
    today = timezone.localdate()
    days = warn_days(today)
    for row in page:
        state = state_of(row, today, days)
        row.tone = "" if state == FINE and not row.qualified else TONES[state]
