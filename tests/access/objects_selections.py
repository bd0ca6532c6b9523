"""A selection that is open, in which ``union`` put the worker forward with a paper; and one whose list hangs in public
notice with somebody else of ``union`` on it, against whom something was said."""

import datetime as dt

from django.core.files.base import ContentFile
from django.utils import timezone

from competitions.services import nomination_decisions, nominations, selections
from competitions.services.nomination_papers import add_nomination_paper
from competitions.services.share_rules import enter_share_rule
from tests.factories.workers import WorkerFactory

SAID = {"position": "industrial", "job": "装配工", "reason": "技术攻关", "merits": "三年完成攻关八项"}


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    officer, clerk, today = cast["users"]["officer"], cast["users"]["clerk"], timezone.localdate()
    held = _open(cast, "市五一劳动奖章推荐")
    nomination = nominations.nominate_person(selection=held, worker=cast["worker"], by=officer, **SAID)
    scan = ContentFile(b"\xff\xd8\xff of a nomination", name="推荐表.jpg")
    paper = add_nomination_paper(nomination=nomination, file=scan, by=officer)
    notice = _open(cast, "市五一劳动奖章增补推荐")
    listed = WorkerFactory(employer=cast["employer"], name="试示人")
    shown = nominations.nominate_person(selection=notice, worker=listed, by=officer, **SAID)
    nominations.submit_nominations(selection=notice, nominations=[shown.pk], by=officer)
    nomination_decisions.shortlist(selection=notice, nominations=[shown.pk], by=clerk)
    until = today + dt.timedelta(days=9)
    selections.start_notice(selection=notice, start=today, until=until, by=clerk)
    objection = nomination_decisions.record_objection(
        nomination=shown, channel="letter", is_signed=False, text="事迹不实", received_on=today, by=clerk
    )
    facts = {"honour_type": "MAY1_C", "category": "woman", "percent": 20, "source": "试验通知"}
    rule = enter_share_rule(by=clerk, start=dt.date(2026, 1, 1), **facts)
    return {
        "selection": held.pk,
        "nomination": nomination.pk,
        "nomination_paper": paper.pk,
        "selection_in_notice": notice.pk,
        "notice_objection": objection.pk,
        "share_rule": rule.pk,
    }


def _open(cast, title: str):
    clerk, today = cast["users"]["clerk"], timezone.localdate()
    held = selections.plan_selection(
        union=cast["town"], by=clerk, title=title, year=today.year, honour_type="MAY1_C", is_collective=False,
        issuer="试验市总工会", deadline=today + dt.timedelta(days=30), notice_days=5, notice_unit="working",
    )  # fmt: skip
    return selections.open_selection(selection=held, by=clerk)
