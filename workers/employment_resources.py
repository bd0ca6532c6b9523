"""Kind ``employments``: who works where, as what, since when and until when. One row is one person at one firm."""

import hashlib

from django.urls import reverse

from core import crypto
from core.access import Permission
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.idnumbers import identity_key
from core.text import mask_number
from core.widgets import DayWidget
from workers import (
    employment_amending,
    employment_bulk,
    employment_matching,
    examples,
    extra_columns,
    row_checks,
    who_columns,
)
from workers.file_scope import FileScope
from workers.headings import KNOWN_AS
from workers.models import Worker
from workers.services.conflicts import report_conflicts
from workers.widgets import FirmWidget

NO_FIRM = "没有填写工作单位。请填写登记过的单位全称。"


class EmploymentExchange(Exchange):
    """Opens, corrects and ends jobs of people who are on the roll already; a blank cell says nothing."""

    name = "employments"
    title = "就业信息"
    permission = Permission.EDIT_ROLL
    key_column = "number"
    record = Worker
    holds_people = True
    form_title = "职工就业信息采集表"
    purpose = "名册中已有职工的就业：登记入职、离职，更新用工形式、工种、班组、工号。不改动会籍。"
    example = examples.JOB
    footnote = (
        "填表说明：\n1、每行填写一人在一家单位的一段就业，一份表里同一人在同一单位只填一行。\n"
        "2、人员须已在会员名册中；姓名用来核对证件号码有没有填错，须与名册一致。\n"
        "3、填写离职日期即登记离职，这一天起不再在该单位；在职的请空着。"
    )

    full_name = who_columns.FULL_NAME
    doc_type, number = who_columns.DOC_TYPE, who_columns.NUMBER
    employer = Column("employer", "工作单位", FirmWidget(), headings=KNOWN_AS["employer"], width=28)
    form, occupation, team, staff_number, start = extra_columns.COLUMNS[2:]
    end = Column(
        "end",
        "离职日期",
        DayWidget(),
        headings=("离职时间", "离岗日期", "离开单位日期", "终止劳动关系日期"),
        hint="格式：yyyy/MM/dd",
    )

    def prepare(self, positions: dict[str, int]) -> None:
        """Unions and firms inside the file's union that the uploader may write to."""
        super().prepare(positions)
        scope = FileScope(self)
        self.unions, self.closed, self.homes = scope.unions, scope.closed, scope.homes
        self.default_firm = scope.default_firm(self)
        self.index_number = crypto.indexer("identity")

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Number, firm and dates; whose job it is and whether it is known is decided in ``compare``."""
        check = row_checks.check_number(self, values, raw, problems)
        employer = values.pop("employer", None)
        if employer is None and "employer" not in raw:
            employer = self.default_firm
            if employer is None:
                problems.add(self.column("employer"), "", NO_FIRM, code="employer.blank")
        self.check_dates(values, raw, problems, employer)
        if check is None:
            return Cleaned(None, {}, problems)
        person = self.index_number(identity_key(values.pop("doc_type"), check.number))
        staged = {"shown": mask_number(check.number), "person": f"\\x{person.hex()}"}
        if employer is None:
            return Cleaned(None, staged, problems)
        if not problems.blocking:
            staged |= {
                "name": values.pop("name"),
                "employer": employer,
                "union": self.homes.get(employer),
                "on": values.get("start", self.today.isoformat()),
                "fields": values,
            }
        key = hashlib.sha256(person + employer.to_bytes(8)).digest()
        return Cleaned(key, staged, problems)

    def check_dates(self, values: dict, raw: dict, problems: Problems, employer: int | None) -> None:
        """Neither day lies ahead, the end lies after the start, the start before the closing of the firm."""
        start, end = values.get("start"), values.get("end")
        today, closed_on = self.today, self.closed.get(employer)
        extra_columns.check_start(
            self.column("start"), values, raw, problems, today=today, closed_on=closed_on
        )
        column = self.column("end")
        if end and end > today.isoformat():
            problems.add(column, raw["end"], "离职日期在今天之后。请核对日期。", code="end.future")
        elif start and end and end <= start:
            message = f"离职日期应晚于入职日期 {start}。请核对两个日期。"
            problems.add(column, raw["end"], message, code="end.before_start")

    def amend(self, pk: int, texts: dict) -> Cleaned:
        """Facts of somebody's main job; see ``workers.employment_amending``."""
        return employment_amending.amended(self, pk, texts)

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same person at the same firm."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一人在同一单位的就业。请只保留一行；先后两段就业请分两次导入。"

    def compare(self, staged: Staged) -> None:
        """Against the roll and its jobs, inside the reach of the uploader; see ``workers.employment_matching``."""
        employment_amending.resolve(staged, self)
        employment_matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The people the file names."""
        employment_matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """Set-based; see ``workers.employment_bulk``."""
        employment_bulk.write(staged, by=self.by)

    def report_conflicts(self, staged: Staged) -> int:
        """Cases for the conflict desk; see ``workers.services.conflicts``."""
        return report_conflicts(staged, unions=self.unions, union=self.union, by=self.by)

    def undo(self, staged: Staged) -> None:
        """See ``workers.employment_bulk``."""
        employment_bulk.revert(staged, by=self.by)

    @classmethod
    def records(cls, user):
        """People on the roll in the user's reach."""
        return Worker.objects.visible_to(user)

    def record_url(self, target_id: int) -> str:
        """The worker's page."""
        return reverse("workers:worker_detail", args=[target_id])
