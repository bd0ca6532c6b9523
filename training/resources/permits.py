"""Kind ``permits``: cards for special work of people on the roll, with their last review. One row is one card."""

import datetime as dt
import hashlib

from django.urls import reverse

from core import crypto
from core.access import Permission
from core.edited_cells import clean_edited
from core.errors import RuleError
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.idnumbers import identity_key
from core.text import mask_number
from core.widgets import CleanedWidget, CodeWidget, DayWidget, YesNoWidget
from training.bulk import permits as permit_bulk
from training.matching import permits as permit_matching
from training.rules.permit_clock import ClockRules
from training.rules.permits import CLEANERS, clean_permit_number, dated, holder_index, refuse_review_day
from unions.models import Union
from workers import employment_matching, examples, row_checks, who_columns
from workers.models import Worker
from workers.services.conflicts import report_conflicts

NOT_THEIRS = "操作证号中的身份证号码与本行的证件号码不一致。请对照操作证核对这两个号码。"
DAY = "格式：yyyy/MM/dd"
# What an emptied cell of an exported list means, and what may not be emptied.
EMPTY = {"issuer": "", "long_service": False}
KEPT_FILLED = {
    "valid_until": "有效期至不能清空。请填写操作证上的日期。",
    "reviewed_on": "复审不能用表格删去。登记错的，请在操作证页面删去。",
}


