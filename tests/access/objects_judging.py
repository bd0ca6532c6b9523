"""A contest of ``union`` that runs: its officer judges by account, with a criterion, a conflict and an absence."""

from competitions import services
from tests.factories.contests import (
    ContestFactory,
    CriterionFactory,
    EntryFactory,
    EventFactory,
    JudgeFactory,
    SeatFactory,
    StageFactory,
)


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    officer = cast["users"]["officer"]
    contest = ContestFactory(union=cast["union"], state="running")
    event = EventFactory(contest=contest)
    criterion = CriterionFactory(stage=StageFactory(event=event))
    judge = JudgeFactory(contest=contest, user=officer, is_chief=True)
    marked, away, apart = (
        EntryFactory(event=event, state="admitted", start_number=number) for number in (1, 2, 3)
    )
    reason = {"reason": "试验登记原因", "by": officer}
    return {
        "judged_contest": contest.pk,
        "scored_event": event.pk,
        "judged_stage": criterion.stage_id,
        "criterion": criterion.pk,
        "judge": judge.pk,
        "seat": SeatFactory(stage=criterion.stage, judge=judge).pk,
        "judged_entry": marked.pk,
        "absence": services.record_absence(stage=criterion.stage, entry=away, **reason).pk,
        "conflict": services.declare_conflict(judge=judge, entry=apart, **reason).pk,
    }
