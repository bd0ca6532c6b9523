"""Reads over awards and promises: who has what, what a page of an event shows, and what proves a level."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, Count, Q, When
from django.utils.module_loading import import_string

from competitions.models import Award, Contest, Entrant, Event, Gain, Honour, Prize, Promise, Result
from competitions.rules.follow import has_lapsed
from competitions.rules.prizes import prize_of_rank
from core import codes
from core.access import Permission

OVERDUE, UNDECIDED, SETTLED = "overdue", "undecided", "settled"
STANDINGS = [
    (OVERDUE, "超期未兑现"),
    *Promise.State.choices,
    (UNDECIDED, "获奖已撤销，待处理"),
    (SETTLED, "获奖已撤销，已处理"),
]
TONES = {
    "overdue": "danger",
    "promised": "warning",
    "delivered": "success",
    "waived": "neutral",
    "undecided": "danger",
    "settled": "neutral",
}
LAPSED = Q(lapsed_on__isnull=False, revived_on=None)  # the award behind it stands revoked


def awarded(user):
    """People with an award that was not revoked in entries in reach, with all that stands on their papers."""
    rows = Entrant.objects.visible_to(user).competing().exclude(entry__award=None)
    rows = rows.filter(worker__anonymised_on=None)
    return with_award(rows)


def with_award(rows):
    """The entrants with award, contest, union and person; without phones."""
    rows = rows.select_related(
        "worker__employer", "entry__union", "entry__award__prize", "entry__result", "event__contest__union"
    )
    return rows.defer("worker__phone", "worker__phone_index")


@dataclass(frozen=True)
class PrizeLine:
    """A prize with how many of the entries ranked get it; more than its places when the last one is shared."""

    prize: Prize
    gets: int

    @property
    def beyond(self) -> int:
        """How many more than places, because a place is shared."""
        return max(self.gets - self.prize.places, 0)


def prize_lines(event: Event) -> list[PrizeLine]:
    """The prizes in their order with what the ranks come to; two queries."""
    prizes = list(event.prizes.all())
    ranks = event.results.filter(standing=Result.Standing.RANKED).values_list("rank", flat=True)
    found = [prize for rank in ranks if (prize := prize_of_rank(prizes, rank))]
    return [PrizeLine(prize, found.count(prize)) for prize in prizes]


def winners(event: Event):
    """The people of the entries that have a rank and whose award does not stand revoked, with person, union, entry and
    result, by rank; without phones."""
    rows = Entrant.objects.competing().filter(
        event=event, entry__result__standing=Result.Standing.RANKED, worker__anonymised_on=None
    )
    rows = rows.exclude(entry__in=stripped())
    rows = rows.select_related("entry__result", "entry__union", "worker")
    return rows.defer("worker__phone", "worker__phone_index").order_by("entry__result__rank", "pk")


def events_to_promise(user):
    """Final events with a ranked person whom the user keeps, the newest contest first: also of contests that the user
    does not see, because they belong to a union above and are not open to those below."""
    kept = Entrant.objects.editable_by(user).competing().filter(worker__anonymised_on=None)
    kept = kept.filter(entry__result__standing=Result.Standing.RANKED).exclude(entry__in=stripped())
    rows = Event.objects.filter(phase=Event.Phase.FINAL, pk__in=kept.order_by().values("event"))
    return rows.select_related("contest").order_by("-contest__starts_on", "pk")


def stripped():
    """Keys of the entries whose award was revoked and that got none in its place."""
    return Award.objects.revoked().filter(revoked_from__award=None).order_by().values("revoked_from")


def promises_of(user):
    """Promises in reach about people who were not forgotten, with all that a list or page says of them."""
    rows = Promise.objects.visible_to(user).filter(entrant__worker__anonymised_on=None)
    rows = rows.select_related("entrant__worker__employer", "union", "event__contest")
    return rows.defer("entrant__worker__phone", "entrant__worker__phone_index")


def in_standing(rows, standing: str, day: dt.date):
    """Those of one of STANDINGS; 待兑现 takes the overdue ones in."""
    delivered = Promise.State.DELIVERED
    if standing == OVERDUE:
        return rows.overdue(day)
    if standing in (UNDECIDED, SETTLED):
        rows = rows.filter(LAPSED, state=delivered)
        return rows.filter(settled="") if standing == UNDECIDED else rows.exclude(settled="")
    return rows.filter(~LAPSED, state=delivered) if standing == delivered else rows.filter(state=standing)


def standing(row: Promise, day: dt.date) -> str:
    """The key of STANDINGS that says most of a promise on the day; a row of the list tells its fields alone."""
    if row.state == Promise.State.PROMISED and row.due_on and row.due_on < day:
        return OVERDUE
    if row.state == Promise.State.DELIVERED and has_lapsed(row):
        return SETTLED if row.settled else UNDECIDED
    return row.state


@dataclass(frozen=True)
class Names:
    """Names of honours and levels, loaded once."""

    honours: dict[str, str]
    levels: dict[str, str]

    @classmethod
    def load(cls) -> "Names":
        """From the code tables; two queries."""
        return cls(codes.names("honour_type"), codes.names("skill_level"))

    def of(self, row) -> str:
        """What a rule or a promise gives, in words."""
        if row.gain == Gain.HONOUR:
            said = self.honours.get(row.honour_type, row.honour_type)
        elif row.gain == Gain.SKILL:
            said = f"{self.levels.get(row.level, row.level)}以上证书"
        elif row.gain == Gain.BONUS:
            said = f"{row.amount} 元"
        else:
            return row.detail
        return f"{said}（{row.detail}）" if row.detail else said


def sums_of(rows, day: dt.date) -> dict[str, int]:
    """How many of these promises there are by standing, the overdue ones apart within the open ones; ``made`` is all
    but the waived ones and those whose award stands revoked (``undecided`` of these wait for a decision)."""
    late = Q(state="promised", due_on__lt=day)
    return rows.aggregate(
        made=Count("pk", filter=~Q(state="waived") & ~LAPSED),
        delivered=Count("pk", filter=Q(state="delivered") & ~LAPSED),
        undecided=Count("pk", filter=LAPSED & Q(state="delivered", settled="")),
        promised=Count("pk", filter=Q(state="promised")),
        waived=Count("pk", filter=Q(state="waived")),
        overdue=Count("pk", filter=late),
    )


def proofs_for(row: Promise):
    """Verified certificates of the person that keep this promise of a level, the first one first."""
    proofs = import_string(settings.LEVEL_PROOFS)()
    return proofs.filter(
        worker=row.entrant.worker_id, level__gte=row.level, issued_on__gte=row.event.contest.ends_on
    )


def honours_for(row: Promise):
    """Verified honours of the person, with a document's number, that keep this promise of an honour."""
    ended_on = row.event.contest.ends_on
    found = Honour.objects.filter(worker=row.entrant.worker_id, state=Honour.State.VERIFIED)
    found = found.filter(type=row.honour_type, awarded_on__gte=ended_on).exclude(document_number="")
    return found.order_by("awarded_on", "pk")


