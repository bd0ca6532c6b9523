"""Reads over who judges a contest."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch

from accounts.models import User
from accounts.queries import hash_token
from competitions.models import Conflict, Contest, Judge, Mark, Seat, Stage
from core.access import Permission
from unions.models import Post
from unions.roles import roles_with

LONGEST_TOKEN = 64


@dataclass(frozen=True)
class JudgeLine:
    """A judge with, for each stage of the contest in order, whether there is a seat."""

    judge: Judge
    places: list[tuple[Stage, bool]]


def judge_of(token: str) -> Judge | None:
    """The judge whose personal link holds this token; nobody for an old, unknown or malformed one."""
    if not token.isascii() or len(token) > LONGEST_TOKEN:
        return None
    return Judge.objects.filter(token_hash=hash_token(token)).select_related("contest__union").first()


def stages_of(contest: Contest) -> list[Stage]:
    """The stages of all events of a contest, with how many criteria they have and what these add up to."""
    rows = Stage.objects.filter(event__contest=contest).select_related("event")
    return list(rows.annotate(criteria_held=Count("criteria")).order_by("event", "position"))


def lines_of(contest: Contest, stages: list[Stage]) -> list[JudgeLine]:
    """The judges of a contest, the chief first; ``has_marked``, conflicts and seats; a few queries for all."""
    marked = Mark.objects.filter(seat__judge=OuterRef("pk"))
    conflicts = Conflict.objects.select_related("entry__event").order_by(
        "entry__event", "entry__start_number"
    )
    rows = contest.judges.select_related("union", "user").annotate(has_marked=Exists(marked))
    seats = set(Seat.objects.filter(judge__contest=contest).values_list("stage", "judge"))
    return [
        JudgeLine(judge, [(stage, (stage.pk, judge.pk) in seats) for stage in stages])
        for judge in rows.prefetch_related(Prefetch("conflicts", queryset=conflicts))
    ]


def accounts_for(contest: Contest):
    """Accounts a judge of the contest may have: of people with a post in the holder's union or below that lets them see
    contests, by name. Everybody else judges by link."""
    posts = Post.objects.current().filter(role__in=roles_with(Permission.VIEW_CONTESTS), user=OuterRef("pk"))
    posts = posts.filter(union__path__startswith=contest.union.path)
    return User.objects.filter(Exists(posts), is_active=True).order_by("name", "pk")
