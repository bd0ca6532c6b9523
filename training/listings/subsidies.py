"""Lists of subsidies: 补贴申报, the certificates that may be claimed for (可申领), and the sums per union."""

import re

from django.http import QueryDict
from django.utils import timezone

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from core.reporting import Period
from training.filters.subsidies import ClaimableFilter, ClaimFilter, SubsidySumFilter
from training.models import Certificate, SubsidyClaim, SubsidyRate
from training.queries.subsidies import claimable
from training.queries.subsidy_sums import with_sums
from training.rules.subsidies import amount_of, doubts_of_claim, rung_name
from unions.models import Union


def _level(row, names) -> str:
    return rung_name(row.level, names["skill_level"])


def _surcharge(row, names: dict) -> int:
    return names["rates"][row.rate].surcharge if row.is_scarce else 0


def _amount(row, names: dict) -> int:
    return amount_of(names["rates"][row.rate].base, _surcharge(row, names))


class ClaimListing(FilterListing):
    """Claims in reach, the latest first."""

    name = "subsidy_claims"
    title = "补贴申报"
    url_name = "training:claim_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(ClaimFilter.Meta.fields)
    filter_class = ClaimFilter
    order = ("-pk",)
    unsaid = ("find",)
    whole = "全部补贴申报"
    holds_people = True
    numbers = ("base", "surcharge", "amount")
    columns = (
        Column("name", "姓名", AsRead("certificate__worker__name"), personal=True),
        Column("union", "申报时所属工会", AsRead("union__name"), width=34),
        Column("trade", "工种", AsRead("trade"), width=16),
        Column("level", "等级", _level, width=14),
        Column("issued_on", "发证日期", AsRead("issued_on"), shown=False),
        Column("number", "证书编号", AsRead("certificate__number"), width=26, number_text=True, shown=False),
        Column("base", "标准（元）", AsRead("base"), shown=False),
        Column("surcharge", "加成（%）", AsRead("surcharge"), width=10),
        Column("amount", "金额（元）", AsRead("amount"), width=10),
        Column("claimed_on", "申报日期", AsRead("claimed_on")),
        Column("state", "状态", lambda row, names: row.get_state_display(), width=10),
        Column("paid_on", "发放日期", AsRead("paid_on")),
        Column("voucher", "批次（凭证号）", AsRead("voucher"), width=18),
        Column("doubt", "证书变化", lambda row, names: doubts_of_claim(row), width=24),
        Column("note", "审核说明", AsRead("decision_note"), width=30, shown=False),
    )

    def everything(self, user, query):
        """Claims with certificate, person and union."""
        return claims_of(user)

    def names(self):
        """Names of the levels."""
        return {"skill_level": codes.names("skill_level")}


class ClaimableListing(FilterListing):
    """Certificates in reach that may be claimed for today, the oldest first: their deadline is next."""

    name = "claimable_certificates"
    title = "可申领补贴的证书"
    url_name = "training:claimable_list"
    permission = Permission.EDIT_TRAINING
    parameters = tuple(ClaimableFilter.Meta.fields)
    filter_class = ClaimableFilter
    order = ("issued_on", "pk")
    unsaid = ("find",)
    whole = "今天可申领的全部证书"
    holds_people = True
    numbers = ("surcharge", "amount")
    columns = (
        Column("name", "姓名", AsRead("worker__name"), personal=True),
        Column("union", "所属工会", AsRead("worker__union__name"), width=34),
        Column("kind", "证书种类", lambda row, names: row.get_kind_display(), width=18),
        Column("trade", "工种", AsRead("trade"), width=16),
        Column("level", "等级", _level, width=14),
        Column("issued_on", "发证日期", AsRead("issued_on")),
        Column("claim_until", "申领截止", lambda row, names: row.claim_until or _deadline(row), width=12),
        Column("surcharge", "加成（%）", _surcharge, width=10),
        Column("amount", "金额（元）", _amount, width=10),
        Column("claimed", "本年已申报次数", AsRead("claimed_in_year"), width=14, shown=False),
        Column("number", "证书编号", AsRead("number"), width=26, number_text=True, shown=False),
    )

    def everything(self, user, query):
        """Certificates of people the user keeps, with what the check found."""
        rows = Certificate.objects.editable_by(user).filter(worker__anonymised_on=None)
        rows = rows.select_related("worker__union").defer("worker__phone", "worker__phone_index")
        return claimable(rows, timezone.localdate())

    def names(self):
        """Names of the levels, and the rates by their keys."""
        return {"skill_level": codes.names("skill_level"), "rates": SubsidyRate.objects.in_bulk()}


class SubsidySumListing(FilterListing):
    """Sums of a period per union."""

    name = "subsidy_sums"
    title = "补贴汇总"
    url_name = "training:subsidy_summary"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(SubsidySumFilter.Meta.fields)
    filter_class = SubsidySumFilter
    order = ("path", "pk")
    whole = "全部工会"
    numbers = ("filed", "paid", "people", "yuan", "waiting", "due")
    columns = (
        Column("name", "工会", AsRead("name"), width=34),
        Column("filed", "期间申报（人次）", AsRead("filed"), width=14),
        Column("paid", "期间发放（人次）", AsRead("paid"), width=14),
        Column("people", "期间发放（人数）", AsRead("people"), width=14),
        Column("yuan", "期间发放（元）", AsRead("yuan"), width=14),
        Column("waiting", "现待审核（人次）", AsRead("waiting"), width=14),
        Column("due", "现待发放（元）", AsRead("due"), width=14),
    )

    def everything(self, user, query):
        """Unions in reach that have claims."""
        return with_sums(Union.objects.within_reach(user, self.permission), period_of(query))


def period_of(query: QueryDict) -> Period:
    """The year and its part that a query string names; this year where it names none that can be read."""
    year, part = query.get("year", ""), query.get("part", "")
    year = year if re.fullmatch("20[0-9]{2}", year) else str(timezone.localdate().year)
    known = re.fullmatch("Q[1-4]|0[1-9]|1[0-2]", part)
    return Period.parse(f"{year}-{part}" if known else year)


def claims_of(user):
    """Claims in the user's reach with certificate, person and union."""
    rows = SubsidyClaim.objects.visible_to(user).select_related("certificate__worker", "union")
    return rows.defer("certificate__worker__phone", "certificate__worker__phone_index")


def _deadline(row) -> str:
    return "不限" if row.is_limited else "未设定"
