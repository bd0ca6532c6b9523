"""Everything the roll holds about one person, sheet by sheet, for the copy the person may ask for (个人信息保护法 45).

A contributor is a function ``records_of(worker, *, by, full_numbers)`` named in settings.PERSON_RECORDS; it returns
``(title, headings, rows)`` per sheet, texts only. ``by`` prepares the file and sees no more than on the pages.
"""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from core.text import mask_number, mask_phone
from workers import queries
from workers.models import Conflict, Sex, Transfer, Worker
from workers.privacy import access_entries, look_of

Sheet = tuple[str, tuple[str, ...], list[tuple]]
ALL = 100_000
YES_NO = {True: "是", False: "否"}
CODED = tuple(queries.CODE_TABLES.items())
PLAIN = ("household_place", "native_place", "member_since", "confirmed_on")
FLAGS = ("is_migrant", "is_key_post", "is_industrial")


def records_of(worker: Worker, *, by: User, full_numbers: bool) -> list[Sheet]:
    """The sheets of the roll; numbers in full only with ``full_numbers``."""
    names = queries.code_names(*queries.DETAIL_TABLES)
    return [
        _facts(worker, names, full_numbers),
        _documents(worker, names, full_numbers),
        _employments(worker, names),
        _memberships(worker, names),
        _proposals(worker),
        _transfers(worker, by),
        _conflicts(worker, by),
        _merges(worker),
        _history(worker, names),
        _looks(worker),
    ]


def _facts(worker: Worker, names: dict, full: bool) -> Sheet:
    phone = worker.phone or ""
    rows = [("姓名", worker.name), ("性别", Sex(worker.sex).label), ("出生日期", text_of(worker.birth_date))]
    rows.append(("移动电话", phone if full else mask_phone(phone)))
    for field, table in CODED:
        code = getattr(worker, field)
        rows.append((queries.TITLES[field], names[table].get(code, code)))
    rows += [(queries.TITLES[field], text_of(getattr(worker, field))) for field in PLAIN]
    rows += [(queries.TITLES[field], YES_NO.get(getattr(worker, field), "")) for field in FLAGS]
    rows.append(("所属工会", worker.union.name))
    rows.append(("工作单位", worker.employer.name if worker.employer else ""))
    rows.append(("会籍", worker.get_standing_display()))
    return "基本信息", ("项目", "内容"), rows


def _documents(worker: Worker, names: dict, full: bool) -> Sheet:
    rows = []
    for paper in worker.documents.order_by("-is_current", "-pk"):
        kind = names["id_document_type"].get(paper.doc_type, paper.doc_type)
        number = paper.number if full else mask_number(paper.number)
        state = "现用" if paper.is_current else f"{paper.replaced_on} 更换" if paper.replaced_on else "有效"
        country = names["country"].get(paper.country, paper.country)
        rows.append((kind, number, country, text_of(paper.expires_on), state, text_of(paper.created_at)))
    return "身份证件", ("证件类别", "证件号码", "签发地", "有效期至", "状态", "登记时间"), rows


def _employments(worker: Worker, names: dict) -> Sheet:
    rows = [
        (
            job.employer.name,
            names["employment_form"].get(job.form, job.form),
            job.occupation,
            job.team,
            job.staff_number,
            text_of(job.start),
            text_of(job.end),
        )
        for job in worker.employments.select_related("employer")
    ]
    return "就业", ("工作单位", "用工形式", "工种", "班组", "工号", "入职日期", "离职日期"), rows


def _memberships(worker: Worker, names: dict) -> Sheet:
    status, reasons = names["membership_status"], names["membership_change_reason"]
    rows = [
        (
            spell.union.name,
            status.get(spell.status, spell.status),
            text_of(spell.start),
            spell.get_start_change_display(),
            reasons.get(spell.start_reason, spell.start_reason),
            text_of(spell.end),
            spell.get_end_change_display(),
            reasons.get(spell.end_reason, spell.end_reason),
        )
        for spell in worker.memberships.select_related("union")
    ]
    headings = ("工会", "会籍状态", "起", "起始变化", "起始原因", "止", "终止变化", "终止原因")
    return "会籍", headings, rows


def _proposals(worker: Worker) -> Sheet:
    rows = [
        (
            matter.union.name,
            matter.get_source_display(),
            matter.get_change_display(),
            text_of(matter.on),
            matter.note,
            matter.get_state_display(),
            matter.decision_note,
            text_of(matter.decided_at),
        )
        for matter in worker.proposals.select_related("union")
    ]
    headings = ("工会", "来源", "拟办变化", "日期", "说明", "状态", "决定说明", "决定时间")
    return "拟办会籍变化", headings, rows


def _transfers(worker: Worker, by: User) -> Sheet:
    found = Transfer.objects.visible_to(by).filter(worker=worker).select_related("origin", "destination")
    rows = [
        (
            matter.origin.name,
            matter.destination.name,
            text_of(matter.on),
            matter.get_state_display(),
            matter.note,
            matter.closing_note,
            text_of(matter.closed_at),
        )
        for matter in found
    ]
    headings = ("转出工会", "转入工会", "接转日期", "状态", "说明", "办结说明", "办结时间")
    return "会籍接转", headings, rows


def _conflicts(worker: Worker, by: User) -> Sheet:
    found = Conflict.objects.visible_to(by).filter(worker=worker).select_related("claimant")
    rows = [
        (
            case.claimant.name,
            text_of(case.created_at),
            case.get_decision_display() or "核实中",
            case.note,
            text_of(case.decided_at),
        )
        for case in found
    ]
    return "重复登记核实", ("申报工会", "申报时间", "决定", "决定说明", "决定时间"), rows


def _merges(worker: Worker) -> Sheet:
    rows = [
        (str(merge.absorbed_id), merge.note, text_of(merge.merged_at))
        for merge in worker.merges.order_by("pk")
    ]
    return "记录合并", ("并入的记录编号", "依据", "合并时间"), rows


def _history(worker: Worker, names: dict) -> Sheet:
    rows = []
    for line in queries.history(worker, names, limit=ALL):
        about = "；".join(line.notes)
        changes = line.changes or [("", "", "")]
        rows += [
            (text_of(line.at), line.actor, line.label, about, title, before, after)
            for title, before, after in changes
        ]
    return "变更记录", ("时间", "操作人", "动作", "说明", "项目", "改动前", "改动后"), rows


def _looks(worker: Worker) -> Sheet:
    looks = [look_of(entry) for entry in access_entries(worker)]
    rows = [(text_of(look.at), look.actor, look.what, look.reason) for look in looks]
    return "谁查看过", ("时间", "查看人", "查看内容", "事由"), rows


def text_of(value) -> str:
    """A day or a moment as text, nothing as the empty text."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return str(value)
