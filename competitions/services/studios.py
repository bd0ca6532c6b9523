"""Studios (工作室): entered and corrected, who works in them, and their projects of each year."""

import copy
import datetime as dt

from django.db import transaction

from accounts import audit
from accounts.models import User
from competitions.models import Studio, StudioMember, StudioProject
from competitions.rules.honours import PROJECT_CLEANERS, PROJECT_FACTS, refuse_foreign_firm
from competitions.services.recognitions import edit, enter, locked, locked_union, locked_worker, tell
from core.errors import RuleError
from core.forms import check_version
from unions.models import Union
from unions.rules import cleaned, past_or_today
from unions.scoping import require_editable
from workers.models import Worker

MORE = ("leader", "employer", "field")


@transaction.atomic
def enter_studio(*, union: Union, leader: Worker, by: User, **facts) -> Studio:
    """Record a studio as it was recognised (FACTS, ``employer``, ``field``). Raises RuleError by field."""
    leader = locked_worker(leader.pk, by)
    union = locked_union(union)
    refuse_foreign_firm(facts.get("employer"), union)
    return enter(Studio(union=union), by, facts | {"leader": leader}, MORE)


@transaction.atomic
def edit_studio(*, studio: Studio, version: str, by: User, **facts) -> Studio:
    """Correct the facts; the town decides anew. A leader from elsewhere stays only unchanged. Raises RuleError."""
    leader = facts.get("leader")
    if leader and leader.pk != studio.leader_id:
        locked_worker(leader.pk, by)

    def check(row: Studio) -> None:
        if row.employer_id != studio.employer_id:
            refuse_foreign_firm(row.employer, row.union)
        if row.members.filter(worker=row.leader_id, left_on=None).exists():
            raise RuleError({"leader": "此人现为成员。请先登记退出，再登记为领衔人。"})

    return edit(studio, version, by, facts, MORE, check)


@transaction.atomic
def add_members(*, studio: Studio, workers: list[int], joined_on: dt.date, by: User) -> int:
    """Take people into the studio from a day on; returns how many. Raises RuleError by field."""
    people = [locked_worker(pk, by) for pk in sorted(set(workers))]
    if not people:
        raise RuleError("请勾选成员")
    studio = locked(studio, by)
    _refuse_day(studio, joined_on, "joined_on")
    if studio.revoked_on and joined_on >= studio.revoked_on:
        raise RuleError(
            {"joined_on": f"工作室已于 {studio.revoked_on} 撤销，现填 {joined_on}，不能再加入成员"}
        )
    inside = set(studio.members.filter(left_on=None).values_list("worker", flat=True)) | {studio.leader_id}
    if known := [person.name for person in people if person.pk in inside]:
        raise RuleError(f"{'、'.join(known[:5])}已是领衔人或成员")
    _refuse_overlap(studio, people, joined_on)
    StudioMember.objects.bulk_create(
        StudioMember(studio=studio, worker=person, joined_on=joined_on) for person in people
    )
    told = {"workers": [person.pk for person in people], "on": str(joined_on)}
    tell(studio, by, "competitions.studio_members_add", **told)
    return len(people)


@transaction.atomic
def end_member(*, member: StudioMember, left_on: dt.date, by: User) -> Studio:
    """Somebody leaves the studio on a day. Raises RuleError by field."""
    studio = locked(member.studio, by)
    member = studio.members.select_for_update().get(pk=member.pk)
    if member.left_on:
        raise RuleError(f"此人已于 {member.left_on} 退出，请刷新页面")
    _refuse_day(studio, left_on, "left_on")
    if left_on < member.joined_on:
        raise RuleError({"left_on": f"退出日期不能早于加入日期 {member.joined_on}，现填 {left_on}"})
    member.left_on = left_on
    member.save(update_fields=["left_on"])
    tell(studio, by, "competitions.studio_member_end", worker=member.worker_id, on=str(left_on))
    return studio


@transaction.atomic
def add_project(*, studio: Studio, by: User, **facts) -> StudioProject:
    """Record a project of a year (PROJECT_FACTS). Raises RuleError by field."""
    studio = locked(studio, by)
    project = StudioProject(studio=studio, entered_by=by, **cleaned(facts, PROJECT_CLEANERS))
    _check(project, studio)
    project.save()
    require_editable(project, by)
    changes = audit.differences(None, project, list(PROJECT_FACTS))
    tell(studio, by, "competitions.studio_project_add", project=project.pk, changes=changes)
    return project


@transaction.atomic
def edit_project(*, project: StudioProject, version: str, by: User, **facts) -> StudioProject:
    """Correct a project or take it a step further. Raises RuleError (stale, by field)."""
    studio = locked(project.studio, by)
    before = studio.projects.select_for_update().get(pk=project.pk)
    check_version(before, version)
    after = copy.copy(before)
    for name, value in cleaned(facts, PROJECT_CLEANERS).items():
        setattr(after, name, value)
    changes = audit.differences(before, after, list(PROJECT_FACTS))
    if not changes:
        return before
    _check(after, studio)
    after.version += 1
    after.save()
    require_editable(after, by)
    tell(studio, by, "competitions.studio_project_edit", project=after.pk, changes=changes)
    return after


def _check(project: StudioProject, studio: Studio) -> None:
    project.full_clean()
    if project.year < studio.awarded_on.year:
        raise RuleError({"year": f"工作室 {studio.awarded_on} 才认定，项目年度不能更早"})
    if studio.revoked_on and project.year > studio.revoked_on.year:
        raise RuleError({"year": f"工作室已于 {studio.revoked_on} 撤销，项目年度不能更晚"})
    if project.approved_on and project.approved_on.year != project.year:
        text = f"立项日期 {project.approved_on} 不在 {project.year} 年度内，请核对"
        raise RuleError({"approved_on": text})


def _refuse_overlap(studio: Studio, people: list[Worker], joined_on: dt.date) -> None:
    former = studio.members.filter(worker__in=[person.pk for person in people], left_on__gt=joined_on)
    if term := former.select_related("worker").defer("worker__phone").order_by("-left_on").first():
        text = f"{term.worker.name}上次于 {term.left_on} 退出，再次加入不能早于这一天，现填 {joined_on}"
        raise RuleError({"joined_on": text})


def _refuse_day(studio: Studio, day: dt.date, field: str) -> None:
    try:
        past_or_today(day)
    except RuleError as error:
        raise RuleError({field: error})
