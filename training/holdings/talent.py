"""What is held about a person as master, apprentice, candidate and skill leader, for the copy the person may ask for (PERSON_RECORDS)."""

from django.db.models import Q

from accounts.models import User
from core import codes
from training.models import AllowancePayment, Apprenticeship, Candidate, CandidateNote, SkillLeader
from workers.holdings import Sheet, text_of
from workers.models import Worker

PAIR_HEADINGS = (
    *("本人是", "对方", "工种", "目标等级", "目标技能", "协议签订日期", "开始日期", "约定期满日期"),
    *("结束日期", "结果", "结果说明"),
)


def records_of(worker: Worker, *, by: User, full_numbers: bool) -> list[Sheet]:
    """Sheets of apprenticeships of either side, of nominations as candidate with the notes of each year, and of terms
    as skill leader with the allowances paid."""
    levels = codes.names("skill_level")
    lists = [_pairs(worker, by, levels), _candidates(worker, by, levels), _notes(worker, by)]
    return [*lists, _leaders(worker, by), _allowances(worker, by)]


def _pairs(worker: Worker, by: User, levels: dict) -> Sheet:
    found = Apprenticeship.objects.visible_to(by).filter(Q(master=worker) | Q(apprentice=worker))
    rows = [
        (
            "师傅" if pair.master_id == worker.pk else "徒弟",
            pair.apprentice.name if pair.master_id == worker.pk else pair.master.name,
            pair.trade,
            levels.get(pair.goal_level, pair.goal_level),
            pair.goal,
            text_of(pair.signed_on),
            text_of(pair.start),
            text_of(pair.until),
            text_of(pair.end),
            pair.get_outcome_display(),
            pair.outcome_note,
        )
        for pair in found.select_related("master", "apprentice")
    ]
    return "师带徒", PAIR_HEADINGS, rows


def _leaders(worker: Worker, by: User) -> Sheet:
    headings = (
        *("工种", "带领的班组或团队", "聘期开始", "聘期至", "每月津贴（元）", "聘任文号"),
        *("审定", "审定说明", "提前结束说明"),
    )
    rows = [
        (
            row.trade,
            row.team,
            text_of(row.start),
            text_of(row.until),
            str(row.allowance),
            row.document_number,
            row.get_state_display(),
            row.decision_note,
            row.end_note,
        )
        for row in SkillLeader.objects.visible_to(by).filter(worker=worker)
    ]
    return "技能带头人", headings, rows


def _allowances(worker: Worker, by: User) -> Sheet:
    rows = [
        (f"{row.month:%Y-%m}", str(row.amount), text_of(row.paid_on), row.get_payer_display())
        for row in AllowancePayment.objects.visible_to(by).filter(leader__worker=worker)
    ]
    return "带头人津贴", ("月份", "金额（元）", "发放日期", "发放单位"), rows


def _candidates(worker: Worker, by: User, levels: dict) -> Sheet:
    headings = (
        *("年度", "级别", "批次", "工种", "导师", "开始时最高等级", "目标等级", "培养开始", "培养期至"),
        *("审定", "审定说明", "培养结果", "结果说明"),
    )
    rows = [
        (
            str(row.year),
            row.get_scope_display(),
            row.batch,
            row.trade,
            row.mentor.name if row.mentor else row.mentor_name,
            levels.get(row.start_level, row.start_level),
            levels.get(row.goal_level, row.goal_level),
            text_of(row.start),
            text_of(row.until),
            row.get_state_display(),
            row.decision_note,
            row.get_outcome_display(),
            row.outcome_note,
        )
        for row in Candidate.objects.visible_to(by).filter(worker=worker).select_related("mentor")
    ]
    return "培养对象", headings, rows


def _notes(worker: Worker, by: User) -> Sheet:
    rows = [
        (str(note.year), note.text)
        for note in CandidateNote.objects.visible_to(by).filter(candidate__worker=worker)
    ]
    return "培养年度情况", ("年度", "情况"), rows
