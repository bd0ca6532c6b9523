"""Two records of one person become one (合并). Every dated row of both is kept as it was in ``Merge.rows``.

The absorbed record stays as an empty sign that leads to the kept one; its rows, documents and open business go
over. How overlapping rows collapse is written in ``workers.collapsing``. Nobody is split again by the software:
the rows in the ``Merge`` say what each record held.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.idnumbers import DocumentCheck, birth_from, compare_declared, sex_from
from unions.scoping import require_editable
from workers.collapsing import Job, Piece, collapse_employments, collapse_memberships
from workers.duplicates import find_for
from workers.models import DuplicatePair, Employment, Membership, Merge, Sex, Standing, Worker
from workers.positions import refresh_positions
from workers.rules import stated_reason
from workers.services.merging_matters import hand_over_matters

FACTS = (
    *("name", "sex", "birth_date", "ethnicity", "phone", "education", "skill_level", "political"),
    *("employment_status", "household_type", "household_place", "native_place"),
    *("is_migrant", "is_key_post", "is_industrial"),
)
# Columns that go with a fact: sealed phones with their index, names with their search keys.
WITH = {
    "phone": ("phone", "phone_index", "phone_tail"),
    "name": ("name", "pinyin", "initials", "other_pinyin", "other_initials"),
}
KEPT, ABSORBED = "kept", "absorbed"
FURTHER, FORMER, CURRENT = "further", "former", "current"
JOB_FACTS = ("form", "occupation", "team", "staff_number")
BLANK = ("", None, Sex.UNKNOWN)


@transaction.atomic
def merge_workers(
    *, kept: Worker, absorbed: Worker, facts: dict[str, str], note: str, by: User, document: str = FORMER
) -> Merge:
    """Merge ``absorbed`` into ``kept``, both inside the user's reach.

    ``facts`` says for a field (FACTS) whose value holds, ``kept`` or ``absorbed``; a field not named keeps the
    kept record's value, or takes the other's where that is blank. ``document`` says what the absorbed record's
    document in use becomes: ``former``, ``further`` (valid beside the other) or ``current`` (the kept record's
    becomes former). Raises RuleError, by field where one is to blame; PermissionDenied out of reach.
    """
    note = stated_reason(note, "note")
    kept, absorbed = _locked(kept, absorbed, by)
    before = Worker.objects.get(pk=kept.pk)
    rows = {"kept": snapshot(kept), "absorbed": snapshot(absorbed)}
    _choose_facts(kept, absorbed, facts)
    _hand_over_documents(kept, absorbed, document)
    if document == CURRENT or (before.birth_date, before.sex) != (kept.birth_date, kept.sex):
        _check_against_document(kept)
    _hand_over_memberships(kept, absorbed)
    _hand_over_jobs(kept, absorbed)
    kept.full_clean(exclude=["phone", "phone_index"])
    kept.version += 1
    kept.save()
    closed = hand_over_matters(kept, absorbed, by)
    _take_along(kept, absorbed)
    name = absorbed.name
    _leave_sign(absorbed, kept)
    refresh_positions([kept.pk, absorbed.pk])
    merge = Merge.objects.create(kept=kept, absorbed=absorbed, rows=rows, note=note, merged_by=by)
    _settle_pairs(kept, absorbed, by, note)
    kept.refresh_from_db()
    require_editable(kept, by)
    changes = audit.differences(before, kept, [*FACTS, "union", "employer", "standing"])
    about = {"merge": merge.pk, "note": note, "document": document}
    audit.record(by, "workers.merge", absorbed, union_id=absorbed.union_id, into=kept.pk, **about)
    audit.record(
        by, "workers.merge", kept, union_id=kept.union_id, changes=changes, absorbed=absorbed.pk,
        absorbed_name=name, closed=closed, **about,
    )  # fmt: skip
    return merge


def differing_facts(kept: Worker, absorbed: Worker) -> list[str]:
    """Facts in which both records say something, and something different."""
    found = []
    for name in FACTS:
        compared = "phone_index" if name == "phone" else name
        ours, theirs = _plain(getattr(kept, compared)), _plain(getattr(absorbed, compared))
        if ours not in BLANK and theirs not in BLANK and ours != theirs:
            found.append(name)
    return found


def snapshot(worker: Worker) -> dict:
    """Every dated row and document of a record, JSON-ready, without numbers."""
    documents = worker.documents.order_by("pk").defer("number", "number_index")
    return {
        "id": worker.pk,
        "union": worker.union_id,
        "memberships": [_row(row, ("created_at", "worker")) for row in worker.memberships.order_by("pk")],
        "employments": [_row(row, ("worker",)) for row in worker.employments.order_by("pk")],
        "documents": [
            _row(row, ("worker", "number", "number_index", "number_tail", "created_at")) for row in documents
        ],
    }


def _row(row: Model, without: tuple[str, ...]) -> dict:
    fields = [field for field in row._meta.concrete_fields if field.name not in without]
    values = {field.name: getattr(row, field.attname) for field in fields}
    return {
        name: value if isinstance(value, bool | int | str | None) else str(value)
        for name, value in values.items()
    }


def _locked(kept: Worker, absorbed: Worker, by: User) -> tuple[Worker, Worker]:
    """Both rows, locked in the order of their keys."""
    if kept.pk == absorbed.pk:
        raise RuleError("请选择两份不同的记录")
    rows = Worker.objects.select_for_update().filter(pk__in=[kept.pk, absorbed.pk]).order_by("pk")
    found = {worker.pk: worker for worker in rows}
    pair = found[kept.pk], found[absorbed.pk]
    for worker in pair:
        if worker.merged_into_id:
            raise RuleError("其中一份记录已经合并，请刷新页面")
        require_editable(worker, by)
        if worker.anonymised_on:
            raise RuleError("其中一份记录已匿名化，不能合并")
    return pair


def _choose_facts(kept: Worker, absorbed: Worker, facts: dict[str, str]) -> None:
    for name in FACTS:
        if _taken(name, kept, absorbed, facts):
            for column in WITH.get(name, (name,)):
                setattr(kept, column, getattr(absorbed, column))
    kept.confirmed_on = max(filter(None, [kept.confirmed_on, absorbed.confirmed_on]), default=None)


def _taken(name: str, kept: Worker, absorbed: Worker, facts: dict[str, str]) -> bool:
    column = "phone_index" if name == "phone" else name
    if getattr(absorbed, column) in BLANK:
        return False
    if getattr(kept, column) in BLANK:
        return True
    return facts.get(name) == ABSORBED


def _plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


def _hand_over_documents(kept: Worker, absorbed: Worker, choice: str) -> None:
    """One document stays in use; a former one ended today."""
    today = timezone.localdate()
    loses = kept if choice == CURRENT else absorbed
    ends = {"is_current": False, "replaced_on": None if choice == FURTHER else today}
    loses.documents.filter(is_current=True).update(**ends)
    absorbed.documents.update(worker=kept)


def _check_against_document(kept: Worker) -> None:
    """Raise RuleError when the document in use contradicts the birth date or sex, one of which is new."""
    document = kept.documents.filter(is_current=True).first()
    if document is None:
        raise RuleError("合并后没有现用证件，请先为其中一份记录登记证件")
    number = document.number
    known = DocumentCheck(number, birth_from(document.doc_type, number), sex_from(document.doc_type, number))
    if found := compare_declared(known, birth_date=kept.birth_date, sex=kept.sex):
        raise RuleError({fault.field: fault.message for fault in found})


PIECE = ("start", "end", "is_retained", "status", "start_change", "start_reason", "end_change", "end_reason")
PIECE += ("is_deemed",)


def _hand_over_memberships(kept: Worker, absorbed: Worker) -> None:
    """Delete what is covered, lengthen and cut the rest. The kept record's rows make room first."""
    ours, theirs = list(kept.memberships.all()), list(absorbed.memberships.all())
    merged = collapse_memberships([_piece(row, True) for row in ours], [_piece(row, False) for row in theirs])
    stored = {row.pk: row for row in (*ours, *theirs)}
    Membership.objects.filter(pk__in=stored.keys() - {piece.pk for piece in merged}).delete()
    used: set[int] = set()
    for piece in sorted(merged, key=lambda piece: not piece.kept):
        values = {name: getattr(piece, name) for name in PIECE} | {"union_id": piece.union}
        if piece.pk in used:
            Membership.objects.create(worker=kept, **values)
        elif piece != _piece(stored[piece.pk], piece.kept) or not piece.kept:
            Membership.objects.filter(pk=piece.pk).update(worker=kept, **values)
        used.add(piece.pk)


