"""A survey of the town that ``union`` has answered, and two plans of ``union``: a draft and a published one."""

import datetime as dt

from django.utils import timezone

from training import services

LINE = {"kind": "SKILL", "trade": "电工", "level": "L3", "people": 20}


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    clerk, officer = cast["users"]["clerk"], cast["users"]["officer"]
    deadline = timezone.localdate() + dt.timedelta(days=30)
    survey = services.open_survey(
        union=cast["town"], by=clerk, title="试验需求调查", year=2027, deadline=deadline, text=""
    )
    services.return_demand(
        survey=survey, union=cast["union"], lines=[LINE], no_demand=False, version="", by=officer
    )
    draft, published = (
        services.draft_plan(union=cast["union"], year=year, by=officer) for year in (2027, 2025)
    )
    lines = [LINE | {"title": "试验电工班"}]
    for plan in (draft, published):
        services.write_plan(plan=plan, text="", lines=lines, version="1", by=officer)
    services.publish_plan(plan=published, version="2", by=officer)
    return {"survey": survey.pk, "training_plan": draft.pk, "published_plan": published.pk}
