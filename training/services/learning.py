"""Learning outside the unions' own classes: a union reports it for a person, the town approves or refuses it.

What the platform's result sheet says comes through the spreadsheet desk (``training.bulk.learning``) and is not
decided here.
"""

import copy

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.access import Permission
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from core.papers import accept_paper, delete_paper
from training.models import LearningPaper, OutsideLearning
from training.rules.learning import LEARNING_CLEANERS, LEARNING_TABLES
from training.services.proofs import locked, locked_worker, reason, record, reopen
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.models import Worker

Source, State = OutsideLearning.Source, OutsideLearning.State
FACTS = ("title", "organiser", "kind", "hours", "completed_on", "result", "score")
DECISION = ("state", "decided_by", "decided_at", "decision_note", "version")
FROM_PLATFORM = "这是市总学习平台导出的成绩，不能在这里修改。有误的请向平台核实，再导入新的成绩表。"


@transaction.atomic
def report_learning(*, worker: Worker, by: User, **facts) -> OutsideLearning:
    """Record what a person in reach learned by themselves; it waits for the town. Raises RuleError by field."""
    worker = locked_worker(worker.pk, by)
    facts = cleaned(facts, LEARNING_CLEANERS)
    refuse_unusable(facts, LEARNING_TABLES)
    learning = OutsideLearning(
        worker=worker,
        union_id=worker.union_id,
        source=Source.SELF,
        state=State.ENTERED,
        entered_by=by,
        **facts,
    )
    _check(learning)
    _refuse_stated(learning)
    learning.save()
    require_editable(learning, by)
    record(by, "training.learning_report", learning, kind=learning.kind, on=str(learning.completed_on))
    return learning


@transaction.atomic
def edit_learning(*, learning: OutsideLearning, version: str, by: User, **facts) -> OutsideLearning:
    """Correct what was reported; what was decided waits for the town again, what was refused also where the facts stay:
    the proof may have been missing. Raises RuleError by field, ``stale`` when somebody was faster; what the platform says
    is not edited."""
    learning = _reported(learning, by)
    check_version(learning, version)
    facts = cleaned(facts, LEARNING_CLEANERS)
    refuse_unusable(facts, LEARNING_TABLES, stored=learning)
    before = copy.copy(learning)
    for name in FACTS:
        if name in facts:
            setattr(learning, name, facts[name])
    changes = audit.differences(before, learning, list(FACTS))
    if not changes and learning.state != State.REFUSED:
        return learning
    reopen(learning)
    _check(learning)
    _refuse_stated(learning)
    learning.version += 1
    learning.save(update_fields=[*FACTS, *DECISION])
    require_editable(learning, by)
    record(by, "training.learning_edit", learning, changes=changes, was=before.state)
    return learning


@transaction.atomic
def approve_learning(*, learning: OutsideLearning, version: str, by: User) -> OutsideLearning:
    """The town accepts what was reported; it counts from now on. Raises RuleError."""
    return _decide(learning, version, State.APPROVED, by, "training.learning_approve")


@transaction.atomic
def refuse_learning(*, learning: OutsideLearning, version: str, note: str, by: User) -> OutsideLearning:
    """The town does not accept it, for a reason that the union sees. Raises RuleError."""
    return _decide(learning, version, State.REFUSED, by, "training.learning_refuse", reason(note))


@transaction.atomic
def add_learning_paper(*, learning: OutsideLearning, file, by: User) -> LearningPaper:
    """Keep a paper with reported learning that was not approved. Raises RuleError for a file that is not accepted."""
    learning = _open(learning, by, (State.ENTERED, State.REFUSED))
    paper = accept_paper(LearningPaper(learning=learning, added_by=by), file, of="校外学习记录")
    require_editable(paper, by)
    record(by, "training.learning_paper_add", learning, sha256=paper.sha256)
    return paper


@transaction.atomic
def remove_learning_paper(*, paper: LearningPaper, by: User) -> OutsideLearning:
    """Delete a paper of what was not decided yet; returns the record. Raises RuleError."""
    learning = _open(paper.learning, by, (State.ENTERED,))
    paper = learning.papers.get(pk=paper.pk)
    record(by, "training.learning_paper_remove", learning, sha256=paper.sha256)
    delete_paper(paper)
    return learning


def _decide(learning: OutsideLearning, version: str, state: str, by: User, action: str, note: str = ""):
    learning = locked(learning, by, Permission.DECIDE_TRAINING)
    check_version(learning, version)
    if learning.state != State.ENTERED:
        raise RuleError(f"该记录现为“{learning.get_state_display()}”，不是待审核，请刷新页面")
    learning.state, learning.decided_by, learning.decided_at = state, by, timezone.now()
    learning.decision_note = note
    learning.version += 1
    learning.save(update_fields=list(DECISION))
    record(by, action, learning, note=note)
    return learning


def _reported(learning: OutsideLearning, by: User) -> OutsideLearning:
    """Locked, and reported by a union."""
    learning = locked(learning, by)
    require_editable(learning, by)
    if not learning.is_reported:
        raise RuleError(FROM_PLATFORM)
    return learning


def _open(learning: OutsideLearning, by: User, states: tuple[str, ...]) -> OutsideLearning:
    """Locked, and in one of the states: what the town has seen stays as it was seen, and what it missed is added."""
    learning = _reported(learning, by)
    if learning.state not in states:
        state = learning.get_state_display()
        raise RuleError(f"该记录现为“{state}”，不能增减附件：待审核的可以增减，不予认可的可以补传")
    return learning


def _refuse_stated(learning: OutsideLearning) -> None:
    """Raise RuleError for what the platform has stated already."""
    stated = OutsideLearning.objects.from_platform().filter(worker=learning.worker_id)
    if stated.filter(title=learning.title, completed_on=learning.completed_on).exists():
        text = f"市总学习平台的成绩中已有 {learning.completed_on} 完成的“{learning.title}”，不用再登记"
        raise RuleError({"title": text})


def _check(learning: OutsideLearning) -> None:
    """What one row must hold, and that it was completed after its person was born. Raises ValidationError by field."""
    born = learning.worker.birth_date
    if born and learning.completed_on and learning.completed_on <= born:
        raise RuleError({"completed_on": f"完成日期“{learning.completed_on}”不晚于出生日期，请核对"})
    learning.full_clean()
