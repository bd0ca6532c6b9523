"""Papers of contests."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from competitions.models import Contest, ContestPaper
from competitions.services.contests import locked_contest, refuse_when_over
from core.papers import accept_paper, delete_paper
from unions.scoping import require_editable


@transaction.atomic
def add_contest_paper(*, contest: Contest, kind: str, file, by: User) -> ContestPaper:
    """Keep a paper with a contest, also after its end. Raises RuleError for what is too large or of another kind."""
    contest = locked_contest(contest, by)
    paper = accept_paper(ContestPaper(contest=contest, kind=kind, added_by=by), file, of="竞赛文件")
    require_editable(paper, by)
    _record(by, "competitions.paper_add", paper)
    return paper


@transaction.atomic
def remove_contest_paper(*, paper: ContestPaper, by: User) -> Contest:
    """Delete a paper; returns the contest. Raises RuleError once the contest is over: its papers stay as they were."""
    contest = locked_contest(paper.contest, by)
    refuse_when_over(contest)
    paper = contest.papers.get(pk=paper.pk)
    _record(by, "competitions.paper_remove", paper)
    delete_paper(paper)
    return contest


def _record(by: User, action: str, paper: ContestPaper) -> None:
    contest = paper.contest
    audit.record(
        by,
        action,
        contest,
        union_id=contest.union_id,
        paper=paper.pk,
        paper_kind=paper.kind,
        sha256=paper.sha256,
    )
