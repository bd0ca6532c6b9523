"""Kind ``attendance``: who was at which session. One row is one person at one session."""

import hashlib
import re

from django.urls import reverse

from core import crypto
from core.access import Permission
from core.characters import refusal
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.idnumbers import identity_key
from core.text import clean_label, clean_text, mask_number
from core.widgets import CleanedWidget, CountWidget, DayWidget, YesNoWidget
from training.bulk import attendance as attendance_bulk
from training.matching import attendance as attendance_matching
from training.models import Session, TrainingClass
from training.resources.enrolments import NO_CLASS
from unions.models import Union
from workers import examples, row_checks, who_columns
from workers.headings import KNOWN_AS
from workers.models import Worker
from workers.widgets import as_found, is_citizen_number

NOBODY = "没有写明是谁。请填写顺序（班次页面和签到表上的号），或证件号码。"
NO_SESSION = "这个班次在这一天没有课。请核对日期，或先在班次页面添加课次。"
WHICH_SESSION = "这个班次在这一天有 {count} 次课。请填写开始时间：{times}。"
NOT_THEN = "这个班次在这一天没有 {time} 开始的课，有：{times}。请核对开始时间。"
_TIME = re.compile(r"([0-9]{1,2})[:时点]([0-9]{2})(?:[:分][0-9]{0,2}秒?)?")
_WITH_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} ")


def clean_time(value) -> str:
    """A time of day as HH:MM. Raises TextError."""
    text = _WITH_DAY.sub("", clean_text(value)).replace("：", ":").replace(" ", "")
    if not text:
        return ""
    found = _TIME.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise refusal("not_a_time", f"“{text[:20]}”不是时间", "请填写课次的开始时间，例如 08:30")
    return f"{int(found[1]):02d}:{found[2]}"


