"""A key post of ``union`` that the worker holds, and a base of the town with an evaluation."""

import datetime as dt

from training import services


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    officer, clerk = cast["users"]["officer"], cast["users"]["clerk"]
    key_post = services.enter_key_post(
        union=cast["union"], by=officer, title="配电房值班员", permit_category="01", start=dt.date(2024, 1, 1)
    )
    holder = services.assign_holder(
        key_post=key_post, worker=cast["worker"], start=dt.date(2024, 2, 1), by=officer
    )
    base = services.enter_base(
        by=clerk, union=cast["union"], name="试验实训基地", level="T", host="试验技工学校",
        recognised_on=dt.date(2024, 3, 1), recognised_by="试验镇人民政府",
    )  # fmt: skip
    services.evaluate_base(base=base, by=clerk, year=2025, conclusion="passed")
    return {"held_post": key_post.pk, "holder": holder.pk, "base": base.pk, "year": 2025}
