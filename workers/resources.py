"""Kind ``workers``: 附件四 工会会员信息采集表, as circulated (domain facts 2.2)."""

import datetime as dt

from django.urls import reverse

from core import crypto
from core.access import Permission
from core.exchange import MEMO_LIMIT, Cleaned, Column, Exchange, Problems, Staged
from core.idnumbers import (
    compare_declared,
    identity_key,
)
from core.text import clean_phone, mask_number, mask_phone
from core.widgets import CleanedWidget, CodeWidget, DayWidget, YesNoWidget
from workers import amending, bulk, examples, extra_columns, full_lists, matching, row_checks, who_columns
from workers.file_scope import FileScope
from workers.headings import KNOWN_AS
from workers.models import Sex, Worker
from workers.movements import spell_status
from workers.naming import search_keys
from workers.services.conflicts import report_conflicts
from workers.services.duplicates import look_up
from workers.services.full_lists import propose_missing, withdraw_missing
from workers.widgets import BirthWidget, FirmWidget, is_mobile_number

SEX_TEXTS = {Sex.MALE.value: "男", Sex.FEMALE.value: "女"}


class WorkerExchange(Exchange):
    """The members of one union, or of several, with the last change of their membership."""

    name = "workers"
    title = "会员信息"
    permission = Permission.EDIT_ROLL
    key_column = "number"
    record = Worker
    holds_people = True
    form_title = "工会会员信息采集表"
    purpose = "会员实名信息：登记新会员，更新已有会员，办理入会、转入、保留、转出、除名、退会。"
    example = examples.MEMBER
    together = (("change", "on", "reason"),)
    footnote = (
        "填表说明：\n1、证件号码、移动电话按文本填写，不要改成数字格式。\n"
        "2、“工作单位”填写完整的单位全称；只有一家单位的工会可以不填。\n"
        "3、会籍变化类型为保留、转出、除名、退会时，请填写会籍变化原因。"
    )

    full_name = who_columns.FULL_NAME
    sex = Column("sex", "性别", CodeWidget("sex", choices=("男", "女"), refused=("0", "9")), width=6)
    birth_date = Column(
        "birth_date", "出生日期", BirthWidget(), headings=KNOWN_AS["birth_date"], hint="格式：yyyy/MM/dd"
    )
    ethnicity = Column("ethnicity", "民族", CodeWidget("ethnicity"), blank="warning", width=8)
    employment_status = Column(
        "employment_status",
        "就业状况",
        CodeWidget(
            "employment_status",
            choices=("在岗", "待（下）岗", "失业", "退休", "离休", "退职", "退养（内退）", "病休", "其他"),
        ),
        headings=KNOWN_AS["employment_status"],
        blank="warning",
    )
    doc_type, number = who_columns.DOC_TYPE, who_columns.NUMBER
    education = Column(
        "education",
        "学历",
        CodeWidget(
            "education", choices=("博士", "硕士", "本科", "大专", "中专", "高中", "初中", "小学及以下")
        ),
        headings=KNOWN_AS["education"],
        blank="warning",
        width=10,
    )
    skill_level = Column(
        "skill_level",
        "技术等级",
        CodeWidget("skill_level"),
        headings=KNOWN_AS["skill_level"],
        blank="warning",
        width=18,
    )
    phone = Column(
        "phone",
        "移动电话",
        CleanedWidget(clean_phone),
        headings=KNOWN_AS["phone"],
        blank="warning",
        mask=mask_phone,
        number_text=True,
        looks_like=is_mobile_number,
    )
    household_type = Column(
        "household_type",
        "户籍类型",
        CodeWidget("household_type", choices=("农业户口", "非农业户口", "居民户口")),
        headings=KNOWN_AS["household_type"],
        blank="warning",
    )
    household_place = Column(
        "household_place",
        "户籍所在地",
        CleanedWidget(longest=100),
        headings=KNOWN_AS["household_place"],
        width=24,
    )
    change = Column(
        "change",
        "会籍变化类型",
        CodeWidget(
            "membership_change_type", choices=("入会", "转入", "保留", "转出", "除名", "退会"), refused=("9",)
        ),
        headings=KNOWN_AS["change"],
        required=True,
        uniform=True,
        blank="error",
    )
    change_on = Column(
        "on",
        "会籍变化日期",
        DayWidget(),
        headings=KNOWN_AS["on"],
        required=True,
        uniform=True,
        blank="error",
        hint="格式：yyyy/MM/dd",
    )
    reason = Column(
        "reason",
        "会籍变化原因",
        CodeWidget("membership_change_reason"),
        headings=KNOWN_AS["reason"],
        width=22,
    )
    political = Column(
        "political",
        "政治面貌",
        CodeWidget(
            "political_affiliation",
            choices=(
                *("中共党员", "中共预备党员", "共青团员", "民革党员", "民盟盟员", "民建会员", "民进会员"),
                *("农工党党员", "致公党党员", "九三学社社员", "台盟盟员", "无党派人士", "群众"),
            ),
        ),
        headings=KNOWN_AS["political"],
    )
    employer = Column("employer", "工作单位", FirmWidget(), headings=KNOWN_AS["employer"], width=28)
    native_place = Column("native_place", "籍贯", CleanedWidget(longest=50))
    is_migrant = Column(
        "is_migrant",
        "是否农民工会员",
        YesNoWidget(),
        headings=KNOWN_AS["is_migrant"],
        hint="填写“是”或“否”",
    )
    key_post, industrial, form, occupation, team, staff_number, start = extra_columns.COLUMNS

    def prepare(self, positions: dict[str, int]) -> None:
        """Unions and firms inside the file's union that the uploader may write to."""
        super().prepare(positions)
        self.job_columns = tuple(name for name in extra_columns.JOB if name in positions)
        scope = FileScope(self)
        self.unions, self.closed, self.homes = scope.unions, scope.closed, scope.homes
        self.default_firm = scope.default_firm(self)
        self.index_number = crypto.indexer("identity")
        self.seal_number = crypto.sealer("workers_identitydocument:number")
        self.index_phone = crypto.indexer("phone")
        self.seal_phone = crypto.sealer("workers_worker:phone")
        self.keys_of_names: dict[str, dict[str, str]] = {}

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Document against birth date and sex, age, the movement, the union; then the staged form."""
        check = row_checks.check_number(self, values, raw, problems)
        self._check_person(values, problems, check)
        row_checks.check_movement(self, values, raw, problems)
        employer = values.pop("employer", None)
        if employer is None and "employer" not in raw:
            employer = self.default_firm
        union = self._union_of(employer, raw, problems)
        job = {name: values.pop(name) for name in self.job_columns if name in values}
        if "start" in job:
            closed_on = self.closed.get(employer)
            column = self.column("start")
            extra_columns.check_start(column, job, raw, problems, today=self.today, closed_on=closed_on)
        if check is None:
            return Cleaned(None, {}, problems)
        doc_type = values.pop("doc_type")
        key = self.index_number(identity_key(doc_type, check.number))
        staged = {"shown": mask_number(check.number)}
        if not problems.blocking:
            staged |= {
                "doc": self._sealed_document(doc_type, check.number),
                "status": spell_status(values),
                "change": values.pop("change"),
                "on": values.pop("on"),
                "reason": values.pop("reason", ""),
                "union": union,
                "employer": employer,
                "fields": self.person_fields(values),
            }
            if job:
                staged["job"] = job
        return Cleaned(key, staged, problems)

    def _check_person(self, values, problems: Problems, check) -> None:
        derived = check.birth_date.isoformat() if check and check.birth_date else None
        row_checks.complete_birth(self, values, problems, check)
        born = values.get("birth_date")
        sex = values.get("sex")
        if check and ((derived and born and born != derived) or (check.sex and sex and sex != check.sex)):
            stated = dt.date.fromisoformat(born) if born else None
            for found in compare_declared(check, birth_date=stated, sex=sex):
                shown = born if found.field == "birth_date" else SEX_TEXTS.get(sex, "")
                column = self.column(found.field)
                problems.add(column, shown, found.message, code=f"{found.field}.disagrees")
        elif born and not derived and "birth_date" in values:
            row_checks.check_birth(self, born, problems)
        if "birth_date" in values and "sex" in values:
            return
        for name, value, shown in (
            ("birth_date", derived, derived),
            ("sex", check and check.sex, SEX_TEXTS.get(check.sex or "", "") if check else ""),
        ):
            if name not in values and not any(p["code"].startswith(f"{name}.") for p in problems):
                self._fill(values, name, value, shown, problems)

    def _fill(self, values, name: str, value, shown: str, problems: Problems) -> None:
        column = self.column(name)
        title = column.column_name
        if value:
            values[name] = value
            message = f"没有填写{title}，已按证件号码填为“{shown}”。"
        else:
            message = f"没有填写{title}，可以导入，但实名制信息不完整。"
        if name in self.positions:
            problems.add(column, "", message, level="warning", code=f"{name}.blank")

    def _union_of(self, employer: int | None, raw, problems: Problems) -> int | None:
        if employer is None:
            return self.union.pk if self.union and self.union.is_holding else None
        home = self.homes[employer]
        if home is None:
            message = (
                "该单位还没有建立工会，会员无处登记。请先由镇总工会登记建会覆盖，或由代管会籍的工会报送。"
            )
            problems.add(self.column("employer"), raw.get("employer", ""), message, code="employer.no_union")
        return home

    def _sealed_document(self, doc_type: str, number: str) -> dict:
        return {
            "doc_type": doc_type,
            "number": f"\\x{self.seal_number(number).hex()}",
            "number_tail": number[-4:],
        }

    def person_fields(self, values: dict) -> dict:
        """The columns of ``Worker`` a row fills, with search keys; the phone sealed and indexed."""
        if name := values.get("name"):
            keys = self.keys_of_names.get(name)
            if keys is None:
                keys = search_keys(name)
                if len(self.keys_of_names) < MEMO_LIMIT:
                    self.keys_of_names[name] = keys
            values |= keys
        if phone := values.pop("phone", None):
            values["phone"] = f"\\x{self.seal_phone(phone).hex()}"
            values["phone_index"] = f"\\x{self.index_phone(phone).hex()}"
            values["phone_tail"] = phone[-4:]
        return values

    def amend(self, pk: int, texts: dict) -> Cleaned:
        """Facts of a known person; see ``workers.amending``."""
        return amending.amended(self, pk, texts)

    def written(self, before: dict) -> set[str]:
        """Facts of the person and the job, and the membership as a whole."""
        return super().written(before) | amending.written(before.get("plan", {}))

    def compare(self, staged: Staged) -> None:
        """Against the roll, inside the reach of the uploader; see ``workers.matching`` and ``workers.amending``."""
        amending.resolve(staged, self)
        matching.compare(staged, self)
        amending.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The people on the roll whom the file names."""
        matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """Set-based; see ``workers.bulk``."""
        look_up(bulk.insert_new(staged))
        bulk.update_changed(staged, by=self.by)

    def report_conflicts(self, staged: Staged) -> int:
        """Cases for the conflict desk; see ``workers.services.conflicts``."""
        return report_conflicts(staged, unions=self.unions, union=self.union, by=self.by)

    brief_headings = full_lists.HEADINGS

    @classmethod
    def refuse_full_list(cls, union) -> str:
        """See ``workers.full_lists``."""
        return full_lists.refusal(union)

    def missing(self, staged: Staged) -> list[int]:
        """Members kept at the union whom no row names."""
        return full_lists.missing(staged, self.union)

    @classmethod
    def listed(cls, union) -> int:
        """The union's members."""
        return full_lists.member_count(union)

    def brief(self, target_ids: list[int]) -> list:
        """See ``workers.full_lists``."""
        return full_lists.briefs(target_ids, self.by)

    def propose(self, staged: Staged, target_ids: list[int]) -> dict[int, int]:
        """Open proposals; see ``workers.services.full_lists``."""
        return propose_missing(worker_ids=target_ids, union=self.union, run=staged.run_id, by=self.by)

    def withdraw(self, staged: Staged, made_ids: list[int]) -> int:
        """Proposals that are still open."""
        return withdraw_missing(proposal_ids=made_ids, run=staged.run_id, by=self.by)

    def undo(self, staged: Staged) -> None:
        """See ``workers.bulk``."""
        bulk.revert(staged, by=self.by)

    @classmethod
    def records(cls, user):
        """People on the roll in the user's reach."""
        return Worker.objects.visible_to(user)

    def record_url(self, target_id: int) -> str:
        """The worker's page."""
        return reverse("workers:worker_detail", args=[target_id])

    def show(self, attribute: str, values: dict) -> str:
        """Phones by their last four digits, everything else by name."""
        if attribute == "phone":
            return f"*******{values['phone_tail']}" if values.get("phone_tail") else ""
        return super().show(attribute, values)

    def describe(self, before: dict, values: dict) -> list[tuple[str, str, str]]:
        """Changed fields, then what happens to membership and employment."""
        return super().describe(before, values) + matching.describe_plan(before.get("plan", {}), self)