class AttendanceExchange(Exchange):
    """Notes who came to the sessions of the uploader's classes. 是 notes, 否 takes back, a blank cell says nothing.

    A person is named by the place in the class, which stands on the printed sheet, or by the document's number.
    """

    name = "attendance"
    title = "培训考勤"
    permission = Permission.EDIT_TRAINING
    key_column = "class_code"
    record = Worker
    holds_people = True
    form_title = "职工培训考勤登记表"
    purpose = "本工会主办班次的到课情况。填“是”登记到课，填“否”取消到课，空着的不改动。"
    example = examples.PERSON | {
        "class_code": "某某-2026-001",
        "place": "1",
        "on": "2026/03/02",
        "starts_at": "08:30",
        "present": "是",
    }
    footnote = (
        "填表说明：\n1、每行填写一人的一次课；班次编号和课次在班次页面上，签到表上也有。\n"
        "2、顺序和证件号码填一项即可；顺序是此人在这个班次的报名顺序，姓名用来核对。\n"
        "3、只登记报名成功的人。一天有几次课的，填写开始时间。"
    )

    class_code = Column(
        *("class_code", "班次编号", CleanedWidget(lambda value: clean_label(value, longest=32))),
        headings=("培训班次", "班级编号", "培训班编号"),
        required=True,
        uniform=True,
        blank="error",
        width=20,
    )
    place = Column("place", "顺序", CountWidget(), headings=("报名顺序",), width=8)
    full_name = who_columns.FULL_NAME
    doc_type = who_columns.DOC_TYPE
    number = Column(
        *("number", "证件号码", CleanedWidget(as_found)),
        headings=KNOWN_AS["number"],
        mask=mask_number,
        number_text=True,
        hint="填了顺序的不用填",
        width=22,
        looks_like=is_citizen_number,
    )
    on = Column(
        *("on", "日期", DayWidget()),
        headings=("上课日期", "培训日期", "课次日期"),
        hint="格式：yyyy/MM/dd",
        required=True,
        uniform=True,
        blank="error",
    )
    starts_at = Column(
        *("starts_at", "开始时间", CleanedWidget(clean_time)),
        headings=("上课时间", "课次时间"),
        hint="一天只有一次课的可不填",
        uniform=True,
    )
    present = Column(
        "present", "到课", YesNoWidget(), headings=("是否到课", "到课情况", "是否出勤", "出勤"), required=True
    )

    def prepare(self, positions: dict[str, int]) -> None:
        """Classes inside the file's union that the uploader may write to, by code, and their sessions by day."""
        super().prepare(positions)
        unions = Union.objects.within_reach(self.by, Permission.EDIT_TRAINING)
        unions = unions.within(self.union) if self.union else unions
        classes = TrainingClass.objects.filter(union__in=unions.order_by().values("pk"))
        self.classes = {one.code: one for one in classes}
        self.sessions: dict[tuple[int, str], dict[str, int]] = {}
        held = Session.objects.filter(training_class__in=[one.pk for one in self.classes.values()])
        for key, training_class, on, starts_at in held.order_by("starts_at").values_list(
            "pk", "training_class", "on", "starts_at"
        ):
            self.sessions.setdefault((training_class, on.isoformat()), {})[f"{starts_at:%H:%M}"] = key
        self.index_number = crypto.indexer("identity")

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Who and which session; who that is in the class is told in ``compare``."""
        place = values.pop("place", None)
        staged = (
            self._person(values, raw, problems)
            if "number" in raw
            else {"shown": f"顺序 {place}", "place": place}
        )
        if "number" not in raw and place is None and "place" not in raw:
            problems.add(self.column("place"), "", NOBODY, code="place.nobody")
        code = values.pop("class_code", None)
        training_class = self.classes.get(code)
        if code and training_class is None:
            problems.add(self.column("class_code"), code, NO_CLASS, code="class_code.unknown")
        on, starts_at = values.pop("on", None), values.pop("starts_at", None)
        session = self._session(training_class, on, starts_at, problems) if training_class and on else None
        if session is None or staged is None or problems.blocking:
            return Cleaned(None, staged or {}, problems)
        said = {"present": values["present"]} if "present" in values else {}
        staged |= {"name": values["name"], "class": code, "session": session, "fields": said}
        who = staged.get("person") or f"place {place}"
        return Cleaned(hashlib.sha256(f"{who} {session}".encode()).digest(), staged, problems)

    def _person(self, values: dict, raw: dict, problems: Problems) -> dict | None:
        check = row_checks.check_number(self, values, raw, problems)
        if check is None:
            return None
        key = self.index_number(identity_key(values.pop("doc_type"), check.number))
        return {"shown": mask_number(check.number), "person": f"\\x{key.hex()}"}

    def _session(self, training_class, on: str, starts_at: str | None, problems: Problems) -> int | None:
        held = self.sessions.get((training_class.pk, on), {})
        times = "、".join(held)
        if not held:
            problems.add(self.column("on"), on, NO_SESSION, code="on.no_session")
        elif starts_at and starts_at not in held:
            text = NOT_THEN.format(time=starts_at, times=times)
            problems.add(self.column("starts_at"), starts_at, text, code="starts_at.unknown")
        elif not starts_at and len(held) > 1:
            text = WHICH_SESSION.format(count=len(held), times=times)
            problems.add(self.column("starts_at"), "", text, code="starts_at.blank")
        else:
            return held[starts_at] if starts_at else next(iter(held.values()))
        return None

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same person at the same session."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一人的同一次课。请核对后只保留一行。"

    def compare(self, staged: Staged) -> None:
        """Against the classes' people and what is noted of them; see ``training.matching.attendance``."""
        attendance_matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The people the file means, then the classes."""
        attendance_matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """See ``training.bulk.attendance``."""
        attendance_bulk.write(staged, by=self.by)

    def undo(self, staged: Staged) -> None:
        """See ``training.bulk.attendance``."""
        attendance_bulk.revert(staged, by=self.by)

    @classmethod
    def records(cls, user):
        """People on the roll in the user's reach."""
        return Worker.objects.within_reach(user, Permission.VIEW_TRAINING)

    def record_url(self, target_id: int) -> str:
        """The worker's page."""
        return reverse("workers:worker_detail", args=[target_id])
