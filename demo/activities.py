"""The activities of the demo town: of the town union and of a few firms, held, planned and cancelled."""

import datetime as dt

from accounts.models import User
from demo.organisation import Town
from reform.models import Activity, Measure, Plan

# title, kind, measure, days from today, days long, participants, works
TOWN_ACTIVITIES = (
    ("“文明上网”短视频征集", "NETCULTURE", 8, -70, 30, 420, 36),
    ("“中国梦·劳动美”主题教育", "THEME", 2, -45, 1, 180, None),
    ("网络文明素养讲座", "NETCULTURE", 8, -12, 1, None, None),
    ("劳模工匠进课堂", "MODEL", 14, -40, 1, 95, None),
    ("劳模工匠进企业", "MODEL", 14, 20, 1, None, None),
    ("演示晚报专版：一线工人的一天", "PUBLICITY", 14, -38, 1, None, None),
    ("工人题材书画征集", "ARTS", 14, -50, 14, 60, 24),
)
FIRM_ACTIVITIES = (
    ("防范网络谣言知识竞答", "NETCULTURE", 8, -33, 7, 64, None),
    ("工匠精神大讨论", "CRAFT", 2, -25, 1, 40, 8),
    ("“法律进企业”宣传", "LAW", 12, 9, 1, None, None),
)
FIRMS = 3


def fill_activities(town: Town, *, by: User, today: dt.date) -> int:
    """Create activities; returns how many. The caller holds the transaction."""
    unions = list(dict.fromkeys(town.covering.values()))[:FIRMS]
    rows = [(town.root, row) for row in TOWN_ACTIVITIES]
    rows += [(union, row) for union in unions for row in FIRM_ACTIVITIES]
    measures = dict(Measure.objects.filter(plan=Plan.objects.current()).values_list("number", "pk"))
    made = [_activity(union, row, measures, by=by, today=today) for union, row in rows]
    return len(Activity.objects.bulk_create(made))


def _activity(union, row: tuple, measures: dict[int, int], *, by: User, today: dt.date) -> Activity:
    title, kind, measure, offset, days, participants, works = row
    starts_on = today + dt.timedelta(days=offset)
    return Activity(
        union=union, title=title, kind=kind, measure_id=measures.get(measure), starts_on=starts_on,
        ends_on=None if days == 1 else starts_on + dt.timedelta(days=days - 1), hosts=union.name, place="演示活动场地",
        state=Activity.State.HELD if offset <= 0 else Activity.State.PLANNED, participants=participants, works=works,
        created_by=by,
    )  # fmt: skip
