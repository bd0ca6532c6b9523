"""Kind ``apprenticeships``: who teaches whom. One row is one pair; what came of it is recorded on its page."""

import datetime as dt
import hashlib

from django.urls import reverse

from core import crypto
from core.access import Permission
from core.errors import RuleError
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.idnumbers import CITIZEN, check_document, identity_key
from core.text import clean_name, mask_number
from core.widgets import CleanedWidget, CodeWidget, DayWidget
from training.bulk import apprenticeships as pair_bulk
from training.matching import apprenticeships as pair_matching
from training.rules.apprentices import CLEANERS, refuse_dates, refuse_goal
from unions.models import Union
from workers import examples, row_checks, who_columns
from workers.models import Worker
from workers.widgets import as_found

SAME = "师傅和徒弟是同一个证件号码。请核对这两个号码。"
FUTURE = "签订日期在今天之后。请核对日期。"
DAY = "格式：yyyy/MM/dd"


class ApprenticeshipExchange(Exchange):
    """Enters pairs of people on the roll; changes none that is known."""

    name = "apprenticeships"
    title = "师带徒"
    permission = Permission.EDIT_TRAINING
    key_column = "number"
    record = Worker
    holds_people = True
    form_title = "师带徒登记表"
    purpose = "签了师徒协议的师傅和徒弟，两人都在会员名册中。已登记的师徒不重复登记，结果在页面上登记。"
    example = examples.PERSON | {
        "master_name": "某某某",
        "master_number": "XXXXXXXXXXXXXXXXXX",
        "trade": "电工",
        "goal_level": "中级工(四级)",
        "goal": "独立完成装配调试",
        "signed_on": "2026/03/01",
        "start": "2026/03/01",
        "until": "2027/02/28",
    }
    footnote = (
        "填表说明：\n1、每行填写一对师徒；姓名和证件号码填徒弟的，师傅的填在师傅姓名和师傅证件号码。\n"
        "2、两人须已在会员名册中；姓名用来核对证件号码有没有填错，须与名册一致。师傅在其他工会的，由镇总工会报送。\n"
        "3、目标等级和目标技能至少填一项；师傅证件不是居民身份证的，请在页面上登记。"
    )

    full_name = who_columns.FULL_NAME
    doc_type, number = who_columns.DOC_TYPE, who_columns.NUMBER
    master_name = Column(
        *("master_name", "师傅姓名", CleanedWidget(clean_name)),
        headings=("师傅", "导师姓名", "带徒师傅"),
        required=True,
        blank="error",
    )
    master_number = Column(
        *("master_number", "师傅证件号码", CleanedWidget(as_found)),
        headings=("师傅身份证号", "师傅身份证号码", "师傅身份证", "导师身份证号"),
        required=True,
        blank="error",
        mask=mask_number,
        number_text=True,
        hint="填写18位身份证",
        width=22,
    )
    trade = Column(
        *("trade", "工种", CleanedWidget(CLEANERS["trade"])),
        headings=("职业（工种）", "带徒工种", "学习工种"),
        required=True,
        uniform=True,
        blank="error",
        width=16,
    )
    goal_level = Column(
        "goal_level",
        "目标等级",
        CodeWidget("skill_level"),
        headings=("培养目标等级", "目标技能等级"),
        width=16,
    )
    goal = Column(
        *("goal", "目标技能", CleanedWidget(CLEANERS["goal"])), headings=("培养目标", "学习目标"), width=24
    )
    signed_on = Column(
        *("signed_on", "协议签订日期", DayWidget()),
        headings=("签订日期", "签订时间", "拜师日期"),
        required=True,
        uniform=True,
        blank="error",
        hint=DAY,
    )
    start = Column(
        *("start", "开始日期", DayWidget()),
        headings=("起始日期", "开始时间", "带徒开始日期"),
        required=True,
        uniform=True,
        blank="error",
        hint=DAY,
    )
    until = Column(
        *("until", "约定期满日期", DayWidget()),
        headings=("期满日期", "结束日期", "截止日期", "带徒结束日期"),
        required=True,
        uniform=True,
        blank="error",
        hint=DAY,
    )

    def prepare(self, positions: dict[str, int]) -> None:
        """Unions of the apprentices (inside the file's union) and of the masters, as far as the uploader keeps them."""
        super().prepare(positions)
        unions = Union.objects.within_reach(self.by, Permission.EDIT_TRAINING)
        self.master_unions = list(unions.values_list("pk", flat=True))
        self.unions = list((unions.within(self.union) if self.union else unions).values_list("pk", flat=True))
        self.index_number = crypto.indexer("identity")

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Numbers, goal and days of the row; who is meant, and whether the pair is known, is told in ``compare``."""
        check = row_checks.check_number(self, values, raw, problems)
        master = self._master(values, raw, problems)
        self._check_facts(values, raw, problems)
        if check is None:
            return Cleaned(None, {}, problems)
        person = self.index_number(identity_key(values.pop("doc_type"), check.number))
        if master == person:
            problems.add(self.column("master_number"), raw["master_number"], SAME, code="master_number.same")
        staged = {"shown": mask_number(check.number), "person": f"\\x{person.hex()}"}
        if problems.blocking or master is None:
            return Cleaned(None, staged, problems)
        staged |= {"master": f"\\x{master.hex()}", "name": values.pop("name"), "fields": values}
        return Cleaned(hashlib.sha256(person + master).digest(), staged, problems)

    def _master(self, values: dict, raw: dict, problems: Problems) -> bytes | None:
        """The index of the master's number, which is that of a citizen; the number is taken out of the row."""
        number = values.pop("master_number", None)
        if number is None:
            return None
        try:
            check = check_document(CITIZEN, number, on=self.today)
        except RuleError as error:
            problems.refuse(self.column("master_number"), raw["master_number"], error)
            return None
        return self.index_number(identity_key(CITIZEN, check.number))

    def _check_facts(self, values: dict, raw: dict, problems: Problems) -> None:
        """Goal and days against each other and today."""
        names = ("signed_on", "start", "until")
        days = {name: dt.date.fromisoformat(values[name]) for name in names if values.get(name)}
        if days.get("signed_on", self.today) > self.today:
            problems.add(self.column("signed_on"), raw["signed_on"], FUTURE, code="signed_on.future")
        try:
            if not {"goal_level", "goal"} & raw.keys():
                refuse_goal(goal_level="", goal="")
            if len(days) == len(names):
                refuse_dates(**days)
        except RuleError as error:
            ((name, texts),) = error.message_dict.items()
            problems.add(self.column(name), raw.get(name, ""), texts[0], code=f"{name}.invalid")

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same pair."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一对师徒。请核对后只保留一行。"

    def compare(self, staged: Staged) -> None:
        """Against the roll and the pairs; see ``training.matching.apprenticeships``."""
        pair_matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The people the file names, masters included, in one order; pairs change only under that lock."""
        pair_matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """See ``training.bulk.apprenticeships``."""
        pair_bulk.write(staged, by=self.by)

    def undo(self, staged: Staged) -> None:
        """See ``training.bulk.apprenticeships``."""
        pair_bulk.revert(staged)

    @classmethod
    def records(cls, user):
        """People on the roll in the user's reach."""
        return Worker.objects.within_reach(user, Permission.VIEW_TRAINING)

    def record_url(self, target_id: int) -> str:
        """The apprentice's page."""
        return reverse("workers:worker_detail", args=[target_id])
