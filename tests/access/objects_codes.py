"""A code and an alias that the town office added."""

import datetime as dt

from core import coding


def make(cast) -> dict[str, int]:
    """``code`` of the table ``employment_form`` and its ``alias``."""
    by = cast["users"]["clerk"]
    day = dt.date(2026, 1, 1)
    code = coding.add_code(table="employment_form", code="Z01", name="季节性用工", valid_from=day, by=by)
    return {"code": code.pk, "alias": coding.add_alias(code=code, text="季节工", by=by).pk}
