"""How key posts stand today: who holds them, and what a holder lacks."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Prefetch, Q
from django.utils import timezone

from core import codes
from core.access import Permission
from training.models import KeyPost, KeyPostHolder
from workers.models import Standing, Worker

OFFERED = 100  # people a page offers at once
UNMET, VACANT, MET = "unmet", "vacant", "met"
STANDINGS = [(UNMET, "未达要求"), (VACANT, "有空缺"), (MET, "满员且达到要求")]
TONES = {
    "已撤销": "neutral",
    "空缺": "danger",
    "未达要求": "danger",
    "有空缺": "warning",
    "达到要求": "success",
}


@dataclass(frozen=True)
class Names:
    """Names of levels and categories of permits, and the day on which they are looked at."""

    levels: dict[str, str]
    categories: dict[str, str]
    today: dt.date

    @classmethod
    def load(cls) -> "Names":
        """As of today."""
        return cls(codes.names("skill_level"), codes.names("permit_category"), timezone.localdate())


def posts_of(user):
    """Posts in the user's reach with ``held`` and ``unmet`` of today and those who hold them today."""
    today = timezone.localdate()
    holders = KeyPostHolder.objects.on(today).with_proofs(today).select_related("worker")
    holders = holders.defer("worker__phone", "worker__phone_index").order_by("start", "pk")
    rows = KeyPost.objects.visible_to(user).select_related("union", "employer").with_holders(today)
    return rows.prefetch_related(Prefetch("holders", queryset=holders, to_attr="holders_today"))


def in_standing(posts, standing: str):
    """Posts with ``held`` and ``unmet`` that stand so; a post with an empty seat may be unmet as well."""
    conditions = {
        UNMET: Q(unmet__gt=0),
        VACANT: Q(held__lt=F("seats")),
        MET: Q(unmet=0, held__gte=F("seats")),
    }
    return posts.filter(conditions[standing])


def standing_of(key_post: KeyPost) -> str:
    """How a post with ``held`` and ``unmet`` stands, in one word."""
    if key_post.end:
        return "已撤销"
    if not key_post.held:
        return "空缺"
    if key_post.unmet:
        return "未达要求"
    return "有空缺" if key_post.held < key_post.seats else "达到要求"


def requirement_of(key_post: KeyPost, names: Names) -> str:
    """What the post asks for, in words; 不要求 for nothing."""
    level = names.levels.get(key_post.required_level, key_post.required_level)
    permit = names.categories.get(key_post.permit_category, key_post.permit_category)
    return (
        "、".join(
            part for part in (f"{level}以上" if level else "", f"{permit}操作证" if permit else "") if part
        )
        or "不要求"
    )


def held_by(holding: KeyPostHolder, key_post: KeyPost, names: Names) -> str:
    """What the holder has that bears on the post: the highest verified level, and the permit where one is asked."""
    parts = [names.levels.get(holding.highest, "无有效证书") if holding.highest else "无有效证书"]
    if key_post.permit_category:
        parts.append("操作证有效" if holding.permitted else "无有效操作证")
    return "，".join(parts)


def lacks(holding: KeyPostHolder, key_post: KeyPost, names: Names) -> str:
    """What the holder lacks, in words; nothing for whoever has it all."""
    parts = []
    if key_post.required_level and (holding.highest or "") < key_post.required_level:
        parts.append(f"缺{names.levels.get(key_post.required_level, key_post.required_level)}以上证书")
    if key_post.permit_category and not holding.permitted:
        parts.append(f"缺有效的{names.categories.get(key_post.permit_category, '')}操作证")
    return "，".join(parts)


def doubts(holding: KeyPostHolder, key_post: KeyPost) -> str:
    """Why somebody should look whether the person still holds the post."""
    if holding.worker.standing == Standing.LEFT:
        return "已离会"
    if key_post.employer_id and holding.worker.employer_id != key_post.employer_id:
        return "名册上不在本单位"
    return ""


def candidates(key_post: KeyPost, user, *, keys=None):
    """People the user may put on the post, by name: of the post's firm, or of its union and those below; with
    ``keys`` only these, from the whole reach. Who holds it today is left out."""
    held = key_post.holders.on(timezone.localdate()).values("worker")
    people = Worker.objects.within_reach(user, Permission.EDIT_TRAINING).on_roll().filter(anonymised_on=None)
    if keys is not None:
        people = people.filter(pk__in=keys)
    elif key_post.employer_id:
        people = people.filter(employer=key_post.employer_id)
    else:
        people = people.filter(union__path__startswith=key_post.union.path)
    people = people.exclude(pk__in=held).select_related("union", "employer")
    return people.defer("phone", "phone_index").order_by("pinyin", "pk")
