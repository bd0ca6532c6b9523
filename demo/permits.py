"""Permits for special work of the demo town: those whose trade needs one, some about to run out, a few overdue."""

import datetime as dt

from accounts.models import User
from demo.roll import BATCH, Roll
from training.models import Permit, PermitReview
from training.rules.permit_clock import ClockRules
from training.rules.permits import number_columns
from workers.models import Standing

CARDS = {"电工": ("01", "低压电工作业"), "焊工": ("02", "熔化焊接与热切割作业")}
ISSUER = "演示市应急管理局"
# Days since the issue, in turn: fresh, reviewed, due within 90, 60 and 30 days, unreviewed, expired.
AGES = (200, 1400, 1010, 1045, 1075, 1130, 900, 2000, 2160, 2230)
UNREVIEWED, REVIEWED_AFTER = 1130, 1060


def fill_permits(roll: Roll, *, by: User, today: dt.date) -> int:
    """A card for most electricians and welders, by place and not by chance; returns how many."""
    rules, cards, reviews = ClockRules(), [], []
    documents = {document.worker_id: document.number for document in roll.documents}
    holders = [
        (job.worker, CARDS[job.occupation])
        for job in roll.employments
        if job.end is None and job.occupation in CARDS and job.worker.standing == Standing.MEMBER
    ]
    for place, (worker, (category, item)) in enumerate(holders):
        if place % 6 == 5:
            continue  # the union has not entered this one yet
        age = AGES[place % len(AGES)]
        issued_on = today - dt.timedelta(days=age + place // len(AGES) % 17)
        rule = rules.on(issued_on)
        valid_until = rule.end_of(issued_on)
        first = rule.next_due(issued_on, valid_until, long_service=False)
        permit = Permit(
            worker=worker, category=category, item=item, issuer=ISSUER, issued_on=issued_on, entered_by=by,
            valid_until=valid_until, first_due=first, due_on=first, **number_columns(f"T{documents[worker.pk]}"),
        )  # fmt: skip
        reviewed = issued_on + dt.timedelta(days=REVIEWED_AFTER)
        if reviewed < today and age != UNREVIEWED:
            permit.due_on = rule.next_due(issued_on, valid_until, long_service=False, reviewed=[reviewed])
            reviews.append(
                PermitReview(
                    permit=permit, on=reviewed, passed=True, hours=8, next_due=permit.due_on, entered_by=by
                )
            )
        cards.append(permit)
    Permit.objects.bulk_create(cards, BATCH)
    for review in reviews:
        review.permit_id = review.permit.pk
    PermitReview.objects.bulk_create(reviews, BATCH)
    return len(cards)
