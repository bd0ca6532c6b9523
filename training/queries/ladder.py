"""The ladder of a person: the rung now, the next one, what is missing, and which open classes and contests lead there.

Only what stands as data is told: the order of the rungs, certificates, classes and contests (those of the app beside this
one, ``settings.LEVEL_CONTESTS``). How many years a rung asks for is not known here, and is not guessed.
"""

import datetime as dt
import itertools
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, CharField, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When
from django.utils.module_loading import import_string

from training.models import LEVELS, Certificate, Enrolment, TrainingClass
from workers.querysets import HIGH_SKILL

NEXT = dict(itertools.pairwise(LEVELS))
APPOINTED = ("L7", "L8")  # firms appoint after appraisal, there is no examination (domain facts 7)


@dataclass(frozen=True)
class Rung:
    """One trade of a person. ``level`` and ``next_level`` are codes, empty where there is none; ``missing`` are
    sentences; ``classes`` are open ones of the same trade and the next level, with ``is_enrolled``; ``events`` are
    those of contests that take entries and aim at that level."""

    trade: str
    level: str
    next_level: str
    missing: list[str]
    classes: list[TrainingClass]
    events: list

    @property
    def enters_high_skill(self) -> bool:
        """The next rung makes a 高技能人才 of the person."""
        return enters_high_skill(self.level, self.next_level)


def enters_high_skill(level: str, next_level: str) -> bool:
    """Whether the step leads from below grade three (高级工) to it."""
    return next_level in HIGH_SKILL and level not in HIGH_SKILL


def ladder_of(worker, certificates, user, *, today: dt.date, names: dict) -> list[Rung]:
    """A rung per trade of the person's certificates, by trade; ``certificates`` are all that are recorded. Without
    any certificate of a trade the one of the present job is taken. ``names`` are those of the levels."""
    trades: dict[str, list[Certificate]] = {}
    for certificate in certificates:
        if certificate.level:
            trades.setdefault(certificate.trade, []).append(certificate)
    if not trades:
        job = worker.employments.filter(end=None).exclude(occupation="").first()
        trades = {job.occupation: []} if job else {}
    valid = set(
        Certificate.objects.valid_on(today)
        .filter(worker=worker)
        .exclude(level="")
        .values_list("pk", flat=True)
    )
    offered = list(open_classes(user, worker).filter(trade__in=trades)) if trades else []
    contests = import_string(settings.LEVEL_CONTESTS)(worker, trades, user) if trades else []
    rungs = []
    for trade, rows in sorted(trades.items()):
        level = max((row.level for row in rows if row.pk in valid), default="")
        following = NEXT.get(level, "") if level else LEVELS[0]
        missing = _missing(rows, trade, level, following, valid, today, names)
        classes = [one for one in offered if one.trade == trade and one.level == following]
        events = [one for one in contests if one.trade == trade and one.aims_at == following]
        rungs.append(Rung(trade, level, following, missing, classes, events))
    return rungs


def open_classes(user, worker):
    """Classes that take enrolments, that the user may see and that take people of the person's union: its own, and
    those of unions above it. ``is_enrolled`` says whether the person has a place or waits for one."""
    above = [int(key) for key in worker.union.path.split("/")[:-1]]
    taken = Enrolment.objects.standing().filter(training_class=OuterRef("pk"), worker=worker)
    rows = TrainingClass.objects.offered_to(user).filter(state=TrainingClass.State.OPEN, union__in=above)
    return rows.annotate(is_enrolled=Exists(taken)).order_by("starts_on", "pk")


def one_step_below(certificates, user, day: dt.date):
    """Those of the certificates from which an open class leads one rung up: valid on the day, the highest of the
    person in the trade, and a class of that trade and the next level takes people of the person's union. Annotates
    ``next_level``."""
    following = Case(
        *(When(level=level, then=Value(above)) for level, above in NEXT.items()), output_field=CharField()
    )
    higher = Certificate.objects.valid_on(day).filter(
        worker=OuterRef("worker"), trade=OuterRef("trade"), level__gt=OuterRef("level")
    )
    newer = Certificate.objects.valid_on(day).filter(
        Q(issued_on__gt=OuterRef("issued_on")) | Q(issued_on=OuterRef("issued_on"), pk__gt=OuterRef("pk")),
        worker=OuterRef("worker"),
        trade=OuterRef("trade"),
        level=OuterRef("level"),
    )
    found = certificates.filter(pk__in=Certificate.objects.valid_on(day).values("pk"), level__in=NEXT)
    found = found.annotate(next_level=following).filter(Exists(leading_classes(user)))
    return found.exclude(Exists(higher)).exclude(Exists(newer))


def leading_classes(user):
    """The open classes that lead a certificate (the outer query, with ``next_level``) one rung up, the first first."""
    place = ExpressionWrapper(OuterRef("worker__union__path"), output_field=CharField())
    rows = TrainingClass.objects.offered_to(user).filter(
        state=TrainingClass.State.OPEN, trade=OuterRef("trade"), level=OuterRef("next_level")
    )
    rows = rows.annotate(reached=place).filter(reached__startswith=F("union__path"))
    return rows.order_by("starts_on", "pk")


def _missing(rows, trade, level, following, valid, today, names) -> list[str]:
    if not following:
        return []
    name = names.get(following, following)
    found = [_stuck(row, today, names) for row in rows if row.level > level and row.pk not in valid]
    found = [text for text in found if text]
    if following in APPOINTED:
        return [*found, f"{name}由企业评价后聘任，聘任后登记证书"]
    if level:
        return [*found, f"{trade}{name}证书"]
    return [*found, f"还没有有效的{trade}等级证书，从{name}起登记"]


def _stuck(row: Certificate, today: dt.date, names: dict) -> str:
    """Why a higher certificate that is recorded does not count."""
    name = names.get(row.level, row.level)
    if row.state == Certificate.State.ENTERED:
        return f"已登记的{name}证书待镇总工会核验"
    if row.state == Certificate.State.VERIFIED and row.valid_until and row.valid_until < today:
        return f"{name}证书已于 {row.valid_until} 到期，换证后重新登记"
    if row.state == Certificate.State.REVOKED:
        return f"{name}证书已于 {row.revoked_on} 失效"
    return f"{name}证书未予认定，请按核验说明更正" if row.state == Certificate.State.REFUSED else ""
