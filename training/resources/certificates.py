"""Kind ``certificates``: certificates of skill of people who are on the roll. One row is one certificate."""

import datetime as dt
import hashlib

from django.urls import reverse

from core import codes, crypto
from core.access import Permission
from core.edited_cells import clean_edited
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.idnumbers import identity_key
from core.text import mask_number
from core.widgets import ChoiceWidget, CleanedWidget, CodeWidget, DayWidget
from training.bulk import certificates as certificate_bulk
from training.matching import certificates as certificate_matching
from training.models import LEVELS, Certificate
from training.rules.certificates import clean_certificate_number, clean_issuer, clean_trade, oddities
from unions.models import Union
from workers import examples, row_checks, who_columns
from workers.models import Worker
from workers.services.conflicts import report_conflicts

Kind = Certificate.Kind
KIND_TEXTS = {
    Kind.QUALIFICATION: ("职业资格", "职业资格证", "国家职业资格证书", "国家职业资格"),
    Kind.LEVEL: ("职业技能等级", "职业技能等级证", "技能等级证书", "技能等级", "等级证书"),
    Kind.ABILITY: ("专项职业能力", "专项职业能力证", "专项能力证书", "专项能力", "专项职业能力考核证书"),
}


class CertificateExchange(Exchange):
    """Enters certificates, and corrects known ones, which then wait for the town anew; a blank cell says nothing."""

    name = "certificates"
    title = "技能证书"
    permission = Permission.EDIT_TRAINING
    key_column = "number"
    record = Worker
    holds_people = True
    form_title = "职工技能证书采集表"
    purpose = "名册中已有职工的职业资格证书、职业技能等级证书和专项职业能力证书。导入后待镇总工会核验。"
    example = examples.PERSON | {
        "kind": "职业技能等级证书",
        "trade": "电工",
        "level": "高级工(三级)",
        "certificate": "Y000033000001243000001",
        "issuer": "某某职业技能评价机构",
        "issued_on": "2024/05/01",
        "valid_until": "",
    }
    footnote = (
        "填表说明：\n1、每行填写一人的一份证书，一人有几份证书的填几行。\n"
        "2、人员须已在会员名册中；姓名用来核对证件号码有没有填错，须与名册一致。\n"
        "3、专项职业能力证书不分等级，“等级”空着；特种作业操作证不填在这里。"
    )

    full_name = who_columns.FULL_NAME
    doc_type, number = who_columns.DOC_TYPE, who_columns.NUMBER
    kind = Column(
        *("kind", "证书种类", ChoiceWidget(Kind, KIND_TEXTS, what="证书种类", code="unknown_kind")),
        headings=("证书类别", "证书类型"),
        required=True,
        uniform=True,
        blank="error",
        width=20,
    )
    trade = Column(
        *("trade", "职业（工种）", CleanedWidget(clean_trade)),
        headings=("工种", "职业", "职业工种", "工种名称", "职业名称"),
        required=True,
        uniform=True,
        blank="error",
    )
    level = Column(
        *("level", "等级", CodeWidget("skill_level", refused=("L0", "L1", "ZX"))),
        headings=("技能等级", "职业技能等级", "证书等级", "技术等级", "级别"),
        width=16,
    )
    certificate = Column(
        *("certificate", "证书编号", CleanedWidget(clean_certificate_number)),
        headings=("证书号", "证书号码", "技能证书编号", "职业技能等级证书编号"),
        required=True,
        blank="error",
        number_text=True,
        width=26,
    )
    issuer = Column(
        *("issuer", "发证机构", CleanedWidget(clean_issuer)),
        headings=("发证单位", "颁发机构", "颁证机构", "评价机构", "鉴定机构"),
        required=True,
        uniform=True,
        blank="error",
        width=28,
    )
    issued_on = Column(
        *("issued_on", "发证日期", DayWidget()),
        headings=("发证时间", "颁证日期", "核发日期", "取证日期", "取证时间"),
        required=True,
        uniform=True,
        blank="error",
        hint="格式：yyyy/MM/dd",
    )
    valid_until = Column(
        *("valid_until", "有效期至", DayWidget()),
        headings=("证书有效期至", "到期日期", "有效期止"),
        hint="格式：yyyy/MM/dd",
    )

    def prepare(self, positions: dict[str, int]) -> None:
        """Unions inside the file's union that the uploader may write to, and names of the levels."""
        super().prepare(positions)
        unions = Union.objects.within_reach(self.by, Permission.EDIT_TRAINING)
        self.unions = list((unions.within(self.union) if self.union else unions).values_list("pk", flat=True))
        self.index_number = crypto.indexer("identity")
        self.level_names = codes.names("skill_level")

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Number, kind against level, dates; whose certificate it is and whether it is known is told in ``compare``."""
        check = row_checks.check_number(self, values, raw, problems)
        unread = raw.keys() - values.keys()
        for attribute, text, code in self.faults(values):
            if attribute in unread:
                continue  # what stands in the cell was refused already
            problems.add(self.column(attribute), raw.get(attribute, ""), text, code=f"{attribute}.{code}")
        if check is None:
            return Cleaned(None, {}, problems)
        person = self.index_number(identity_key(values.pop("doc_type"), check.number))
        staged = {"shown": mask_number(check.number), "person": f"\\x{person.hex()}"}
        if problems.blocking:
            return Cleaned(None, staged, problems)
        self._tell_oddities(values, problems)
        staged |= {"name": values.pop("name"), "on": self.today.isoformat(), "fields": {"level": ""} | values}
        key = hashlib.sha256(f"{values['kind']}:{values['certificate']}".encode()).digest()
        return Cleaned(key, staged, problems)

    def faults(self, facts: dict) -> list[tuple[str, str, str]]:
        """(attribute, sentence, code) of what does not go together among the facts of a certificate."""
        kind, level, found = facts.get("kind"), facts.get("level", ""), []
        if kind == Kind.ABILITY and level:
            found.append(("level", "专项职业能力证书不分等级。请空着，或核对证书种类。", "not_ability"))
        elif kind and kind != Kind.ABILITY and level not in LEVELS:
            found.append(("level", "没有填写等级。请按证书填写初级工至首席技师中的一级。", "blank"))
        issued, until = facts.get("issued_on"), facts.get("valid_until")
        if issued and issued > self.today.isoformat():
            found.append(("issued_on", "发证日期在今天之后。请核对日期。", "future"))
        elif issued and until and until < issued:
            found.append(("valid_until", f"有效期至早于发证日期 {issued}。请核对两个日期。", "before_issue"))
        return found

    def _tell_oddities(self, values: dict, problems: Problems) -> None:
        facts = {"kind": values["kind"], "number": values["certificate"], "level": values.get("level", "")}
        day = dt.date.fromisoformat(values["issued_on"])
        for text in oddities(issued_on=day, names=self.level_names, **facts):
            column = self.column("certificate")
            problems.add(column, values["certificate"], text, level="warning", code="certificate.odd")

    def amend(self, pk: int, texts: dict) -> Cleaned:
        """Edited cells of an exported certificate; what they make together is judged in ``compare``."""
        problems = Problems()
        values, _, emptied = clean_edited(self, texts, problems)
        fields = values | {name: None if name == "valid_until" else "" for name in emptied}
        return Cleaned(None, {"keyed": pk, "shown": "", "fields": fields}, problems)

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same certificate."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行的证书种类和证书编号相同。请核对后只保留一行。"

    def compare(self, staged: Staged) -> None:
        """Against the roll and its certificates, inside the reach; see ``training.matching.certificates``."""
        certificate_matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The people the file names."""
        certificate_matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """Set-based; see ``training.bulk.certificates``."""
        certificate_bulk.write(staged, by=self.by)

    def report_conflicts(self, staged: Staged) -> int:
        """People that another union keeps: cases for the conflict desk."""
        return report_conflicts(staged, unions=self.unions, union=self.union, by=self.by)

    def undo(self, staged: Staged) -> None:
        """See ``training.bulk.certificates``."""
        certificate_bulk.revert(staged, by=self.by)

    @classmethod
    def records(cls, user):
        """People on the roll in the user's reach."""
        return Worker.objects.within_reach(user, Permission.VIEW_TRAINING)

    def record_url(self, target_id: int) -> str:
        """The worker's page."""
        return reverse("workers:worker_detail", args=[target_id])