def _piece(row: Membership, kept: bool) -> Piece:
    return Piece(pk=row.pk, kept=kept, union=row.union_id, **{name: getattr(row, name) for name in PIECE})


def _hand_over_jobs(kept: Worker, absorbed: Worker) -> None:
    ours, theirs = list(kept.employments.all()), list(absorbed.employments.all())
    merged = collapse_employments([_job(row) for row in ours], [_job(row) for row in theirs])
    stored = {row.pk: row for row in (*ours, *theirs)}
    Employment.objects.filter(pk__in=stored.keys() - {job.pk for job in merged}).delete()
    for job in merged:
        row = stored[job.pk]
        if _job(row) != job or row.worker_id != kept.pk:
            values = dict(zip(JOB_FACTS, job.facts, strict=True))
            Employment.objects.filter(pk=job.pk).update(worker=kept, start=job.start, end=job.end, **values)


def _job(row: Employment) -> Job:
    facts = tuple(getattr(row, name) for name in JOB_FACTS)
    return Job(row.pk, row.employer_id, row.start, row.end, facts)


def _take_along(kept: Worker, absorbed: Worker) -> None:
    """What apps above the roll hold about the absorbed record."""
    for path in settings.PERSON_MOVERS:
        import_string(path)(kept, absorbed)


