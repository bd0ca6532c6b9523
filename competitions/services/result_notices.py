"""Word to the unions that entered when an event's results come out, and that an officer has seen it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Event, ResultNotice, ResultNoticeReceipt


def tell_unions(event: Event) -> int:
    """Make the notices of the event's phase, preliminary or final, for each union with a result that has none yet;
    returns how many unions have one. The caller holds the event."""
    is_preliminary = event.phase == Event.Phase.PRELIMINARY
    unions = event.results.order_by().values_list("entry__union", flat=True).distinct()
    ResultNotice.objects.bulk_create(
        [
            ResultNotice(
                event=event,
                union_id=union,
                step=event.phase,
                objections_until=event.objections_until if is_preliminary else None,
                made_on=timezone.localdate(),
            )
            for union in sorted(unions)
        ],
        ignore_conflicts=True,
    )
    return event.result_notices.filter(step=event.phase).count()


@transaction.atomic
def see_result_notice(*, notice: ResultNotice, by: User) -> ResultNotice:
    """The officer has seen it; again changes nothing. Raises PermissionDenied for a notice to others."""
    if not ResultNotice.objects.addressed_to(by).filter(pk=notice.pk).exists():
        raise PermissionDenied
    _, is_new = ResultNoticeReceipt.objects.get_or_create(notice=notice, user=by)
    if is_new:
        audit.record(by, "competitions.result_notice_see", notice, union_id=notice.union_id)
    return notice
