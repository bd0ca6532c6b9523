"""What must hold between the rows of the roll; run by ``manage.py check_invariants``.

Texts name rows by their keys only: never a name, number or phone.
"""

from django.db.models import Count, Exists, F, OuterRef, Q

from accounts.models import AuditEntry
from core.invariants import unknown_codes
from unions.models import COMMITTEES
from workers.models import (
    CLOSING,
    BulkEdit,
    Change,
    Employment,
    IdentityDocument,
    Membership,
    Proposal,
    Transfer,
    Worker,
)
from workers.naming import search_keys
from workers.positions import differing_positions
from workers.queries import CODE_TABLES
from workers.rules import identity_index, phone_columns

LIMIT = 20
# Opening every sealed value of a large roll takes long; a spread of rows finds a broken writer all the same.
SAMPLE = 500


def _positions_follow_dated_rows() -> list[str]:
    return [
        f"Worker {pk}: dated rows say union {union}, employer {employer}, {standing}, member since {since}"
        for pk, union, employer, standing, since in differing_positions()[:LIMIT]
    ]


def _a_running_spell_is_one() -> list[str]:
    running = Count("memberships", filter=Q(memberships__end=None))
    rows = Worker.objects.annotate(spells=running).filter(spells__gt=1).order_by("pk")
    return [
        f"Worker {pk}: {spells} running memberships"
        for pk, spells in rows.values_list("pk", "spells")[:LIMIT]
    ]


def _members_sit_where_members_may() -> list[str]:
    rows = Membership.objects.filter(end=None, union__is_holding=False).exclude(
        union__org_type__in=COMMITTEES
    )
    return [
        f"Membership {pk}: union {union} is no grassroots union and holds none"
        for pk, union in rows.order_by("pk").values_list("pk", "union")[:LIMIT]
    ]


def _ends_say_why() -> list[str]:
    rows = Membership.objects.exclude(end=None).exclude(end_change__in=CLOSING).order_by("pk")
    return [f"Membership {pk} ended without a change" for pk in rows.values_list("pk", flat=True)[:LIMIT]]


def _everybody_has_one_document_in_use() -> list[str]:
    current = Count("documents", filter=Q(documents__is_current=True))
    people = Worker.objects.filter(merged_into=None, anonymised_on=None)
    rows = people.annotate(current=current).exclude(current=1).order_by("pk")
    return [
        f"Worker {pk}: {found} documents in use" for pk, found in rows.values_list("pk", "current")[:LIMIT]
    ]


def _anonymised_people_hold_nothing_personal() -> list[str]:
    kept = Q(documents__isnull=False) | Q(phone__isnull=False)
    for field in ("phone_tail", "pinyin", "household_place", "native_place"):
        kept |= ~Q(**{field: ""})
    left = Worker.objects.filter(kept, anonymised_on__isnull=False).order_by("pk").distinct()
    return [f"Worker {pk}: anonymised, but not empty" for pk in left.values_list("pk", flat=True)[:LIMIT]]


def _search_keys_follow_names() -> list[str]:
    keys = ("pinyin", "initials", "other_pinyin", "other_initials")
    named = Worker.objects.filter(anonymised_on=None, merged_into=None)
    found = []
    for pk, name, *stored in named.order_by("pk").values_list("pk", "name", *keys).iterator():
        if tuple(search_keys(name)[key] for key in keys) != tuple(stored):
            found.append(f"Worker {pk}: search keys")
            if len(found) == LIMIT:
                break
    return found


def _sealed_numbers_match_their_indexes() -> list[str]:
    found = []
    for row in _spread(IdentityDocument):
        right = bytes(row.number_index) == identity_index(row.doc_type, row.number)
        if not right or row.number_tail != row.number[-4:]:
            found.append(f"IdentityDocument {row.pk}: index or tail")
    for row in _spread(Worker):
        wanted = phone_columns(row.phone or "")
        stored = row.phone_index and bytes(row.phone_index)
        if (stored, row.phone_tail) != (wanted["phone_index"], wanted["phone_tail"]):
            found.append(f"Worker {row.pk}: phone index or tail")
    return found[:LIMIT]


def _jobs_begin_before_the_firm_closes() -> list[str]:
    rows = Employment.objects.filter(employer__closed_on__lte=F("start")).order_by("pk")
    return [
        f"Employment {pk} began after the firm closed" for pk in rows.values_list("pk", flat=True)[:LIMIT]
    ]


def _codes_exist() -> list[str]:
    found = [text for field, table in CODE_TABLES.items() for text in unknown_codes(Worker, field, table)]
    found += unknown_codes(IdentityDocument, "doc_type", "id_document_type")
    found += unknown_codes(IdentityDocument, "country", "country")
    found += unknown_codes(Employment, "form", "employment_form")
    found += unknown_codes(Membership, "status", "membership_status")
    found += unknown_codes(Membership, "start_reason", "membership_change_reason")
    return found + unknown_codes(Membership, "end_reason", "membership_change_reason")


