"""待办会籍 as lists: the rows of each tab of the page, and what a file says of them."""

from core.access import Permission
from core.errors import RuleError
from core.listing import Column, Listing
from core.text import mask_name
from unions.models import Union
from workers import matters, queries
from workers.forms.matters import MatterFilter
from workers.models import Change, Proposal, Transfer, Worker
from workers.templatetags.roll import masked_number

TABLES = ("membership_change_reason",)


def _person(row):
    return row if isinstance(row, Worker) else row.worker


def _name(row, names) -> str:
    """In full only for those who may open the record."""
    name = _person(row).name
    return mask_name(name) if _is_transfer(row) and not row.opens else name


def _number(row, names) -> str:
    return (
        masked_number(row.worker.current_documents[0], 4)
        if _is_transfer(row) and row.worker.current_documents
        else ""
    )


def _is_transfer(row) -> bool:
    return isinstance(row, Transfer)


def _union(row, names) -> str:
    return (row.origin if _is_transfer(row) else row.union).name


def _destination(row, names) -> str:
    if _is_transfer(row):
        return row.destination.name
    covering = getattr(row.employer, "covering", None) if isinstance(row, Worker) and row.employer else None
    return covering[0].union.name if covering else ""


def _employer(row, names) -> str:
    firm = None if _is_transfer(row) else _person(row).employer
    return firm.name if firm else ""


def _source(row, names) -> str:
    return row.get_source_display() if isinstance(row, Proposal) else "会籍接转" if _is_transfer(row) else ""


def _change(row, names) -> str:
    return Change(row.change).label if isinstance(row, Proposal) and row.change else ""


def _reason(row, names) -> str:
    return names["membership_change_reason"].get(getattr(row, "reason", ""), "")


def _day(row, names):
    return None if isinstance(row, Worker) else row.on


def _since(row, names):
    return row.member_since if isinstance(row, Worker) else None


def _confirmed(row, names):
    return row.confirmed_on if isinstance(row, Worker) else None


def _side(field: str):
    def value(row, names) -> str:
        if not _is_transfer(row):
            return ""
        return "已确认" if getattr(row, field) else "待确认"

    return value


def _by(row, names) -> str:
    if isinstance(row, Worker):
        return ""
    return str(row.requested_by if _is_transfer(row) else row.created_by)


class MatterListing(Listing):
    """One tab of 待办会籍."""

    name = "matters"
    title = "待办会籍"
    url_name = "workers:matter_list"
    permission = Permission.EDIT_ROLL
    parameters = ("kind", "union")
    holds_people = True
    columns = (
        Column("name", "姓名", _name, personal=True),
        Column("number", "证件号码", _number, width=22, number_text=True, personal=True),
        Column("union", "工会（转出工会）", _union, width=34),
        Column("destination", "转入工会（单位所属工会）", _destination, width=34),
        Column("employer", "工作单位", _employer, width=34),
        Column("source", "来源", _source),
        Column("change", "拟办变化", _change),
        Column("reason", "原因", _reason, width=22),
        Column("on", "日期", _day),
        Column("member_since", "入会日期", _since),
        Column("confirmed_on", "最近确认在册", _confirmed),
        Column("released", "转出确认", _side("released_at")),
        Column("accepted", "转入接收", _side("accepted_at")),
        Column("note", "说明", lambda row, names: getattr(row, "note", "") or "", width=30),
        Column("by", "提出人", _by),
    )

    def filtered(self, user, query):
        """As the tab of the page shows them."""
        kind, union = self.asked(user, query)
        return matters.rows_of(kind, user, union)

    def in_words(self, user, query):
        """The tab and the union."""
        kind, union = self.asked(user, query)
        return [("种类", kind.title), *([("工会（含下级）", union.name)] if union else [])]

    def asked(self, user, query) -> tuple[matters.Kind, Union | None]:
        """The tab and the union that the query string names. Raises RuleError for a union out of reach."""
        form = MatterFilter(query, unions=matters.unions_of(user))
        if not form.is_valid():
            raise RuleError("筛选条件有误，请回到待办会籍重新查询。", code="bad_filter")
        return matters.kind_called(query.get("kind")), form.cleaned_data["union"]

    def names(self):
        """Names of the reasons."""
        return queries.code_names(*TABLES)
