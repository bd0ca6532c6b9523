"""Papers of a nomination: added and taken away while the union may still mend it."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from competitions.models import Nomination, NominationPaper
from competitions.services.nominations import OPEN_TO_UNION, locked_nomination
from core.errors import RuleError
from core.papers import accept_paper, delete_paper
from unions.scoping import require_editable


@transaction.atomic
def add_nomination_paper(*, nomination: Nomination, file, by: User) -> NominationPaper:
    """Keep a file with the nomination, named by us. Raises RuleError for what is too large, of another kind by its
    content, one too many, or once the nomination is submitted."""
    nomination = _open(nomination, by)
    paper = accept_paper(NominationPaper(nomination=nomination, added_by=by), file, of="推荐材料")
    require_editable(paper, by)
    _tell(by, "competitions.nomination_paper_add", nomination, paper)
    return paper


@transaction.atomic
def remove_nomination_paper(*, paper: NominationPaper, by: User) -> Nomination:
    """Delete a file of a nomination that is not submitted; returns the nomination. Raises RuleError."""
    nomination = _open(paper.nomination, by)
    paper = nomination.papers.get(pk=paper.pk)
    _tell(by, "competitions.nomination_paper_remove", nomination, paper)
    delete_paper(paper)
    return nomination


def _open(nomination: Nomination, by: User) -> Nomination:
    """Locked, and still the union's: what the town has seen stays as it was seen."""
    nomination = locked_nomination(nomination, by)
    if nomination.state not in OPEN_TO_UNION:
        raise RuleError(f"现为“{nomination.get_state_display()}”，附件只能在草稿和退回时增减")
    return nomination


def _tell(by: User, action: str, nomination: Nomination, paper: NominationPaper) -> None:
    told = {"paper": paper.pk, "sha256": paper.sha256}
    audit.record(by, action, nomination, union_id=nomination.union_id, **told)
