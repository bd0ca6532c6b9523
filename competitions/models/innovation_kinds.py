"""The kinds of innovation (创新成果) and what each of them calls its days, its people and its stages."""

from dataclasses import dataclass

from django.db import models


class Kind(models.TextChoices):
    """What came about (domain facts 9, measure 11)."""

    PROJECT = "project", "创新项目"
    PROPOSAL = "proposal", "合理化建议"
    PATENT = "patent", "专利"
    METHOD = "method", "先进操作法"


class Stage(models.TextChoices):
    """How far it has come; which stages a kind has, and their words, are in ``WORDS``."""

    PLANNED = "planned", "计划中"
    OPEN = "open", "进行中"
    ADOPTED = "adopted", "已采纳"
    DONE = "done", "已完成"
    DROPPED = "dropped", "已终止"


@dataclass(frozen=True)
class Words:
    """What a kind calls the person whose it is, the day it began and the day it was done; its stages by their words;
    and what leads where."""

    lead: str
    members: str
    begun: str
    done: str
    stages: dict[str, str]
    moves: dict[str, tuple[str, ...]]


_FINISH = (Stage.DONE, Stage.DROPPED)
WORDS = {
    Kind.PROJECT: Words(
        "负责人", "参加人", "开始日期", "完成日期",
        {Stage.PLANNED: "计划中", Stage.OPEN: "进行中", Stage.DONE: "已完成", Stage.DROPPED: "已终止"},
        {Stage.PLANNED: (Stage.OPEN, Stage.DROPPED), Stage.OPEN: _FINISH},
    ),
    Kind.PROPOSAL: Words(
        "建议人", "共同建议人", "提出日期", "实施日期",
        {Stage.OPEN: "待答复", Stage.ADOPTED: "已采纳", Stage.DONE: "已实施", Stage.DROPPED: "未采纳或未实施"},
        {Stage.OPEN: (Stage.ADOPTED, Stage.DROPPED), Stage.ADOPTED: _FINISH},
    ),
    Kind.PATENT: Words(
        "第一发明人", "其他发明人", "申请日期", "授权日期",
        {Stage.OPEN: "申请中", Stage.DONE: "已授权", Stage.DROPPED: "未授权"},
        {Stage.OPEN: _FINISH},
    ),
    Kind.METHOD: Words("首创人", "共同首创人", "形成日期", "命名日期", {Stage.DONE: "已命名"}, {}),
}  # fmt: skip
FIRST = {
    Kind.PROJECT: Stage.PLANNED,
    Kind.PROPOSAL: Stage.OPEN,
    Kind.PATENT: Stage.OPEN,
    Kind.METHOD: Stage.DONE,
}


class PatentKind(models.TextChoices):
    """Kinds of patent (专利法 2)."""

    INVENTION = "invention", "发明"
    UTILITY = "utility", "实用新型"
    DESIGN = "design", "外观设计"


class Review(models.TextChoices):
    """What the town says of it."""

    ENTERED = "entered", "待评审"
    ACCEPTED = "accepted", "评审通过"
    RETURNED = "returned", "已退回"
