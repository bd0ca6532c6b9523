"""What inspections of labour protection found in the demo town."""

import datetime as dt

from accounts.models import User
from demo.organisation import Town
from rights.models import Hazard, Inspection

VISITS = (200, 110, 45, 12)  # days before today
# what, level, days until due, days until closed (None: still open)
FOUND = (
    ("车间配电箱门缺失，线路裸露", "GENERAL", 15, 10),
    ("冲压设备防护罩未复位", "MAJOR", 7, 9),
    ("消防通道堆放物料", "GENERAL", 20, None),
)


def fill_inspections(town: Town, *, by: User, today: dt.date) -> int:
    """Create visits with the hazards they found; returns how many visits. The caller holds the transaction."""
    firms = town.covered_firms[: len(VISITS)]
    for employer, age in zip(firms, VISITS, strict=False):
        on = today - dt.timedelta(days=age)
        visit = Inspection.objects.create(
            union=town.root, employer=employer, on=on, inspectors="演示检查员甲、演示检查员乙",
            scope="车间用电、设备防护和消防通道", created_by=by,
        )  # fmt: skip
        Hazard.objects.bulk_create(_hazard(visit, *found, today=today) for found in FOUND)
    return min(len(firms), len(VISITS))


def _hazard(visit: Inspection, what: str, level: str, due: int, closed: int | None, *, today) -> Hazard:
    day = None if closed is None else visit.on + dt.timedelta(days=closed)
    is_closed = day is not None and day <= today
    return Hazard(
        inspection=visit,
        what=what,
        level=level,
        proposal="立即整改并书面答复",
        due_on=visit.on + dt.timedelta(days=due),
        replied_on=day if is_closed else None,
        reply="已整改" if is_closed else "",
        closed_on=day if is_closed else None,
        recheck="现场复查已整改" if is_closed else "",
    )
