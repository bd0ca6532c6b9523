"""Permits for special work: entering, correcting, reviewing, revoking. The clock is wound by each of them."""

import datetime as dt
from collections.abc import Iterable
from copy import copy
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.codes import legal_number, refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from training.models import Permit, PermitReview
from training.rules.permit_clock import ClockRule, ClockRules
from training.rules.permits import (
    CLEANERS,
    TABLES,
    dated,
    number_columns,
    refuse_other_person,
    refuse_review_day,
)
from training.services.proofs import locked_worker, save_new
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.models import Worker
from workers.rules import stated_reason

FACTS = ("category", "item", "number", "issuer", "issued_on", "valid_until", "long_service")
CLOSED = "这张证{state}，不能再{what}"
NO_NUMBER = "请填写操作证号"
BATCH = 1000
CHAIN = """
UPDATE training_permit p
SET state = CASE WHEN n.next IS NULL THEN 'active' ELSE 'replaced' END, ended_on = n.next
FROM (
    SELECT id, lead(issued_on) OVER (PARTITION BY worker_id, category, item ORDER BY issued_on, id) AS next
    FROM training_permit WHERE state <> 'revoked' AND worker_id = ANY(%(workers)s)
) n
WHERE p.id = n.id AND p.ended_on IS DISTINCT FROM n.next
"""


@transaction.atomic
def enter_permit(*, worker: Worker, by: User, **facts) -> Permit:
    """Record a card of a person: FACTS, of which category, number and issued_on are needed; without
    ``valid_until`` the years of the law count. An older card of the same category and item is then replaced.

    Raises RuleError by field.
    """
    worker = locked_worker(worker.pk, by)
    facts = cleaned(facts, CLEANERS)
    refuse_unusable(facts, TABLES)
    if not facts.get("number"):
        raise RuleError({"number": NO_NUMBER})
    permit = Permit(worker=worker, entered_by=by)
    _fill(permit, facts, ClockRules())
    permit.full_clean(exclude=["number"])
    save_new(permit, exclude=["number"])
    chain(worker.pk)
    permit.refresh_from_db()
    require_editable(permit, by)
    about = {"category": permit.category, "issued_on": str(permit.issued_on), "worker": worker.pk}
    audit.record(by, "training.permit_enter", permit, union_id=worker.union_id, **about)
    return permit


@transaction.atomic
def edit_permit(*, permit: Permit, version: str, by: User, **facts) -> Permit:
    """Correct the facts of a card in use; a missing key leaves its fact alone, a blank number the stored one.

    Raises RuleError by field, ``stale`` when somebody was faster.
    """
    worker, permit = _locked(permit.pk, by)
    check_version(permit, version)
    _refuse_closed(permit, "修改")
    before = copy(permit)
    facts = cleaned(facts, CLEANERS)
    if not facts.get("number"):
        facts.pop("number", None)
    refuse_unusable(facts, TABLES, stored=before)
    _fill(permit, facts, ClockRules())
    _refuse_stray_reviews(permit)
    permit.full_clean(exclude=["number"])
    changes = audit.differences(before, permit, [name for name in FACTS if name in facts])
    if not changes:
        return permit
    _save(permit)
    chain(worker.pk)
    permit.refresh_from_db()
    require_editable(permit, by)
    audit.record(by, "training.permit_edit", permit, union_id=worker.union_id, changes=changes)
    return permit


@transaction.atomic
def review_permit(
    *, permit: Permit, on: dt.date, passed: bool, by: User, hours: Decimal | None = None, note: str = ""
) -> PermitReview:
    """Record a review; a passed one moves the clock. Raises RuleError by field."""
    worker, permit = _locked(permit.pk, by)
    _refuse_closed(permit, "登记复审")
    facts = cleaned({"note": note}, {"note": CLEANERS["issuer"]})
    rule = _rule_of(permit)
    refuse_review_day(
        on, issued_on=permit.issued_on, valid_until=permit.valid_until, first=permit.first_due, rule=rule
    )
    least = legal_number("permit.review_hours", on=on)
    if passed and hours is not None and hours < least:
        text = f"复审前的安全培训应不少于 {least.normalize():f} 学时，现填 {hours.normalize():f}。请核对学时；没有学满的不能登记为合格。"
        raise RuleError({"hours": text})
    review = PermitReview(
        permit=permit, on=on, passed=passed, hours=hours, entered_by=by, next_due=permit.first_due, **facts
    )
    review.full_clean()
    review.save()
    _wind(permit, rule)
    _save(permit)
    review.refresh_from_db()
    require_editable(permit, by)
    about = {"on": str(on), "passed": passed, "next_due": str(permit.due_on)}
    audit.record(by, "training.permit_review", permit, union_id=worker.union_id, **about)
    return review


