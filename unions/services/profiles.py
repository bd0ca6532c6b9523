"""The further facts of a union, kept with its main record: one form, one version, one audit entry."""

from accounts import audit
from core.errors import RuleError
from unions.models import Union, UnionProfile

PROFILE_FIELDS = [
    field.name for field in UnionProfile._meta.concrete_fields if field.name not in ("id", "union")
]


def split_facts(facts: dict) -> tuple[dict, dict]:
    """The facts of the union itself, and those of its profile."""
    further = {name: facts[name] for name in PROFILE_FIELDS if name in facts}
    return {name: value for name, value in facts.items() if name not in further}, further


def save_profile(union: Union, facts: dict) -> dict:
    """Store the given facts of the profile; returns what changed. Raises RuleError by field.

    A union for which nobody has filled anything in has no row.
    """
    before = UnionProfile.objects.filter(union=union).first()
    if before is None and all(value in (None, "") for value in facts.values()):
        return {}
    after = UnionProfile.objects.filter(union=union).first() or UnionProfile(union=union)
    for name, value in facts.items():
        setattr(after, name, value)
    _check_profile(union, after)
    after.full_clean()
    after.save()
    return audit.differences(before or UnionProfile(union=union), after, PROFILE_FIELDS)


def _check_profile(union: Union, profile: UnionProfile) -> None:
    """What the numbers and days of one form say must not contradict each other."""
    faults = {}
    if profile.preparing_from and union.founded_on and profile.preparing_from > union.founded_on:
        faults["preparing_from"] = f"筹备组成立日期不能晚于建会日期 {union.founded_on}"
    pairs = (
        ("declared_women", profile.declared_employees, "女职工数", "职工数"),
        ("declared_migrants", profile.declared_employees, "农民工数", "职工数"),
        ("declared_women_members", union.declared_members, "女会员数", "会员数"),
    )
    for name, whole, part_title, whole_title in pairs:
        part = getattr(profile, name)
        if part is not None and whole is not None and part > whole:
            faults[name] = f"申报{part_title} {part} 多于申报{whole_title} {whole}，请核对"
    if faults:
        raise RuleError(faults)
