"""What a frozen event refuses, in words."""

from contextlib import contextmanager

from django.db import IntegrityError, transaction

from competitions.models import Contest, Event
from core.errors import RuleError

FROZEN = "成绩已封存，不能再评分"
_REFUSED = "is frozen: the event is"  # what trigger competitions_marks_in_time raises


@contextmanager
def before_the_freeze():
    """A savepoint for writes of marks and absences. The trigger has the last word, because a freeze may come between
    our look and our write. Raises RuleError (code ``frozen``) for its refusal."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if _REFUSED not in str(error):
            raise
        raise RuleError(FROZEN, code="frozen") from error


def refuse_when_frozen(event: Event) -> None:
    """Raises RuleError once the marks are frozen: what makes up the result stays as it was, whoever wants to change it."""
    if event.phase != Event.Phase.SCORING:
        raise RuleError(
            f"“{event.title}”的成绩现在是“{event.get_phase_display()}”，项目、环节、评分项、报名、评委和回避都不能再变更"
        )


def refuse_not_scored(event: Event) -> None:
    """Raises RuleError unless the event, given with its contest, is being scored: code ``frozen`` once it is frozen."""
    if event.phase != Event.Phase.SCORING:
        raise RuleError(FROZEN, code="frozen")
    if event.contest.state != Contest.State.RUNNING:
        raise RuleError(f"竞赛现在是“{event.contest.get_state_display()}”，开始之后、结束之前才能评分")
