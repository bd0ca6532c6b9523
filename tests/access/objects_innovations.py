"""A proposal of ``union`` by the worker with a paper, a picture and a form of consent; a method of it, and where it is
used."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from competitions import services
from tests.factories.innovations import PromotionFactory
from tests.training.pictures import jpeg, picture


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    officer = cast["users"]["officer"]
    proposal = services.enter_innovation(
        union=cast["union"],
        kind="proposal",
        by=officer,
        title="改进工装",
        content="加定位销",
        begun_on=dt.date(2026, 3, 1),
    )
    (contributor,) = services.add_contributors(
        innovation=proposal, workers=[cast["worker"].pk], role="lead", by=officer
    )
    scan = SimpleUploadedFile("a.jpg", jpeg())
    facts = {"given_on": dt.date(2026, 3, 1), "shows_name": True, "shows_pictures": True}
    consent = services.record_consent(contributor=contributor, file=scan, by=officer, **facts)
    paper = SimpleUploadedFile("b.jpg", jpeg())
    shown = services.add_innovation_picture(innovation=proposal, file=picture(), caption="工装", by=officer)
    promotion = PromotionFactory(
        innovation__union=cast["town"], union=cast["union"], confirmed_by=None, confirmed_at=None, effect=""
    )
    return {
        "innovation": proposal.pk,
        "contributor": contributor.pk,
        "consent": consent.pk,
        "innovation_paper": services.add_innovation_paper(innovation=proposal, file=paper, by=officer).pk,
        "innovation_picture": shown.pk,
        "promotion": promotion.pk,
        "method": promotion.innovation_id,
    }
