"""Reads over the open business of the roll: what waits for whom (待办会籍)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from core.access import Permission
from core.codes import legal_number
from unions.models import Coverage, Union
from workers.models import IdentityDocument, Proposal, RollCall, Standing, Transfer, Worker

DEEMED_MONTHS = "membership.deemed_months"
APPLICATION = Proposal.Source.APPLICATION


def unions_of(user):
    """The unions whose roll the user keeps."""
    return Union.objects.within_reach(user, Permission.EDIT_ROLL)


def keeps(user, *unions: Union) -> bool:
    """Whether the user keeps the rolls of all these unions."""
    keys = {union.pk for union in unions}
    return unions_of(user).filter(pk__in=keys).count() == len(keys)


def applications(user):
    """Applications (入会申请) that wait for the union committee."""
    return _proposals(user).filter(source=APPLICATION)


def findings(user):
    """Other proposed changes: people missed at a roll call or in a full list, and the like."""
    return _proposals(user).exclude(source=APPLICATION)


def incoming(user):
    """Pending transfers into the user's unions."""
    return _transfers(user, "destination")


def outgoing(user):
    """Pending transfers out of the user's unions."""
    return _transfers(user, "origin")


def candidates(user, on: dt.date | None = None):
    """Active members whom nobody has confirmed for the legal number of months, though their union completed a
    roll call within that time. Nobody is among them who was decided to stay in that time (视为自动退会)."""
    since = months_before(on or timezone.localdate(), deemed_months(on))
    called = RollCall.objects.filter(completed_at__date__gte=since).order_by().values_list("union", flat=True)
    kept = Proposal.objects.filter(
        worker=OuterRef("pk"), state=Proposal.State.REFUSED, decided_at__date__gte=since
    )
    unseen = Q(confirmed_on__lt=since) | Q(confirmed_on=None, member_since__lt=since)
    people = Worker.objects.editable_by(user).filter(unseen, standing=Standing.MEMBER)
    # The unions by key: a planner that knows them starts from their people, not from the newest of the town.
    people = people.filter(union__in=set(called)).exclude(Exists(kept))
    return _people(people).prefetch_related(open_proposals())


def returning(user, on: dt.date | None = None):
    """Members at holding unions whose present firm is covered by a union by now, and who are not on their way."""
    day = on or timezone.localdate()
    covered = Coverage.objects.on(day).filter(employer=OuterRef("employer")).exclude(union=OuterRef("union"))
    moving = Transfer.objects.pending().filter(worker=OuterRef("pk"))
    holding = set(Union.objects.filter(is_holding=True).order_by().values_list("pk", flat=True))
    people = Worker.objects.editable_by(user).filter(
        standing__in=[Standing.MEMBER, Standing.RETAINED], union__in=holding
    )
    coverages = Coverage.objects.on(day).select_related("union")
    return _people(people.filter(Exists(covered)).exclude(Exists(moving))).prefetch_related(
        Prefetch("employer__coverages", queryset=coverages, to_attr="covering")
    )


def deemed_months(on: dt.date | None = None) -> int:
    """Months without a sign after which a member may be listed as a candidate."""
    return int(legal_number(DEEMED_MONTHS, on=on or timezone.localdate()))


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


def open_proposals() -> Prefetch:
    """Sets ``open_proposals`` on people: at most one each."""
    return Prefetch("proposals", queryset=Proposal.objects.open(), to_attr="open_proposals")


def pending_transfers() -> Prefetch:
    """Sets ``pending_transfers`` on people: at most one each."""
    return Prefetch("transfers", queryset=Transfer.objects.pending(), to_attr="pending_transfers")


def waiting(user) -> tuple:
    """What waits for a decision of this user: applications, findings and transfers that the user's side has not
    confirmed."""
    unions = unions_of(user).values("pk")
    sides = Q(destination__in=unions, accepted_at=None) | Q(origin__in=unions, released_at=None)
    return Proposal.objects.editable_by(user).open(), Transfer.objects.pending().filter(sides)


WAITING_CAP = 99


@dataclass(frozen=True)
class Kind:
    """One list of the page 待办会籍; ``place`` is the field that its union filter asks."""

    code: str
    title: str
    rows: object
    place: str
    hint: str


KINDS = (
    Kind(
        "applications",
        "入会申请",
        applications,
        "union",
        "职工申请入会，由工会委员会批准；批准之日起有会籍。",
    ),
    Kind("findings", "拟办变化", findings, "union", "季度点名或完整名册中没有找到的会员，由工会核实后办理。"),
    Kind("incoming", "转入待接收", incoming, "destination", "其他工会转来的会员，接收或退回。"),
    Kind("outgoing", "转出中", outgoing, "origin", "已发起、对方尚未接收的接转。"),
    Kind("candidates", "长期失联", candidates, "union", ""),
    Kind("returning", "代管可转回", returning, "union", "会籍在代管工会、现工作单位已经建会的会员。"),
)


def kind_called(code: str | None) -> Kind:
    """The list of this code, else the first."""
    return next((kind for kind in KINDS if kind.code == code), KINDS[0])


def rows_of(kind: Kind, user, union: Union | None):
    """The rows of one list, of one union and those below it if it is given."""
    rows = kind.rows(user)
    if union is None:
        return rows
    return rows.filter(**{f"{kind.place}__in": Union.objects.within(union).values("pk")})


def _proposals(user):
    rows = Proposal.objects.editable_by(user).open().select_related("union", "worker__employer", "created_by")
    return rows.defer("worker__phone", "worker__phone_index").order_by("-pk")


def _transfers(user, side: str):
    documents = IdentityDocument.objects.filter(is_current=True).defer("number", "number_index")
    rows = Transfer.objects.pending().filter(**{f"{side}__in": unions_of(user).values("pk")})
    rows = rows.select_related("origin", "destination", "worker", "requested_by")
    current = Prefetch("worker__documents", queryset=documents, to_attr="current_documents")
    # The other side's people are named in full only for those who may open their records.
    rows = rows.annotate(opens=Exists(Worker.objects.visible_to(user).filter(pk=OuterRef("worker"))))
    return rows.defer("worker__phone", "worker__phone_index").prefetch_related(current).order_by("-pk")


def _people(queryset):
    return queryset.select_related("union", "employer").defer("phone", "phone_index").order_by("-pk")