def _leave_sign(absorbed: Worker, kept: Worker) -> None:
    """The absorbed record as a sign: its name stays for the trail, no search finds it, no fact remains."""
    empty = dict.fromkeys(("ethnicity", "education", "skill_level", "political", "employment_status"), "")
    empty |= dict.fromkeys(("household_type", "household_place", "native_place", "phone_tail"), "")
    empty |= dict.fromkeys(WITH["name"][1:], "")
    nothing = ("birth_date", "phone", "phone_index", "is_migrant", "is_key_post", "is_industrial")
    empty |= dict.fromkeys((*nothing, "employer", "member_since", "confirmed_on"))
    Worker.objects.filter(pk=absorbed.pk).update(
        merged_into=kept,
        standing=Standing.LEFT,
        sex=Sex.UNKNOWN,
        version=F("version") + 1,
        updated_at=timezone.now(),
        **empty,
    )
    Worker.objects.filter(merged_into=absorbed).update(merged_into=kept)


def _settle_pairs(kept: Worker, absorbed: Worker, by: User, note: str) -> None:
    """The pair is done; other pairs of the sign go, but "not the same person" holds for the kept record too."""
    low, high = sorted([kept.pk, absorbed.pk])
    done = {"state": DuplicatePair.State.MERGED, "decided_by": by, "decided_at": timezone.now(), "note": note}
    DuplicatePair.objects.filter(low=low, high=high).update(**done)
    others = DuplicatePair.objects.exclude(state=DuplicatePair.State.MERGED)
    for pair in [*others.filter(low=absorbed), *others.filter(high=absorbed)]:
        pair.delete()
        if pair.state == DuplicatePair.State.DISTINCT:
            other = pair.high_id if pair.low_id == absorbed.pk else pair.low_id
            pair.pk = None
            pair.low_id, pair.high_id = sorted([kept.pk, other])
            DuplicatePair.objects.bulk_create([pair], ignore_conflicts=True)
    find_for([kept.pk])