class PermitExchange(Exchange):
    """Enters cards and reviews, and corrects known cards; a blank cell says nothing."""

    name = "permits"
    title = "特种作业操作证"
    permission = Permission.EDIT_TRAINING
    key_column = "number"
    record = Worker
    holds_people = True
    form_title = "特种作业操作证采集表"
    purpose = "名册中已有职工的特种作业操作证和最近一次复审。导入后按发证日期和复审日期推算应办日期。"
    example = examples.PERSON | {
        "category": "电工作业",
        "item": "低压电工作业",
        "permit": "TXXXXXXXXXXXXXXXXXX",
        "issuer": "某市应急管理局",
        "issued_on": "2024/03/01",
        "valid_until": "2030/03/01",
        "reviewed_on": "",
        "long_service": "否",
    }
    footnote = (
        "填表说明：\n1、每行填写一人的一张操作证，一人有几张的填几行；换发的新证另起一行，旧证随之停用。\n"
        "2、人员须已在会员名册中；姓名用来核对证件号码有没有填错，须与名册一致。\n"
        "3、发证日期填本证有效期的起始日；有效期至空着的，按法定有效期推算；只填最近一次合格的复审。"
    )

    full_name = who_columns.FULL_NAME
    doc_type, number = who_columns.DOC_TYPE, who_columns.NUMBER
    category = Column(
        *("category", "作业类别", CodeWidget("permit_category")),
        headings=("特种作业类别", "操作证类别", "作业种类"),
        required=True,
        uniform=True,
        blank="error",
        width=24,
    )
    item = Column(
        *("item", "准操项目", CleanedWidget(CLEANERS["item"])),
        headings=("操作项目", "作业项目", "准操类别"),
        width=20,
    )
    permit = Column(
        *("permit", "操作证号", CleanedWidget(clean_permit_number)),
        headings=("特种作业操作证号", "操作证编号", "操作证号码", "证书编号"),
        required=True,
        blank="error",
        mask=mask_number,
        number_text=True,
        width=24,
    )
    issuer = Column(
        *("issuer", "发证机关", CleanedWidget(CLEANERS["issuer"])),
        headings=("签发机关", "发证单位"),
        uniform=True,
        width=24,
    )
    issued_on = Column(
        *("issued_on", "发证日期", DayWidget()),
        headings=("有效期开始", "有效期起", "领证日期", "有效期始", "发证时间"),
        required=True,
        uniform=True,
        blank="error",
        hint=DAY,
    )
    valid_until = Column(
        *("valid_until", "有效期至", DayWidget()),
        headings=("有效期结束", "有效期止", "到期日期", "有效期限至"),
        hint=DAY,
    )
    reviewed_on = Column(
        *("reviewed_on", "最近复审日期", DayWidget()),
        headings=("实际复审日期", "复审日期", "复审时间"),
        hint=DAY,
    )
    long_service = Column(
        *("long_service", "从业十年以上无违章", YesNoWidget()),
        headings=("连续从业十年以上且无违章", "六年复审"),
        hint="填写“是”或“否”",
    )

    def prepare(self, positions: dict[str, int]) -> None:
        """Unions inside the file's union that the uploader may write to, the rules of the clock, the keys."""
        super().prepare(positions)
        unions = Union.objects.within_reach(self.by, Permission.EDIT_TRAINING)
        self.unions = list((unions.within(self.union) if self.union else unions).values_list("pk", flat=True))
        self.rules = ClockRules()
        self.index_person = crypto.indexer("identity")
        self.index_permit = crypto.indexer("permit")
        self.seal = crypto.sealer("training_permit:number")

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Numbers against each other, dates against the law; whose card it is and whether it is known is told in
        ``compare``."""
        check = row_checks.check_number(self, values, raw, problems)
        permit = values.pop("permit", "")
        self._check_days(values, raw, problems)
        if check is None:
            return Cleaned(None, {}, problems)
        person = self.index_person(identity_key(values.pop("doc_type"), check.number))
        held = holder_index(permit)
        if held is not None and held != person:
            problems.add(self.column("permit"), raw["permit"], NOT_THEIRS, code="permit.other_person")
        staged = {"shown": mask_number(check.number), "person": f"\\x{person.hex()}"}
        if problems.blocking:
            return Cleaned(None, staged, problems)
        index = self.index_permit(permit)
        staged |= {
            "name": values.pop("name"),
            "on": self.today.isoformat(),
            "sealed": f"\\x{self.seal(permit).hex()}",
            "index": f"\\x{index.hex()}",
            "tail": permit[-4:],
            "fields": values,
        }
        card = f"{values['category']}:{values.get('item', '')}:{values['issued_on']}"
        return Cleaned(hashlib.sha256(index + card.encode()).digest(), staged, problems)

    def _check_days(self, values: dict, raw: dict, problems: Problems) -> None:
        """Issue, end and review of a row against today and the law."""
        if values.get("issued_on", "") > self.today.isoformat():
            column = self.column("issued_on")
            problems.add(
                column, raw["issued_on"], "发证日期在今天之后。请核对日期。", code="issued_on.future"
            )
        elif fault := self.fault(values):
            attribute, text = fault
            problems.add(self.column(attribute), raw.get(attribute, ""), text, code=f"{attribute}.invalid")

    def fault(self, facts: dict) -> tuple[str, str] | None:
        """(attribute, sentence) of the first day that the law does not allow together with the others."""
        days = {
            name: dt.date.fromisoformat(facts[name])
            for name in ("issued_on", "valid_until", "reviewed_on")
            if facts.get(name)
        }
        issued_on, on = days.get("issued_on"), days.get("reviewed_on")
        if issued_on is None:
            return None
        try:
            valid_until, rule = dated(issued_on, days.get("valid_until"), self.rules)
            if on is not None:
                long_service = bool(facts.get("long_service"))
                first = rule.next_due(issued_on, valid_until, long_service=long_service)
                refuse_review_day(on, issued_on=issued_on, valid_until=valid_until, first=first, rule=rule)
        except RuleError as error:
            ((name, texts),) = error.message_dict.items()
            return ("reviewed_on" if name == "on" else name), texts[0]
        return None

    def amend(self, pk: int, texts: dict) -> Cleaned:
        """Edited cells of an exported card; what they make together is judged in ``compare``."""
        problems = Problems()
        values, _, emptied = clean_edited(self, texts, problems)
        for name in KEPT_FILLED.keys() & set(emptied):
            problems.add(self.column(name), "", KEPT_FILLED[name], code=f"{name}.emptied")
        fields = values | {name: EMPTY[name] for name in emptied if name in EMPTY}
        return Cleaned(None, {"keyed": pk, "shown": "", "fields": fields}, problems)

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same card."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一张操作证。请只保留一行。"

    def compare(self, staged: Staged) -> None:
        """Against the roll and its cards, inside the reach; see ``training.matching.permits``."""
        permit_matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The people the file names; their cards change only under that lock."""
        employment_matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """Set-based; see ``training.bulk.permits``."""
        permit_bulk.write(staged, by=self.by)

    def report_conflicts(self, staged: Staged) -> int:
        """People that another union keeps: cases for the conflict desk."""
        return report_conflicts(staged, unions=self.unions, union=self.union, by=self.by)

    def undo(self, staged: Staged) -> None:
        """See ``training.bulk.permits``."""
        permit_bulk.revert(staged, by=self.by)

    @classmethod
    def records(cls, user):
        """People on the roll in the user's reach."""
        return Worker.objects.within_reach(user, Permission.VIEW_TRAINING)

    def record_url(self, target_id: int) -> str:
        """The worker's page."""
        return reverse("workers:worker_detail", args=[target_id])
