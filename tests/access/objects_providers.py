"""A provider of the town with a qualification, and an agreement of ``union`` with it and a scan."""

import datetime as dt

from django.core.files.base import ContentFile

from training import services


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    clerk, officer = cast["users"]["clerk"], cast["users"]["officer"]
    provider = services.enter_provider(by=clerk, name="试验职业技术学院", kind="school")
    qualification = services.add_qualification(
        provider=provider, by=clerk, name="办学许可证", valid_from=dt.date(2024, 1, 1)
    )
    agreement = services.enter_agreement(
        union=cast["union"],
        by=officer,
        partner=provider,
        title="试验订单班协议",
        mode="ORDER",
        signed_on=dt.date(2026, 1, 5),
        starts_on=dt.date(2026, 1, 5),
    )
    paper = services.add_paper(agreement=agreement, file=ContentFile(b"\x89PNG\r\n\x1a\nscan"), by=officer)
    return {
        "provider": provider.pk,
        "qualification": qualification.pk,
        "agreement": agreement.pk,
        "agreement_paper": paper.pk,
    }
