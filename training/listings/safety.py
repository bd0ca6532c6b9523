"""新员工安全培训 and 高危行业年度再培训 as lists: who is asked for how many hours, by which rule, and what is missing."""

import datetime as dt

from django.utils import timezone

from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.safety import NewStaffFilter, RefresherFilter, past_years
from training.models import HIGH, SafetyLevel
from training.queries.safety import LEVELS, new_staff, refreshers

SHORT = {SafetyLevel.PLANT: "厂", SafetyLevel.WORKSHOP: "车间", SafetyLevel.TEAM: "班组"}
PERSON = (
    Column("name", "姓名", AsRead("worker__name"), personal=True, reads=("worker__name",)),
    Column("employer", "工作单位", AsRead("employer__name"), width=34, reads=("employer__name",)),
    Column("start", "入职日期", AsRead("start"), reads=("start",)),
)
PLACE = (
    Column("union", "所属工会", AsRead("worker__union__name"), width=34, reads=("worker__union__name",)),
    Column("team", "班组", AsRead("team"), width=16, shown=False, reads=("team",)),
    Column("occupation", "工种", AsRead("occupation"), width=16, shown=False, reads=("occupation",)),
)


def rule(row, names: dict) -> str:
    """The rule that was used."""
    risk = "高危行业" if row.risk == HIGH else "一般行业"
    return f"{risk} {row.required.normalize():f} 学时{'，三级' if row.three_levels else ''}"


def ground(row, names: dict) -> str:
    """Why that rule: what was entered of the firm, or what holds where nothing was (the page says what that is)."""
    return "单位登记" if row.risk is not None else "未登记，按默认"


def missing(row, names: dict) -> str:
    """What is still missing: hours, and levels not passed."""
    if row.met:
        return "已达标"
    levels = [SHORT[level] for level, name in LEVELS.items() if not getattr(row, name)]
    left = row.required - row.attended
    parts = [f"{left.normalize():f} 学时"] if left > 0 else []
    return "，".join([*parts, f"{'、'.join(levels)}级"] if row.three_levels and levels else parts)


def missing_hours(row, names: dict) -> str:
    """What is still missing of the yearly hours."""
    return "已达标" if row.met else f"{(row.required - row.attended).normalize():f} 学时"


def _hours(name: str):
    return lambda row, names: float(getattr(row, name))


STANDING = ("met", "required", "attended")


class _SafetyListing(FilterListing):
    """What both lists share."""

    permission = Permission.VIEW_TRAINING
    order = ("start", "pk")
    holds_people = True

    def year(self, query) -> int:
        """The year asked for; this year unless an earlier one of the filter."""
        asked = query.get("year", "")
        return int(asked) if asked in dict(past_years()) else timezone.localdate().year

    def seen_by(self, user, jobs):
        """Those of people in the user's reach, with person, union and firm."""
        jobs = jobs.within_reach(user, Permission.VIEW_TRAINING).filter(worker__anonymised_on=None)
        return jobs.select_related("worker__union", "employer").defer("worker__phone", "worker__phone_index")


class NewStaffListing(_SafetyListing):
    """新员工安全培训."""

    name = "new_staff"
    title = "新员工安全培训"
    url_name = "training:new_staff_list"
    parameters = tuple(NewStaffFilter.Meta.fields)
    filter_class = NewStaffFilter
    whole = "今年入职、目前在岗的职工"
    columns = (
        *PERSON,
        Column("rule", "适用规则", rule, width=24, reads=("risk", "required", "three_levels")),
        Column("ground", "依据", ground, width=16, reads=("risk",)),
        Column("required", "应训学时", _hours("required"), width=10, shown=False, reads=("required",)),
        Column("attended", "已训学时", _hours("attended"), width=10, reads=("attended",)),
        Column("missing", "尚缺", missing, width=34, reads=(*STANDING, "three_levels", *LEVELS.values())),
        *PLACE,
    )  # fmt: skip

    def everything(self, user, query):
        """Jobs begun in the year that run on its last day, or today while it runs."""
        year, today = self.year(query), timezone.localdate()
        begun = dt.date(year, 1, 1), min(dt.date(year, 12, 31), today)
        return self.seen_by(user, new_staff(begun, begun[1]))


class RefresherListing(_SafetyListing):
    """高危行业年度再培训."""

    name = "refreshers"
    title = "高危行业年度再培训"
    url_name = "training:refresher_list"
    parameters = tuple(RefresherFilter.Meta.fields)
    filter_class = RefresherFilter
    whole = "登记为高危行业的单位今年以前入职的职工"
    columns = (
        *PERSON,
        Column("required", "应训学时", _hours("required"), width=10, reads=("required",)),
        Column("attended", "本年已训学时", _hours("attended"), width=12, reads=("attended",)),
        Column("missing", "尚缺", missing_hours, width=14, reads=STANDING),
        *PLACE,
    )  # fmt: skip

    def everything(self, user, query):
        """Jobs of firms of high risk."""
        return self.seen_by(user, refreshers(self.year(query), timezone.localdate()))
