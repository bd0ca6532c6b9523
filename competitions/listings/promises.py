"""兑现跟踪 as a list: what was promised, what was given, and what is overdue."""

from django.utils import timezone

from competitions.filters.follow import PromiseFilter
from competitions.models import Gain
from competitions.queries.follow import STANDINGS, Names, promises_of, standing
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing

WORDS, GAINS = dict(STANDINGS), dict(Gain.choices)
SAID = ("gain", "honour_type", "level", "amount", "detail")


class PromiseListing(FilterListing):
    """兑现跟踪."""

    name = "promises"
    title = "兑现跟踪"
    url_name = "competitions:promise_list"
    permission = Permission.VIEW_CONTESTS
    parameters = tuple(PromiseFilter.Meta.fields)
    filter_class = PromiseFilter
    order = ("due_on", "pk")
    unsaid = ("find",)
    whole = "全部待兑现事项"
    holds_people = True
    numbers = ("delivered_amount",)
    columns = (
        Column("name", "姓名", AsRead("entrant__worker__name"), personal=True, reads=("entrant__worker__name",)),
        Column("gain", "待遇", lambda row, names: GAINS[row.gain], width=10, reads=("gain",)),
        Column("said", "内容", lambda row, names: names["said"].of(row), width=30, reads=SAID),
        Column("standing", "情况", lambda row, names: WORDS[standing(row, names["today"])], width=12,
               reads=("state", "due_on", "lapsed_on", "revived_on", "settled")),
        Column("due_on", "应兑现日期", AsRead("due_on"), reads=("due_on",)),
        Column("delivered_on", "兑现日期", AsRead("delivered_on"), reads=("delivered_on",)),
        Column("document_number", "文件号", AsRead("document_number"), width=18, reads=("document_number",)),
        Column("contest", "竞赛名称", AsRead("event__contest__title"), width=34, reads=("event__contest__title",)),
        Column("event", "比赛项目", AsRead("event__title"), width=16, shown=False, reads=("event__title",)),
        Column("union", "参赛工会", AsRead("union__name"), width=34, reads=("union__name",)),
        Column("employer", "工作单位", AsRead("entrant__worker__employer__name"), width=34, shown=False,
               reads=("entrant__worker__employer__name",)),
        Column("delivered_amount", "实发金额（元）", AsRead("delivered_amount"), shown=False,
               reads=("delivered_amount",)),
        Column("promised_on", "登记日期", AsRead("promised_on"), shown=False, reads=("promised_on",)),
        Column("source", "依据", lambda row, names: "奖励政策" if row.entitlement_id else "工会自行承诺", width=14,
               shown=False, reads=("entitlement_id",)),
        Column("waive_reason", "不再兑现的原因", AsRead("waive_reason"), width=24, shown=False,
               reads=("waive_reason",)),
    )  # fmt: skip

    def everything(self, user, query):
        """Promises in reach."""
        return promises_of(user)

    def names(self):
        """Today, from which overdue is told, and the names of honours and levels."""
        return {"today": timezone.localdate(), "said": Names.load()}
