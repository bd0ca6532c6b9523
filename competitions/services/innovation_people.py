"""What becomes of innovations when two records of a person are merged, and when a person is forgotten."""

import itertools

from competitions.models import Consent, Contributor, Publication
from core.papers import delete_papers
from workers.models import Worker


def move_contributions(kept: Worker, absorbed: Worker) -> None:
    """What the absorbed record made goes over. Where both are named in one innovation one row stays, as the author if
    either was; its forms of consent go along, of two in force the newer one stays in force (settings.PERSON_MOVERS)."""
    mine = {row.innovation_id: row for row in Contributor.objects.filter(worker=kept)}
    for row in Contributor.objects.select_for_update().filter(worker=absorbed).order_by("pk"):
        if (other := mine.get(row.innovation_id)) is None:
            continue
        leads = Contributor.Role.LEAD in (row.role, other.role)
        _unite_consents(other, row)
        row.delete()
        if leads and other.role != Contributor.Role.LEAD:
            other.role = Contributor.Role.LEAD
            other.save(update_fields=["role"])
    Contributor.objects.filter(worker=absorbed).update(worker=kept)


def erase_contributions(worker_ids: list[int], keys: list[bytes]) -> None:
    """Forms of consent go, and with the author's consent what is on show; that they made something stays for past
    figures (settings.PERSON_ERASERS)."""
    delete_papers(Consent.objects.filter(contributor__worker__in=worker_ids))
    shown = Publication.objects.filter(
        innovation__contributors__worker__in=worker_ids,
        innovation__contributors__role=Contributor.Role.LEAD,
    )
    Publication.objects.filter(pk__in=list(shown.values_list("pk", flat=True))).delete()


def _unite_consents(kept: Contributor, gone: Contributor) -> None:
    """The forms of both on one row. The later form speaks for the person."""
    rows = list(Consent.objects.in_force().filter(contributor__in=[kept, gone]).order_by("given_on", "pk"))
    for older, newer in itertools.pairwise(rows):
        older.withdrawn_on = max(older.given_on, newer.given_on)
        older.save(update_fields=["withdrawn_on"])
    Consent.objects.filter(contributor=gone).update(contributor=kept)
