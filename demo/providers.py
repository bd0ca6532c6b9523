"""Providers of the demo town, one with a licence that runs out, and the town's agreement with a school."""

import datetime as dt

from accounts.models import User
from demo.organisation import Town
from training.models import Agreement, Provider, Qualification, TrainingClass

LICENCE = "民办学校办学许可证"
# name, kind, days before today and days after it of the licence (None: without end)
PROVIDERS = (
    ("演示职业技术学院", "school", "办学许可（院校）", 2000, None),
    ("演示镇职工技能培训中心", "trainer", LICENCE, 700, 40),
    ("演示安全技术培训学校", "trainer", LICENCE, 1100, -15),
    ("演示电气实训有限公司", "firm", "", 0, None),
)


def fill_providers(town: Town, *, by: User, today: dt.date) -> int:
    """Create providers and an agreement 订单班, and let some of the town's classes be held with them; returns how
    many providers. The caller holds the transaction."""
    made = Provider.objects.bulk_create(
        Provider(name=name, kind=kind, contact="演示办公电话", created_by=by) for name, kind, *_ in PROVIDERS
    )
    Qualification.objects.bulk_create(
        Qualification(
            provider=provider, name=licence, licence=f"演示第{provider.pk:03d}号", issuer="演示市人社局",
            valid_from=today - dt.timedelta(days=age),
            valid_until=left and today + dt.timedelta(days=left), entered_by=by,
        )
        for provider, (_, _, licence, age, left) in zip(made, PROVIDERS, strict=True)
        if licence
    )  # fmt: skip
    start = today - dt.timedelta(days=300)
    agreement = Agreement.objects.create(
        union=town.root, partner=made[0], title="电气装配订单班合作协议", mode="ORDER", signed_on=start,
        starts_on=start, ends_on=today + dt.timedelta(days=800), created_by=by,
    )  # fmt: skip
    classes = TrainingClass.objects.filter(union=town.root)
    classes.filter(kind="SKILL").update(provider=made[0], agreement=agreement)
    classes.filter(kind="SAFETY").update(provider=made[2])
    return len(made)
