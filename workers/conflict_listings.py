"""重复登记核实 as lists: the desk with both sides for those who settle, neutral cards for everybody else."""

from django.utils import timezone

from core.access import Permission
from core.listing import Column, Listing, filters_in_words, require_readable, to_the_minute
from workers import cards
from workers.forms.conflicts import ConflictFilterForm
from workers.models import Conflict


def state_of(case: Conflict) -> str:
    """The decision, or that there is none yet."""
    return case.get_decision_display() or "待决定"


def source_of(case: Conflict) -> str:
    """How the claim came in."""
    return "表格导入" if case.run_id else "页面登记"


class ConflictListing(Listing):
    """The desk."""

    name = "conflicts"
    title = "重复登记核实"
    url_name = "workers:conflict_list"
    permission = Permission.SETTLE_CONFLICTS
    parameters = ("state",)
    holds_people = True
    columns = (
        Column("name", "人员", lambda case, names: case.worker.name or "（记录已清除）"),
        Column("claimed_name", "申报姓名", lambda case, names: case.claimed_name),
        Column("claimant", "申报工会", lambda case, names: case.claimant.name, width=34),
        Column("holder", "现登记工会", lambda case, names: case.holder.name, width=34),
        Column("source", "来源", lambda case, names: source_of(case)),
        Column("at", "申报时间", lambda case, names: to_the_minute(case.created_at), width=18),
        Column("state", "状态", lambda case, names: state_of(case), width=26),
    )

    def cases(self, user, form: ConflictFilterForm):
        """The cases of the page, newest first."""
        cases = Conflict.objects.visible_to(user).select_related("worker", "holder", "claimant")
        return form.narrowed(cases.defer("worker__phone")).order_by("-pk")

    def filtered(self, user, query):
        """As the page shows them."""
        form = ConflictFilterForm(query)
        require_readable(form)
        return self.cases(user, form)

    def in_words(self, user, query):
        """The state."""
        return filters_in_words(ConflictFilterForm(query))


def _of_card(field: str):
    """A column's value: what the card of a side says."""
    return lambda side, names: getattr(cards.card_of(side), field)


class CardListing(ConflictListing):
    """The cards of a user's own sides: a file holds nothing but what stands on them."""

    name = "conflict_cards"
    permission = Permission.VIEW_ROLL
    columns = (
        Column("name", "人员", _of_card("name"), width=20),
        Column("text", "事项", _of_card("text"), width=44),
        Column("stated_on", "申报日期", _of_card("stated_on")),
        Column("at", "日期", lambda side, names: timezone.localdate(side.created_at)),
        Column("state", "状态", _of_card("state")),
        Column("outcome", "结果", _of_card("outcome"), width=44),
    )

    def cases(self, user, form):
        """The cases in which the user's unions take a part, newest first."""
        return form.narrowed(cards.cases_of(user))

    def filtered(self, user, query):
        """A row for every card of the page."""
        return cards.sides_of(super().filtered(user, query), user)