def _spread(model):
    """Up to about SAMPLE rows, evenly over the table."""
    count = model.objects.count()
    step = max(count // SAMPLE, 1)
    rows = model.objects.order_by("pk")
    return rows if step == 1 else rows.annotate(turn=F("pk") % step).filter(turn=0)[: 2 * SAMPLE]


def _signs_are_empty_and_told() -> list[str]:
    """A merged record holds no rows, leads to a record that is none, and has its Merge."""
    signs = Worker.objects.exclude(merged_into=None).order_by("pk")
    rows = Q(documents__isnull=False) | Q(memberships__isnull=False) | Q(employments__isnull=False)
    wrong = signs.filter(
        rows
        | Q(merge__isnull=True)
        | Q(merged_into__merged_into__isnull=False)
        | Q(phone_index__isnull=False)
    )
    return [f"Worker {pk}: sign of a merged record" for pk in wrong.values_list("pk", flat=True)[:LIMIT]]


def _bulk_edits_have_the_outcomes_of_their_state() -> list[str]:
    """A draft has written nothing, a written one waits for nothing, an undone one holds nothing any more."""
    impossible = {
        BulkEdit.State.DRAFT: ("applied", "skipped", "reverted", "kept"),
        BulkEdit.State.APPLYING: ("applied", "skipped", "reverted", "kept"),
        BulkEdit.State.APPLIED: ("pending", "reverted", "kept"),
        BulkEdit.State.UNDOING: ("pending", "reverted", "kept"),
        BulkEdit.State.UNDONE: ("pending", "applied"),
    }
    wrong = Q()
    for state, outcomes in impossible.items():
        wrong |= Q(state=state, rows__outcome__in=outcomes)
    edits = BulkEdit.objects.filter(wrong).distinct().order_by("pk")
    return [f"BulkEdit {edit.pk} is {edit.state} and has rows of another state" for edit in edits[:LIMIT]]


def _bulk_edits_are_in_the_audit_trail() -> list[str]:
    """One entry per row written, and one per row given back."""
    found = []
    for action, outcomes in (
        ("workers.bulk_edit", ("applied", "reverted", "kept")),
        ("workers.bulk_undo", ("reverted",)),
    ):
        entries = AuditEntry.objects.filter(action=action).values_list("details__bulk_edit")
        told = dict(entries.annotate(rows=Count("pk")).order_by())
        ended = BulkEdit.objects.filter(rows__outcome__in=outcomes).annotate(found=Count("rows"))
        written = dict(ended.values_list("pk", "found"))
        found += [
            f"BulkEdit {pk}: {written.get(pk, 0)} rows, {told.get(pk, 0)} entries of {action}"
            for pk in sorted({*told, *written})
            if told.get(pk, 0) != written.get(pk, 0)
        ]
    return found[:LIMIT]


def _pending_transfers_leave_from_where_the_member_is() -> list[str]:
    held = Membership.objects.filter(worker=OuterRef("worker"), union=OuterRef("origin"), end=None)
    rows = Transfer.objects.pending().exclude(Exists(held)).order_by("pk")
    return [
        f"Transfer {pk} is pending, but its origin holds no running membership"
        for pk in rows.values_list("pk", flat=True)[:LIMIT]
    ]


def _done_transfers_were_confirmed_by_both() -> list[str]:
    rows = Transfer.objects.filter(state=Transfer.State.DONE)
    rows = rows.filter(Q(released_by=None) | Q(accepted_by=None) | Q(closed_by=None)).order_by("pk")
    return [f"Transfer {pk} is done without both" for pk in rows.values_list("pk", flat=True)[:LIMIT]]


def _decided_proposals_name_their_decider() -> list[str]:
    rows = Proposal.objects.exclude(state=Proposal.State.OPEN).order_by("pk")
    undecided = rows.filter(Q(decided_by=None) | Q(decided_at=None))
    return [f"Proposal {pk} is decided by nobody" for pk in undecided.values_list("pk", flat=True)[:LIMIT]]


def _applicants_are_no_members() -> list[str]:
    waiting = Proposal.objects.open().filter(source=Proposal.Source.APPLICATION)
    rows = waiting.filter(worker__memberships__end=None, worker__memberships__isnull=False).order_by("pk")
    return [
        f"Proposal {pk}: the applicant has a running membership"
        for pk in rows.values_list("pk", flat=True)[:LIMIT]
    ]


def _only_withdrawals_are_deemed() -> list[str]:
    rows = Membership.objects.filter(is_deemed=True).exclude(end_change=Change.WITHDRAW).order_by("pk")
    return [
        f"Membership {pk} is deemed withdrawn, but ended otherwise"
        for pk in rows.values_list("pk", flat=True)[:LIMIT]
    ]


INVARIANTS = [
    ("signs of merged records are empty", _signs_are_empty_and_told),
    ("positions follow the dated rows", _positions_follow_dated_rows),
    ("a person has one running membership", _a_running_spell_is_one),
    ("members sit where members may", _members_sit_where_members_may),
    ("ended memberships say why", _ends_say_why),
    ("pending transfers leave from where the member is", _pending_transfers_leave_from_where_the_member_is),
    ("done transfers were confirmed by both", _done_transfers_were_confirmed_by_both),
    ("decided proposals name their decider", _decided_proposals_name_their_decider),
    ("applicants are no members", _applicants_are_no_members),
    ("only withdrawals are deemed", _only_withdrawals_are_deemed),
    ("everybody has one document in use", _everybody_has_one_document_in_use),
    ("anonymised people hold nothing personal", _anonymised_people_hold_nothing_personal),
    ("search keys follow names", _search_keys_follow_names),
    ("sealed numbers match their indexes", _sealed_numbers_match_their_indexes),
    ("jobs begin before the firm closes", _jobs_begin_before_the_firm_closes),
    ("codes on the roll exist", _codes_exist),
    ("bulk edits have the outcomes of their state", _bulk_edits_have_the_outcomes_of_their_state),
    ("bulk edits are in the audit trail", _bulk_edits_are_in_the_audit_trail),
]
