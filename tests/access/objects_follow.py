"""A finished event of ``union`` that the worker won: the award and one revoked before it, a bonus paid with its scan, a
rule, and a prize that can still be changed."""

from django.core.files.base import ContentFile
from django.utils import timezone

from competitions import services
from competitions.models import Event
from tests.factories.contests import (
    AwardFactory,
    ContestFactory,
    EntitlementFactory,
    EntrantFactory,
    EventFactory,
    PrizeFactory,
)


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    officer, today = cast["users"]["officer"], timezone.localdate()
    contest = ContestFactory(
        union=cast["union"], title="甲厂技能比武", starts_on=today, ends_on=today, state="running"
    )
    event = EventFactory(contest=contest, title="甲厂电工比武")
    entrant = EntrantFactory(
        entry__event=event, entry__union=cast["union"], entry__state="admitted", worker=cast["worker"]
    )
    wrong = AwardFactory(entry=entrant.entry, awarded_on=today)
    services.revoke_award(award=wrong, reason="奖项登记有误", by=cast["users"]["clerk"])
    AwardFactory(entry=entrant.entry, awarded_on=today)
    promise = services.promise(entrant=entrant, gain="bonus", amount=500, by=officer)
    scan = ContentFile(b"\x89PNG\r\n\x1a\n", name="scan.png")
    promise = services.deliver_document(
        promise=promise,
        version="1",
        document_number="甲厂发〔2026〕1号",
        delivered_on=today,
        delivered_amount=500,
        file=scan,
        by=officer,
    )
    return {
        "final_event": event.pk,
        "awarded": entrant.pk,
        "revoked_award": wrong.pk,
        "promise": promise.pk,
        "promise_paper": promise.papers.get().pk,
        "entitlement": EntitlementFactory(source="甲试验办法").pk,
        "prize": PrizeFactory(event=Event.objects.exclude(pk=event.pk).earliest("pk")).pk,
    }
