"""How the facts of classes, sessions and results are cleaned and checked, for pages and imports alike."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial

from django.utils import timezone

from core.errors import RuleError
from core.text import clean_label, clean_short
from training.models import Enrolment, TrainingClass

CLASS_TABLES = {"kind": "training_kind", "level": "skill_level"}
CLASS_CLEANERS: dict[str, Callable] = {
    "title": partial(clean_short, longest=100),
    "trade": partial(clean_label, longest=50),
    "organiser": partial(clean_short, longest=100),
    "place": partial(clean_short, longest=100),
    "teachers": partial(clean_short, longest=200),
    "fund_source": partial(clean_short, longest=100),
    "subsidy_note": partial(clean_short, longest=200),
}
SESSION_CLEANERS: dict[str, Callable] = {
    "topic": partial(clean_short, longest=100),
    "teacher": partial(clean_short, longest=50),
}
RESULT_FIELDS = ("result", "score", "completed_on", "certified_on", "satisfaction")
FINISHING = (Enrolment.Result.PASSED, Enrolment.Result.FAILED)


def result_of(facts: Mapping, training_class: TrainingClass) -> dict:
    """The facts of a result, complete and in order: who passed or failed and has no day of completion gets the
    last day of the class, or today if that is still to come. Raises RuleError by field."""
    found = {name: facts.get(name) or None for name in RESULT_FIELDS} | {"result": facts.get("result") or ""}
    found["score"] = facts.get("score")  # 0 is a score
    today = timezone.localdate()
    if found["result"] in FINISHING and found["completed_on"] is None:
        found["completed_on"] = min(training_class.ends_on, today)
    faults = _faults_of_days(found, training_class, today) | _faults_of_marks(found)
    if faults:
        raise RuleError(faults)
    return found


def _faults_of_days(found: dict, training_class: TrainingClass, today: dt.date) -> dict[str, str]:
    faults = {}
    if found["completed_on"] and found["result"] not in FINISHING:
        faults["completed_on"] = "没有结论或未参加的，不填写结业日期"
    if found["certified_on"] and found["result"] != Enrolment.Result.PASSED:
        faults["certified_on"] = "结论为合格的才能填写取证日期"
    for name, title in (("completed_on", "结业日期"), ("certified_on", "取证日期")):
        day = found[name]
        if day and day > today:
            faults.setdefault(name, f"{title}不能晚于今天，现填 {day}")
        elif day and day < training_class.starts_on:
            faults.setdefault(name, f"{title}不能早于培训开始日期 {training_class.starts_on}")
    return faults


def _faults_of_marks(found: dict) -> dict[str, str]:
    faults = {}
    score, satisfaction = found["score"], found["satisfaction"]
    if score is not None and found["result"] not in FINISHING:
        faults["score"] = "没有结论或未参加的，不填写考核成绩"
    elif score is not None and not Decimal(0) <= score <= Decimal(100):
        faults["score"] = "考核成绩为 0 至 100"
    if satisfaction is not None and not 1 <= satisfaction <= 5:
        faults["satisfaction"] = "满意度为 1 至 5"
    elif satisfaction is not None and found["result"] == Enrolment.Result.ABSENT:
        faults["satisfaction"] = "未参加的，不填写满意度"
    return faults
