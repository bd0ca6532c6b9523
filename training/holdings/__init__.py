"""What this app holds about one person, for the copy the person may ask for (settings.PERSON_RECORDS)."""

from core import codes
from training.holdings.key_posts import held_posts
from training.holdings.learning import course_sheet, learning_sheet
from training.holdings.permits import permit_sheets
from training.models import Certificate, Enrolment, Title
from workers.holdings import Sheet, text_of
from workers.models import Worker

HEADINGS = (
    "种类",
    "工种",
    "等级",
    "证书编号",
    "发证机构",
    "发证日期",
    "有效期至",
    "状态",
    "附件数",
    "核验说明",
)
TITLE_HEADINGS = ("职称名称", "级别", "系列", "证书编号", "发证机构", "取得日期", "状态", "核验说明")
CLASS_HEADINGS = (
    *("培训名称", "班次编号", "报名时所属工会", "开始日期", "结束日期", "报名状态", "结论", "考核成绩"),
    *("结业日期", "取证日期", "满意度", "到课"),
)


def records_of(worker: Worker, *, by, full_numbers: bool) -> list[Sheet]:
    """A sheet of certificates and one of classes, two of permits and their reviews, one of outside learning."""
    levels = codes.names("skill_level")
    found = Certificate.objects.visible_to(by).filter(worker=worker).prefetch_related("evidence")
    rows = [
        (
            row.get_kind_display(),
            row.trade,
            levels.get(row.level, row.level),
            row.number,
            row.issuer,
            text_of(row.issued_on),
            text_of(row.valid_until),
            row.get_state_display(),
            str(len(row.evidence.all())),
            row.decision_note,
        )
        for row in found
    ]
    permits = permit_sheets(worker, by=by, full_numbers=full_numbers)
    return [
        ("技能证书", HEADINGS, rows),
        _titles(worker, by),
        _classes(worker, by),
        held_posts(worker, by),
        *permits,
        learning_sheet(worker, by=by),
        course_sheet(worker, by=by),
    ]


def _titles(worker: Worker, by) -> Sheet:
    rows = [
        (
            row.name,
            row.get_rank_display(),
            row.series,
            row.register_number,
            row.issuer,
            text_of(row.issued_on),
            row.get_state_display(),
            row.decision_note,
        )
        for row in Title.objects.visible_to(by).filter(worker=worker)
    ]
    return "职称", TITLE_HEADINGS, rows


def _classes(worker: Worker, by) -> Sheet:
    found = Enrolment.objects.visible_to(by).filter(worker=worker).select_related("training_class", "union")
    found = found.prefetch_related("attendances__session")
    rows = [
        (
            row.training_class.title,
            row.training_class.code,
            row.union.name,
            text_of(row.training_class.starts_on),
            text_of(row.training_class.ends_on),
            row.get_state_display(),
            row.get_result_display(),
            "" if row.score is None else str(row.score),
            text_of(row.completed_on),
            text_of(row.certified_on),
            "" if row.satisfaction is None else str(row.satisfaction),
            "；".join(f"{note.session}（{note.get_source_display()}）" for note in row.attendances.all()),
        )
        for row in found.order_by("pk")
    ]
    return "培训", CLASS_HEADINGS, rows
