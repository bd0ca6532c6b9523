"""Kind ``key_posts``: who holds which key post. One row is one person on one post; unknown posts are made."""

import hashlib

from django.urls import reverse

from core import crypto
from core.access import Permission
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.idnumbers import identity_key
from core.text import mask_number
from core.widgets import CleanedWidget, CodeWidget, CountWidget, DayWidget, YesNoWidget
from training.bulk import key_posts as key_post_bulk
from training.matching import key_posts as key_post_matching
from training.models import LEVELS
from training.rules.key_posts import CLEANERS
from unions.models import Union
from workers import employment_matching, examples, row_checks, who_columns
from workers.models import Worker

FUTURE = "上岗日期在今天之后。请核对日期。"
NO_SEATS = "席位应大于 0；不清楚的请留空，按本表登记的人数计。"
NO_RUNG = "要求的技能等级应为初级工以上的等级；不要求等级的请留空。"


class KeyPostExchange(Exchange):
    """Puts people on posts of their firm and makes posts that are not there; changes no post and takes nobody off."""

    name = "key_posts"
    title = "关键岗位任职人员"
    permission = Permission.EDIT_TRAINING
    key_column = "number"
    record = Worker
    holds_people = True
    form_title = "关键岗位任职人员登记表"
    purpose = "关键岗位和须持证上岗岗位上的职工。没有登记的岗位按本表新设，已登记的岗位只加人，不改要求。"
    example = examples.PERSON | {
        "title": "配电房值班员",
        "workshop": "动力车间",
        "trade": "电工",
        "is_key": "是",
        "required_level": "中级工(四级)",
        "permit_category": "电工作业",
        "seats": "2",
        "start": "2025/07/01",
    }
    footnote = (
        "填表说明：\n1、每行填写一人担任的一个岗位；岗位归在此人的工会和名册上的工作单位。空缺的岗位请在页面上登记。\n"
        "2、人员须已在会员名册中；姓名用来核对证件号码有没有填错，须与名册一致。\n"
        "3、同一岗位的要求只在第一行填写即可；关键岗位空着的按“是”，席位空着的按本表的人数。"
    )

    full_name = who_columns.FULL_NAME
    doc_type, number = who_columns.DOC_TYPE, who_columns.NUMBER
    post_title = Column(
        *("title", "岗位名称", CleanedWidget(CLEANERS["title"])),
        headings=("岗位", "关键岗位名称", "担任岗位"),
        required=True,
        uniform=True,
        blank="error",
        width=20,
    )
    workshop = Column(
        *("workshop", "车间（工序）", CleanedWidget(CLEANERS["workshop"])), headings=("车间", "工序", "部门")
    )
    trade = Column("trade", "工种", CleanedWidget(CLEANERS["trade"]), headings=("职业（工种）",))
    is_key = Column("is_key", "关键岗位", YesNoWidget(), headings=("是否关键岗位",), hint="填写“是”或“否”")
    required_level = Column(
        "required_level", "要求的技能等级", CodeWidget("skill_level"), headings=("要求等级",), width=18
    )
    permit_category = Column(
        *("permit_category", "要求的特种作业类别", CodeWidget("permit_category")),
        headings=("特种作业类别", "要求操作证"),
        width=22,
    )
    seats = Column("seats", "席位", CountWidget(), headings=("定员", "岗位人数"), hint="整数")
    start = Column(
        *("start", "上岗日期", DayWidget()),
        headings=("任职日期", "上岗时间"),
        required=True,
        uniform=True,
        blank="error",
        hint="格式：yyyy/MM/dd",
    )

    def prepare(self, positions: dict[str, int]) -> None:
        """Unions inside the file's union that the uploader may write to."""
        super().prepare(positions)
        unions = Union.objects.within_reach(self.by, Permission.EDIT_TRAINING)
        self.unions = list((unions.within(self.union) if self.union else unions).values_list("pk", flat=True))
        self.index_number = crypto.indexer("identity")

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Number, day and numbers of the row; whose post it is, and whether a seat is free, is told in ``compare``."""
        check = row_checks.check_number(self, values, raw, problems)
        if values.get("start", "") > self.today.isoformat():
            problems.add(self.column("start"), raw["start"], FUTURE, code="start.future")
        if values.get("seats") == 0:
            problems.add(self.column("seats"), raw["seats"], NO_SEATS, code="seats.none")
        if values.get("required_level") and values["required_level"] not in LEVELS:
            problems.add(
                self.column("required_level"), raw["required_level"], NO_RUNG, code="required_level.no_rung"
            )
        if check is None:
            return Cleaned(None, {}, problems)
        person = self.index_number(identity_key(values.pop("doc_type"), check.number))
        staged = {"shown": mask_number(check.number), "person": f"\\x{person.hex()}"}
        if problems.blocking:
            return Cleaned(None, staged, problems)
        staged |= {"name": values.pop("name"), "fields": values}
        post = f"{values['title']}:{values.get('workshop', '')}"
        return Cleaned(hashlib.sha256(person + post.encode()).digest(), staged, problems)

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same person on the same post."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一人在同一个岗位。请核对后只保留一行。"

    def compare(self, staged: Staged) -> None:
        """Against the roll and the posts; see ``training.matching.key_posts``."""
        key_post_matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The people the file names, then their unions, under which posts are made, then their posts."""
        employment_matching.lock(staged)
        key_post_matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """See ``training.bulk.key_posts``."""
        key_post_bulk.write(staged, by=self.by)

    def undo(self, staged: Staged) -> None:
        """See ``training.bulk.key_posts``."""
        key_post_bulk.revert(staged)

    @classmethod
    def records(cls, user):
        """People on the roll in the user's reach."""
        return Worker.objects.within_reach(user, Permission.VIEW_TRAINING)

    def record_url(self, target_id: int) -> str:
        """The worker's page."""
        return reverse("workers:worker_detail", args=[target_id])
