"""How lines of demand and of plans are cleaned and checked, and whether a class fits its line."""

from collections.abc import Callable, Mapping
from functools import partial

from django.core.exceptions import ValidationError

from core.codes import refuse_unusable
from core.errors import RuleError
from core.text import clean_label, clean_short
from training.models import PlanLine, TrainingClass
from training.rules.classes import CLASS_TABLES
from unions.rules import cleaned

LINE_CLEANERS: dict[str, Callable] = {
    "title": partial(clean_short, longest=100),
    "trade": partial(clean_label, longest=50),
    "note": partial(clean_short, longest=200),
    "fund_source": partial(clean_short, longest=100),
}
MOST_LINES = 100


def checked_lines(lines: list[Mapping], *, stored: Mapping[int, object] | None = None) -> list[dict]:
    """The facts of lines, cleaned and with codes that may be entered. ``stored`` are known lines by the ``line``
    that a row names. Raises RuleError that names the line."""
    if len(lines) > MOST_LINES:
        raise RuleError(f"最多填写 {MOST_LINES} 行，现有 {len(lines)} 行。请合并相近的项目。")
    done = []
    for number, line in enumerate(lines, start=1):
        try:
            facts = cleaned(dict(line), LINE_CLEANERS)
            refuse_unusable(facts, CLASS_TABLES, stored=(stored or {}).get(facts.get("line")))
        except ValidationError as error:
            raise RuleError(f"第 {number} 行：{'；'.join(error.messages)}") from error
        done.append(facts)
    return done


def doubt_of_line(line: PlanLine, training_class: TrainingClass) -> str:
    """What does not fit between a class and the plan line it fulfils, or nothing. A hint, never a refusal."""
    if line.plan.year != training_class.starts_on.year:
        return f"班次 {training_class.starts_on} 开始，不在计划年度 {line.plan.year} 年之内，请核对。"
    if line.kind != training_class.kind:
        return f"班次的培训类别与计划项目“{line.title}”不同，请核对。"
    return ""
