"""The rule of safety training of the firm of ``union``, and somebody who began there this year."""

import datetime as dt

from django.utils import timezone

from training.services.safety import enter_profile


def make(cast) -> dict[str, int]:
    """``safety_profile``; the worker of the scene has been there for years and is asked for the yearly hours."""
    profile = enter_profile(
        employer=cast["employer"],
        by=cast["users"]["officer"],
        risk="HIGH",
        three_levels=True,
        start=timezone.localdate() - dt.timedelta(days=400),
        source="试验许可证",
    )
    return {"safety_profile": profile.pk}
