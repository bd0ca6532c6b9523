"""What officers see of a case on the conflict desk: a neutral card for each side, that tells nothing of the other.

A card of the claimant repeats what they themselves stated; a card of the holder names their own record. Union,
firm, officer and decision of the other side never enter a card, not even as an attribute of it.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import CharField, OuterRef, Q, Subquery, Value
from django.utils.dateparse import parse_date

from core.access import Permission
from unions.models import Union
from workers.models import Conflict, Worker
from workers.rules import ELSEWHERE

CLAIM, HELD = "claim", "held"
UNDER_REVIEW = "该人员的会籍归属正由镇总工会核实。"
DECISION = Conflict.Decision
OUTCOMES = {
    CLAIM: {
        DECISION.KEPT: "不予登记。",
        DECISION.TRANSFERRED: "可由贵工会办理：会籍已转入，记录见会员名册。",
        DECISION.SECOND_JOB: "已登记在贵工会单位的工作，会籍不变；贵工会不能打开其记录，请不要再次录入。",
        DECISION.WRONG_CLAIM: "请核对证件号码，更正后重新录入。",
        DECISION.WRONG_HOLDER: "可由贵工会办理：请重新录入。",
    },
    HELD: {
        DECISION.KEPT: "会籍维持不变。",
        DECISION.TRANSFERRED: "会籍已按镇总工会的决定转出。",
        DECISION.SECOND_JOB: "会籍维持不变，另登记了一份工作。",
        DECISION.WRONG_CLAIM: "会籍维持不变。",
        DECISION.WRONG_HOLDER: "请核对证件号码，由镇总工会协助更正。",
    },
}


@dataclass(frozen=True)
class Card:
    """One side's view of a case. ``worker`` is the viewer's own record, when there is one to open."""

    role: str
    name: str
    stated_on: dt.date | None
    at: dt.datetime
    worker: int | None
    text: str
    is_open: bool
    outcome: str

    @property
    def state(self) -> str:
        """Open or done, in words."""
        return "核实中" if self.is_open else "已处理"


def cases_of(user):
    """Cases in which a union of the user's takes either part, newest first."""
    own = Union.objects.within_reach(user, Permission.VIEW_ROLL).values("pk")
    rows = Conflict.objects.filter(Q(claimant__in=own) | Q(holder__in=own))
    return rows.defer("note").order_by("-pk")


def sides_of(cases, user):
    """A row for each side of these cases that the user keeps, in the order of ``cases_of``: a case with the ``side``
    and ``known``, the name on the record where it is the user's to open. Who is above both unions gets both."""
    own = Union.objects.within_reach(user, Permission.VIEW_ROLL).order_by().values("pk")
    names = Worker.objects.visible_to(user).filter(pk=OuterRef("worker")).values("name")
    cases, nobody = cases.order_by(), Value(None, CharField())
    claims = cases.filter(claimant__in=own).annotate(side=Value(CLAIM), known=nobody)
    held = cases.filter(holder__in=own).annotate(side=Value(HELD), known=Subquery(names))
    return claims.union(held, all=True).order_by("-id", "side")


def card_of(side: Conflict) -> Card:
    """The card of a row of ``sides_of``."""
    return _claim(side) if side.side == CLAIM else _held(side)


def open_case_of(worker: Worker) -> bool:
    """True while a case about this record is open; its page then says so."""
    return worker.conflicts.open().exists()


def _claim(case: Conflict) -> Card:
    return Card(
        CLAIM,
        case.claimed.get("name", ""),
        parse_date(case.claimed.get("on") or ""),
        case.created_at,
        None,
        ELSEWHERE,
        not case.decision,
        OUTCOMES[CLAIM].get(case.decision, ""),
    )


def _held(case: Conflict) -> Card:
    is_known = case.known is not None
    return Card(
        HELD,
        case.known if is_known else "（记录已不在本工会）",
        None,
        case.created_at,
        case.worker_id if is_known else None,
        UNDER_REVIEW,
        not case.decision,
        OUTCOMES[HELD].get(case.decision, ""),
    )
