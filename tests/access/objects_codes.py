"""A code and an alias that the town office added, and a public holiday."""

import datetime as dt

from core import coding, workdays


def make(cast) -> dict[str, int]:
    """``code`` of the table ``employment_form`` and its ``alias``; ``special_day``."""
    by = cast["users"]["clerk"]
    day = dt.date(2026, 1, 1)
    code = coding.add_code(table="employment_form", code="Z01", name="季节性用工", valid_from=day, by=by)
    alias = coding.add_alias(code=code, text="季节工", by=by)
    [off] = workdays.enter_special_days(year=2026, kind="rest", start=day, source="试验通知", by=by)
    return {"code": code.pk, "alias": alias.pk, "special_day": off.pk}
