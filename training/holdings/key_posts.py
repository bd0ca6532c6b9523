"""Which posts a person holds and held, for the copy the person may ask for (training.holdings)."""

from accounts.models import User
from core import codes
from training.models import KeyPostHolder
from workers.holdings import YES_NO, Sheet, text_of
from workers.models import Worker

HEADINGS = (
    "岗位名称",
    "车间（工序）",
    "工会",
    "用人单位",
    "关键岗位",
    "要求的技能等级",
    "要求的特种作业类别",
    "上岗日期",
    "离岗日期",
)


def held_posts(worker: Worker, by: User) -> Sheet:
    """One line for each spell on a post."""
    levels, categories = codes.names("skill_level"), codes.names("permit_category")
    found = KeyPostHolder.objects.visible_to(by).filter(worker=worker)
    found = found.select_related("key_post__union", "key_post__employer").order_by("start", "pk")
    rows = [
        (
            row.key_post.title,
            row.key_post.workshop,
            row.key_post.union.name,
            row.key_post.employer.name if row.key_post.employer else "",
            YES_NO[row.key_post.is_key],
            levels.get(row.key_post.required_level, row.key_post.required_level),
            categories.get(row.key_post.permit_category, row.key_post.permit_category),
            text_of(row.start),
            text_of(row.end),
        )
        for row in found
    ]
    return "担任的岗位", HEADINGS, rows