def proof_of(row: Promise):
    """The certificate or honour that keeps a promise; None when there is none, or it is not verified any more."""
    if row.honour_id is not None:
        return Honour.objects.filter(pk=row.honour_id, state=Honour.State.VERIFIED).first()
    if row.certificate is None:
        return None
    return (
        import_string(settings.LEVEL_PROOFS)()
        .filter(pk=row.certificate, worker=row.entrant.worker_id)
        .first()
    )


def promises_of_event(event: Event, user):
    """The promises of the event in reach, by rank."""
    rows = promises_of(user).filter(event=event).select_related("entrant__entry__result")
    order = Case(*(When(gain=gain, then=place) for place, gain in enumerate(Gain.values)))
    return rows.order_by("entrant__entry__result__rank", "entrant", order, "pk")


def panel_of(event: Event, user, *, keeps: bool, day: dt.date) -> dict:
    """What the page of an event shows of prizes and promises: the prizes with what the ranks come to, how many were
    given, and the promises in reach, painted; ``keeps``: the user keeps the contest."""
    final = event.phase == Event.Phase.FINAL
    names, words = Names.load() if final else None, dict(STANDINGS)
    promises = list(promises_of_event(event, user)) if final else []
    for row in promises:
        found = standing(row, day)
        row.said, row.tone, row.standing_text = names.of(row), TONES[found], words[found]
    return {
        "lines": prize_lines(event),
        "given": event.awards.exists(),
        "standing_awards": event.awards.standing().count(),
        "promises": promises,
        "keeps": keeps,
        "can_change": keeps and not final and event.contest.state != Contest.State.CANCELLED,
        "can_promise": final and user.has_perm(Permission.EDIT_CONTESTS),
    }
