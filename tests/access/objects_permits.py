"""A permit of the worker of ``union``, reviewed once."""

import datetime as dt

from django.utils import timezone

from training.services import permits
from training.services.permit_notices import remind


def make(cast) -> dict[str, int]:
    """``permit`` and its ``review``; its number holds the worker's own."""
    officer, worker = cast["users"]["officer"], cast["worker"]
    today = timezone.localdate()
    permit = permits.enter_permit(
        worker=worker,
        by=officer,
        category="01",
        item="低压电工作业",
        number=f"T{worker.documents.get().number}",
        issuer="试验市应急管理局",
        issued_on=today - dt.timedelta(days=4 * 365),
    )
    review = permits.review_permit(
        permit=permit, on=today - dt.timedelta(days=360), passed=True, hours=8, by=officer
    )
    remind(today + dt.timedelta(days=700))
    return {"permit": permit.pk, "review": review.pk}
