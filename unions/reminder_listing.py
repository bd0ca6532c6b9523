"""届期提醒 as a list: what runs out, and how it stands with it."""

from django.utils import timezone

from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from unions import queries
from unions.filters import ReminderFilter
from unions.models import Union


def kind_asked(query) -> str:
    """The kind of things in a query string; terms of committees unless it names another."""
    kind = query.get("kind")
    return kind if kind in queries.KINDS else queries.TERM


def union_of(row) -> Union:
    """The union that must act on a row of ``queries.things_due``."""
    return row.union if row.kind == queries.POST else row


def told(row) -> str:
    """Which term, certificate or post it is; "" for what was never recorded."""
    if row.kind == queries.POST:
        return f"{row.user.name} · {row.get_role_display()}"
    if row.what is None:
        return ""
    return f"第 {row.what} 届" if row.kind == queries.TERM else row.what


def days_left(row, today) -> int | None:
    """Days until it runs out, negative once it has; None for what was never recorded."""
    return (row.due - today).days if row.due else None


def standing(row, today) -> str:
    """How much time is left, in words."""
    days = days_left(row, today)
    if days is None:
        return "尚未登记"
    if days == 0:
        return "今天到期"
    return f"逾期 {-days:,} 天" if days < 0 else f"还有 {days:,} 天"


class ReminderListing(FilterListing):
    """One kind of 届期提醒."""

    name = "reminders"
    title = "届期提醒"
    url_name = "unions:reminder_list"
    permission = Permission.VIEW_ORGANISATION
    parameters = ("kind", *ReminderFilter.base_filters)
    filter_class = ReminderFilter
    order = ("due", "pk")
    columns = (
        Column("name", "工会名称", lambda row, names: union_of(row).name, width=34),
        Column("org_type", "类型", lambda row, names: union_of(row).get_org_type_display(), width=26),
        Column("what", "届次、证书编号或任职", lambda row, names: told(row), width=30, number_text=True),
        Column("due", "到期日期", AsRead("due")),
        Column("standing", "情况", lambda row, names: standing(row, names["today"]), width=16),
    )

    def everything(self, user, query):
        """Things of the kind in the user's reach."""
        return queries.things_due(user, kind_asked(query))

    def in_words(self, user, query):
        """The kind, then each filter in use."""
        return [("种类", queries.KINDS[kind_asked(query)]), *super().in_words(user, query)]

    def names(self):
        """Today, from which the days are counted."""
        return {"today": timezone.localdate()}
