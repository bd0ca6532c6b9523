"""Who may compete in an event: each rule with the person's value, for pages and decisions alike.

The level is that of verified certificates; what is only declared on the roll does not count. The app that keeps the
certificates is named by ``settings.HIGHEST_LEVELS``, because apps on one floor do not know each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from competitions.models import Event
from core import codes
from core.idnumbers import age_on
from workers.models import Worker


@dataclass(frozen=True)
class Check:
    """One rule of an event and how a person stands to it."""

    title: str
    asked: str
    found: str
    is_met: bool


@dataclass(frozen=True)
class Rules:
    """The rules of an event, with what is known of the people they are asked about."""

    event: Event
    levels: dict[int, str]
    names: dict[str, str]

    @classmethod
    def about(cls, event: Event, workers: Iterable[Worker]) -> "Rules":
        """Reads the levels of these people on the first day of the contest, where the event asks for one."""
        if not event.least_level:
            return cls(event, {}, {})
        held = import_string(settings.HIGHEST_LEVELS)
        levels = held([worker.pk for worker in workers], event.contest.starts_on)
        return cls(event, levels, codes.names("skill_level"))

    def checks(self, worker: Worker) -> list[Check]:
        """Each rule in a fixed order; none for an event that takes everybody."""
        checks = []
        if self.event.employed_only:
            employer = worker.employer.name if worker.employer_id else "不在岗"
            checks.append(Check("限在岗职工", "在岗", employer, worker.employer_id is not None))
        if self.event.least_level:
            checks.append(self._level(self.event.least_level, self.levels.get(worker.pk, "")))
        if self.event.least_age or self.event.most_age:
            checks.append(_age(self.event, worker))
        return checks

    def unmet(self, worker: Worker) -> str:
        """The rules that the person does not meet, in words; empty when all are met."""
        faults = [check for check in self.checks(worker) if not check.is_met]
        return "；".join(f"{check.title}应为{check.asked}，现为{check.found}" for check in faults)

    def _level(self, least: str, held: str) -> Check:
        found = self.names.get(held, held) or "没有已核验的证书"
        return Check("技能等级", f"{self.names.get(least, least)}以上", found, held >= least)


def _age(event: Event, worker: Worker) -> Check:
    bounds = [f"{event.least_age} 周岁以上" if event.least_age else ""]
    bounds.append(f"{event.most_age} 周岁以下" if event.most_age else "")
    asked = "、".join(bound for bound in bounds if bound)
    if worker.birth_date is None:
        return Check("年龄", asked, "没有出生日期", False)
    age = age_on(worker.birth_date, event.contest.starts_on)
    is_met = (not event.least_age or age >= event.least_age) and (not event.most_age or age <= event.most_age)
    return Check("年龄", asked, f"{age} 周岁", is_met)
