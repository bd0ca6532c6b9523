"""Professional titles: unions enter them, the town verifies, refuses and revokes (domain facts 7.1)."""

import copy
import datetime as dt
from functools import partial

from django.db import transaction

from accounts import audit
from accounts.models import User
from core.characters import refusal
from core.errors import RuleError
from core.forms import check_version
from core.text import clean_number, clean_short
from training.models import Title
from training.rules.certificates import clean_certificate_number, clean_issuer
from training.services.proofs import (
    DECISION,
    State,
    check,
    decide,
    locked,
    locked_worker,
    reason,
    record,
    reopen,
    restore,
    revoke,
    waiting,
)
from unions.rules import cleaned, past_or_today
from unions.scoping import require_editable
from workers.models import Worker

FACTS = ("name", "rank", "series", "register_number", "issuer", "issued_on")


def _named(value, what: str) -> str:
    text = clean_short(value, longest=50)
    if not text:
        raise refusal("blank", f"没有填写{what}", "请按职称证书填写")
    return text


CLEANERS = {
    "name": partial(_named, what="职称名称"),
    "series": partial(_named, what="系列"),
    "register_number": lambda value: clean_certificate_number(value) if clean_number(value) else "",
    "issuer": clean_issuer,
    "issued_on": past_or_today,
}


@transaction.atomic
def enter_title(*, worker: Worker, by: User, **facts) -> Title:
    """Record a title of a person in reach; it waits for the town. Raises RuleError by field."""
    worker = locked_worker(worker.pk, by)
    title = Title(worker=worker, entered_by=by, **cleaned(facts, CLEANERS))
    check(title)
    title.save()
    require_editable(title, by)
    record(by, "training.title_enter", title, rank=title.rank)
    return title


@transaction.atomic
def edit_title(*, title: Title, version: str, by: User, **facts) -> Title:
    """Correct the facts; it waits for the town again, a refused one also where they stay. Raises RuleError by field,
    ``stale`` when somebody was faster."""
    title = locked(title, by)
    check_version(title, version)
    if title.state == State.REVOKED:
        raise RuleError(f"该职称已于 {title.revoked_on} 失效，不能再修改")
    before = copy.copy(title)
    for name, value in cleaned(facts, CLEANERS).items():
        setattr(title, name, value)
    changes = audit.differences(before, title, list(FACTS))
    if not changes and title.state != State.REFUSED:
        return title
    reopen(title)
    check(title)
    title.version += 1
    title.save(update_fields=[*FACTS, *DECISION])
    require_editable(title, by)
    record(by, "training.title_edit", title, changes=changes, was=before.state)
    return title


@transaction.atomic
def verify_title(*, title: Title, version: str, by: User) -> Title:
    """The town has seen that the title is genuine. Raises RuleError."""
    return decide(waiting(title, version, by), State.VERIFIED, by, "training.title_verify")


@transaction.atomic
def refuse_title(*, title: Title, version: str, note: str, by: User) -> Title:
    """The town does not accept the title, for a reason. Raises RuleError."""
    title = waiting(title, version, by)
    return decide(title, State.REFUSED, by, "training.title_refuse", note=reason(note))


@transaction.atomic
def revoke_title(*, title: Title, version: str, on: dt.date, note: str, by: User) -> Title:
    """A verified title was taken away as of ``on``. Raises RuleError."""
    return revoke(title, version, on, note, by, "training.title_revoke")


@transaction.atomic
def restore_title(*, title: Title, version: str, note: str, by: User) -> Title:
    """A title was recorded as taken away by mistake. Raises RuleError."""
    return restore(title, version, note, by, "training.title_restore")
