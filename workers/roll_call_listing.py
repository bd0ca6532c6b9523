"""季度点名 as a list: which unions have called the roll in a quarter."""

from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing, to_the_minute
from workers import roll_calls
from workers.models import RollCall
from workers.roll_call_filters import RollCallFilter


def state_of(call: RollCall | None) -> str:
    """Where a roll call stands, in words."""
    if call is None:
        return "未开始"
    return "已完成" if call.completed_at else "进行中"


def _call(union) -> RollCall | None:
    return next(iter(union.called), None)


def _result(field: str):
    """A column's value: what the roll call found, once it is complete."""

    def value(union, names):
        call = _call(union)
        return getattr(call, field) if call and call.completed_at else None

    return value


def _completed(union, names) -> str:
    call = _call(union)
    return to_the_minute(call.completed_at) if call else ""


class RollCallListing(FilterListing):
    """季度点名."""

    name = "roll_calls"
    title = "季度点名"
    url_name = "workers:roll_call_list"
    permission = Permission.VIEW_ROLL
    parameters = tuple(RollCallFilter.Meta.fields)
    filter_class = RollCallFilter
    order = ("path", "pk")
    columns = (
        Column("union", "工会", AsRead("name"), width=34),
        Column("state", "点名", lambda union, names: state_of(_call(union))),
        Column("completed_at", "完成时间", _completed, width=18),
        Column("members", "现有在籍会员", AsRead("on_roll")),
        Column("confirmed", "确认在册", _result("confirmed")),
        Column("missing", "未确认", _result("missing")),
    )

    def everything(self, user, query):
        """Unions in reach that call a roll."""
        return roll_calls.unions_to_call(user)

    def ordered(self, asked):
        """With the roll call of the quarter."""
        return roll_calls.with_roll_calls(super().ordered(asked), asked.quarter_shown)