@transaction.atomic
def strike_review(*, review: PermitReview, note: str, by: User) -> Permit:
    """Take back a review that was recorded by mistake; the clock goes back. Raises RuleError without a reason."""
    worker, permit = _locked(review.permit_id, by)
    note = stated_reason(note, "note")
    _refuse_closed(permit, "删去复审")
    struck, _ = permit.reviews.filter(pk=review.pk).delete()
    if not struck:
        raise RuleError("这次复审已被他人删去，请刷新页面")
    _wind(permit, _rule_of(permit))
    _save(permit)
    require_editable(permit, by)
    audit.record(
        by, "training.permit_review_strike", permit, union_id=worker.union_id, on=str(review.on), note=note
    )
    return permit


@transaction.atomic
def revoke_permit(*, permit: Permit, version: str, on: dt.date, note: str, by: User) -> Permit:
    """End a card for good: lapsed, taken away, or entered by mistake (then ``on`` is the day of issue, and it never
    counts). Raises RuleError by field."""
    worker, permit = _locked(permit.pk, by)
    check_version(permit, version)
    _refuse_closed(permit, "注销")
    note = stated_reason(note, "note")
    if on > timezone.localdate():
        raise RuleError({"on": f"注销日期不能晚于今天，现填 {on}"})
    if on < permit.issued_on:
        raise RuleError({"on": f"注销日期不能早于发证日期 {permit.issued_on}"})
    permit.state, permit.ended_on, permit.end_note = Permit.State.REVOKED, on, note
    _save(permit)
    chain(worker.pk)
    require_editable(permit, by)
    audit.record(by, "training.permit_revoke", permit, union_id=worker.union_id, on=str(on), note=note)
    return permit


def chain(*worker_ids: int) -> None:
    """Let each card of these people run until the next one of its category and item was issued.

    The caller holds the people's rows. Revoked cards stand outside.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, {"workers": list(worker_ids)})


def rewind(permit_ids: Iterable[int]) -> None:
    """Wind the clocks of these cards anew, as their dates and reviews now are."""
    rules = ClockRules()
    cards = list(Permit.objects.filter(pk__in=permit_ids).defer("number").prefetch_related("reviews"))
    reviews = []
    for card in cards:
        reviews += wind(card, rules.on(card.issued_on), sorted(card.reviews.all(), key=lambda row: row.on))
    Permit.objects.bulk_update(cards, ["first_due", "due_on"], BATCH)
    PermitReview.objects.bulk_update(reviews, ["next_due"], BATCH)


def wind(permit: Permit, rule: ClockRule, reviews: list[PermitReview]) -> list[PermitReview]:
    """Set what is due first and next on the card, and after each of its reviews (in order of days); nothing is
    saved. Returns the reviews."""
    card = {"issued_on": permit.issued_on, "valid_until": permit.valid_until}
    card["long_service"] = permit.long_service
    permit.first_due = permit.due_on = rule.next_due(**card)
    passed: list[dt.date] = []
    for review in reviews:
        passed += [review.on] if review.passed else []
        review.next_due = permit.due_on = rule.next_due(**card, reviewed=passed)
    return reviews


def _fill(permit: Permit, facts: dict, rules: ClockRules) -> None:
    """Set the facts and wind the clock."""
    for name, value in facts.items():
        setattr(permit, name, value)
    if facts.get("number"):
        refuse_other_person(facts["number"], permit.worker)
        for name, value in number_columns(facts["number"]).items():
            setattr(permit, name, value)
    permit.valid_until, rule = dated(permit.issued_on, permit.valid_until, rules)
    _wind(permit, rule)


def _wind(permit: Permit, rule: ClockRule) -> None:
    """Wind the card and save what that says of its reviews."""
    reviews = list(permit.reviews.order_by("on", "pk")) if permit.pk else []
    PermitReview.objects.bulk_update(wind(permit, rule, reviews), ["next_due"])


def _refuse_stray_reviews(permit: Permit) -> None:
    """Raise RuleError when new dates leave a recorded review outside the life of the card."""
    strays = permit.reviews.exclude(on__gt=permit.issued_on, on__lte=permit.valid_until)
    if stray := strays.first():
        text = f"已登记 {stray.on} 的复审，不在这段有效期内。请核对日期，或先删去登记错的复审。"
        raise RuleError({"issued_on": text})


def _rule_of(permit: Permit) -> ClockRule:
    return dated(permit.issued_on, permit.valid_until, ClockRules())[1]


def _save(permit: Permit) -> None:
    permit.version += 1
    permit.save()


def _refuse_closed(permit: Permit, what: str) -> None:
    if permit.state != Permit.State.ACTIVE:
        raise RuleError(CLOSED.format(state=permit.get_state_display(), what=what))


def _locked(pk: int, by: User) -> tuple[Worker, Permit]:
    """The person first, then the card: the locking order of the house."""
    worker = locked_worker(Permit.objects.values_list("worker", flat=True).get(pk=pk), by)
    permit = Permit.objects.select_for_update().get(pk=pk)
    require_editable(permit, by)
    permit.worker = worker
    return worker, permit
