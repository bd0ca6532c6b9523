"""An activity that ``union`` plans."""

import datetime as dt

from reform import services


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    activity = services.plan_activity(
        union=cast["union"],
        by=cast["users"]["officer"],
        title="文明上网倡议",
        kind="NETCULTURE",
        starts_on=dt.date(2099, 1, 1),
        place="职工书屋",
    )
    return {"activity": activity.pk}
