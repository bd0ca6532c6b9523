"""People whom the full list of a union leaves out: put up for decision many at a time, and taken back."""

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from unions.models import Union
from unions.scoping import require_editable
from workers.models import Proposal, Standing, Transfer, Worker

NOTE = "导入的完整名单中没有此人"
WITHDRAWN = "导入已撤销"

ENTRIES = """
INSERT INTO accounts_auditentry (at, category, action, actor_id, object_type, object_id, union_id, details,
                                 previous_hash, hash)
SELECT statement_timestamp(), 'business', %(action)s, %(by)s, %(object)s, p.worker_id, p.union_id,
       jsonb_build_object('proposal', p.id, 'source', p.source, 'change', p.change, 'on', p."on", 'import', %(run)s,
                          'note', %(note)s::text), '', ''
FROM workers_proposal p WHERE p.id = ANY(%(ids)s) ORDER BY p.worker_id
"""


@transaction.atomic
def propose_missing(*, worker_ids: list[int], union: Union, run: int, by: User) -> dict[int, int]:
    """Ask what became of these members of the union, as of today; returns person → proposal.

    Whoever has an open proposal or a pending transfer already gets no second; whoever is no member of the union any
    more is passed over. Memberships stay as they are until somebody decides. A few statements for any number.
    """
    people = Worker.objects.filter(
        pk__in=worker_ids, union=union, standing=Standing.MEMBER, merged_into=None
    ).order_by("pk")
    found = list(people.select_for_update().values_list("pk", flat=True))
    busy = set(Proposal.objects.open().filter(worker__in=found).values_list("worker", flat=True))
    busy |= set(Transfer.objects.pending().filter(worker__in=found).values_list("worker", flat=True))
    day = timezone.localdate()
    made = Proposal.objects.bulk_create(
        [
            Proposal(worker_id=pk, union=union, source=Proposal.Source.LIST, on=day, note=NOTE, created_by=by)
            for pk in found
            if pk not in busy
        ],
        batch_size=1_000,
    )
    if made:
        require_editable(made[0], by)  # all are of the one union
    _touch([proposal.worker_id for proposal in made])
    _tell("workers.proposal", [proposal.pk for proposal in made], run, by, NOTE)
    return {proposal.worker_id: proposal.pk for proposal in made}


@transaction.atomic
def withdraw_missing(*, proposal_ids: list[int], run: int, by: User) -> int:
    """Take those of the proposals back that are still open; returns how many."""
    people = Worker.objects.filter(proposals__in=proposal_ids).order_by("pk")
    list(people.select_for_update(of=("self",)).values_list("pk", flat=True))
    still = Proposal.objects.editable_by(by).open().filter(pk__in=proposal_ids)
    found = dict(still.values_list("pk", "worker"))
    Proposal.objects.filter(pk__in=found).update(
        state=Proposal.State.CANCELLED, decided_by=by, decided_at=timezone.now(), decision_note=WITHDRAWN
    )
    _touch(list(found.values()))
    _tell("workers.proposal_cancel", list(found), run, by, WITHDRAWN)
    return len(found)


def _touch(worker_ids: list[int]) -> None:
    Worker.objects.filter(pk__in=worker_ids).update(version=F("version") + 1, updated_at=timezone.now())


def _tell(action: str, ids: list[int], run: int, by: User, note: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            ENTRIES,
            {
                "action": action,
                "ids": ids,
                "run": run,
                "by": by.pk,
                "object": Worker._meta.label_lower,
                "note": note,
            },
        )
