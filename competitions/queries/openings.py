"""Which contests lead to a rung of the skill ladder, for apps beside this one (settings.LEVEL_CONTESTS)."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from competitions.models import Contest, Event
from core.access import Permission
from workers.models import Worker


def events_that_lead(worker: Worker, trades: Iterable[str], user) -> list[Event]:
    """Events of these trades with a level they aim at that take entries today, that the user may see and that take
    people of the person's union: of that union and of those above it. The first contest first, with its contest.
    Nothing for a user without the right to see contests."""
    if not user.has_perm(Permission.VIEW_CONTESTS):
        return []
    today = timezone.localdate()
    above = [int(key) for key in worker.union.path.split("/")[:-1]]
    rows = Event.objects.visible_to(user).filter(
        Q(contest__entries_from=None) | Q(contest__entries_from__lte=today),
        Q(contest__entries_until=None) | Q(contest__entries_until__gte=today),
        contest__state=Contest.State.OPEN,
        contest__kind=Contest.Kind.SKILL,
        contest__union__in=above,
        trade__in=list(trades),
    )
    rows = rows.exclude(aims_at="").select_related("contest")
    return list(rows.order_by("contest__starts_on", "pk"))
