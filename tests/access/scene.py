"""One object of each kind in ``union``, made by the services that make them in earnest."""

import copy
import html
import io
import re
import time
import zipfile
from dataclasses import dataclass, field

import openpyxl
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from core import jobs
from core.models import Job
from core.reporting import Period
from exchange.blank_forms import blank_form
from exchange.services import request_marks, upload
from reform.models import Measure
from reports.models import ReportSchedule
from reports.services import request_report
from tests.access import (
    objects_activities,
    objects_bases,
    objects_bulk,
    objects_classes,
    objects_codes,
    objects_conflicts,
    objects_contests,
    objects_courses,
    objects_duplicates,
    objects_follow,
    objects_honours,
    objects_innovations,
    objects_inspections,
    objects_judging,
    objects_learning,
    objects_lifecycle,
    objects_lists,
    objects_memories,
    objects_permits,
    objects_plans,
    objects_privacy,
    objects_providers,
    objects_results,
    objects_roll_calls,
    objects_safety,
    objects_selections,
    objects_skills,
    objects_subsidies,
    objects_talent,
)
from tests.access.matrix import ROLES
from tests.core.pdf_reading import text as text_of_pdf
from tests.factories.accounts import UserFactory
from tests.factories.unions import EmployerFactory, PostFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions.models import OrgType
from unions.roles import Role
from workers.resources import WorkerExchange

NAME, PHONE, NUMBER = "试蘅芷", "16012349876", "330382199001017890"
ROW_NAME = "试芷蘅"  # a row of an uploaded form that could not be imported
# What may not reach anybody outside ``union`` and above it.
PERSONAL = (NAME, "shihengzhi", PHONE, PHONE[-4:], NUMBER, NUMBER[-4:], ROW_NAME)
# The head of ``union`` stands on its page, for those who may see the unions.
HEAD, HEAD_PHONE = "试荪蕙", "16087651234"
PASSWORD = "a-password-of-the-test"
HASHED = make_password(PASSWORD, hasher=MD5PasswordHasher())
NOWHERE = 987654321

# Each gives more objects of ``union`` by name; a module ``objects_<area>.py`` beside this one holds a maker.
OBJECT_MAKERS = (
    objects_roll_calls.make,
    objects_lifecycle.make,
    objects_conflicts.make,
    objects_codes.make,
    objects_privacy.make,
    objects_bulk.make,
    objects_lists.make,
    objects_memories.make,
    objects_duplicates.make,
    objects_skills.make,
    objects_permits.make,
    objects_talent.make,
    objects_classes.make,
    objects_subsidies.make,
    objects_safety.make,
    objects_learning.make,
    objects_judging.make,
    objects_contests.make,
    objects_follow.make,
    objects_honours.make,
    objects_results.make,
    objects_inspections.make,
    objects_bases.make,
    objects_providers.make,
    objects_plans.make,
    objects_courses.make,
    objects_activities.make,
    objects_selections.make,
    objects_innovations.make,
)

# ``SELECT … FOR UPDATE OF`` locks, and writes nothing.
_WRITES = re.compile(
    r"\b(INSERT\s+INTO|(?<!FOR )UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE|COPY)\s+\"?(\w+)", re.I
)
# Who looked and which session is alive: the only things a GET may note.
NOTED = {"django_session", "usersessions_usersession", "accounts_auditentry"}


@dataclass
class Scene:
    """The users by the names of the matrix, and what its addresses are about."""

    users: dict
    objects: dict
    former: User
    answers: dict = field(default_factory=dict)

    def get(self, browsers, role: str, line):
        """The answer of a role's GET, asked once: nothing that follows a GET may change it."""
        return self._asked_once("get", answer_of_get, browsers, role, line)

    def post(self, browsers, role: str, line):
        """The answer of a role's POST without data, asked once: what it changed is undone."""
        return self._asked_once("post", answer_of_post, browsers, role, line)

    def _asked_once(self, method, ask, browsers, role, line):
        key = (method, line.url_name, role)
        if key not in self.answers:
            self.answers[key] = ask(browsers[role], self.url(line.url_name, line.objects))
        return self.answers[key]

    def url(self, name: str, about=()) -> str:
        """The address for the objects named in the matrix; other words stand for themselves."""
        return reverse(name, args=[self.objects.get(part, part) for part in about])

    def url_nowhere(self, name: str, about) -> str:
        """The same address for an id that does not exist."""
        return reverse(name, args=[NOWHERE, *(self.objects.get(part, part) for part in about[1:])])


def build_scene() -> Scene:
    """A town, a federation, two unions; in the first of them a firm, a worker, and all that was done there."""
    town = UnionFactory(name="试验镇总工会", org_type=OrgType.TOWN, code="ROOT")
    federation = UnionFactory(name="试验村工会联合会", org_type=OrgType.VILLAGE_FEDERATION, parent=town)
    union = UnionFactory(name="甲厂工会委员会", parent=federation, head_name=HEAD, head_phone=HEAD_PHONE)
    other = UnionFactory(name="乙厂工会委员会", parent=town)
    posts = (
        (Role.TOWN_STAFF, town), (Role.CASE_HANDLER, town), (Role.OFFICER, union), (Role.OFFICER, other),
        (Role.FEDERATION_OFFICER, federation), (Role.GROUP_MEMBER, town), (Role.SYSTEM_ADMIN, town),
        (Role.SECURITY_ADMIN, town), (Role.AUDIT_ADMIN, town),
    )  # fmt: skip
    users = {
        name: PostFactory(user=_user(name), role=role, union=place).user
        for name, (role, place) in zip(ROLES, posts, strict=True)
    }
    employer = EmployerFactory(union=union, name="乐清市甲试验电器有限公司", employees=60)
    EmployerFactory(union=other, name="乐清市乙试验电器有限公司", employees=40)
    worker = WorkerFactory(
        employer=employer, name=NAME, pinyin="shihengzhi", initials="shz", phone_number=PHONE, document=NUMBER
    )
    run = _checked_run(users["officer"], union, worker)
    objects = {
        "town": town.pk,
        "union": union.pk,
        "employer": employer.pk,
        "worker": worker.pk,
        "employment": worker.employments.get().pk,
        "run": run.pk,
        "row": run.lines.failing().last().number,
        "job": _failed_job(users["officer"], union).pk,
        "post": users["officer"].posts.get().pk,
        "account": users["officer"].pk,
        "measure": Measure.objects.first().pk,
        "schedule": ReportSchedule.objects.first().pk,
        "report": _report(users["clerk"]),
    }
    cast = {"users": users, "town": town, "federation": federation, "union": union, "other": other}
    cast |= {"employer": employer, "worker": worker}
    for make in OBJECT_MAKERS:
        objects |= make(cast)
    return Scene(users, objects, former=_former_officer(union))


def _former_officer(union):
    today = timezone.localdate()
    return PostFactory(user=_user("former"), union=union, end=today).user


def _user(name: str) -> User:
    return UserFactory(username=name, email=f"{name}@example.org", password=HASHED)


def _failed_job(user, union) -> Job:
    return Job.objects.create(
        kind="exchange.check", key="scene", title="核对甲厂名册", created_by=user, union_id=union.pk,
        state=Job.State.FAILED, attempts=3, error="文件已损坏。", finished_at=timezone.now(),
    )  # fmt: skip


def _checked_run(officer, union, worker):
    """A collection form with the worker, renamed, and a row whose number is wrong."""
    book = openpyxl.load_workbook(io.BytesIO(blank_form(WorkerExchange)))
    sheet = book.active
    header = next(row for row in sheet.iter_rows() if any(cell.value == "姓名" for cell in row))
    places = {str(cell.value).split("\n")[0]: cell.column for cell in header if cell.value}
    rows = ((worker.name, NUMBER), (ROW_NAME, "330382199001010000"))
    for number, (name, document) in enumerate(rows, start=header[0].row + 1):
        values = {"姓名": name, "性别": "男", "证件号码": document, "移动电话": PHONE, "会籍变化类型": "入会"}
        for title, value in values.items():
            sheet.cell(number, places[title], value)
    content = io.BytesIO()
    book.save(content)
    file = ContentFile(content.getvalue())
    run, _ = upload(kind="workers", union=union, file=file, file_name="甲厂名册.xlsx", by=officer, hint=False)
    jobs.run_inline(Job.objects.get(key=run.job_key))
    run.refresh_from_db()
    jobs.run_inline(request_marks(run=run, by=officer, hint=False))
    run.refresh_from_db()
    return run


def _report(clerk) -> int:
    last_month = Period.of("monthly", timezone.localdate()).previous()
    job = jobs.run_inline(request_report(period=last_month, union=None, by=clerk, hint=False))
    return job.result["report"]


def signed_in(user, *, seconds_ago: float = 0) -> Client:
    """A browser whose user confirmed the password some seconds ago (``force_login`` leaves no trace of it)."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time() - seconds_ago, "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def answer(client: Client, method: str, url: str, data=None):
    """The response, with everything undone that the request changed in the database or the browser."""
    cookies = copy.copy(client.cookies)
    with transaction.atomic():
        response = getattr(client, method)(url, data or {})
        transaction.set_rollback(True)
    client.cookies = cookies
    if response.streaming:
        response.kept = b"".join(response.streaming_content)  # read to the end, which closes the file
    return response


def answer_of_get(client: Client, url: str, data=None):
    """The response to a GET that must not write anything but who looked."""
    written = []

    def watch(execute, sql, params, many, context):
        tables = {table.lower() for _, table in _WRITES.findall(str(sql))}
        written.extend(sorted(tables - NOTED))
        if "accounts_auditentry" in tables and AuditEntry.Category.ACCESS not in params:
            written.append("accounts_auditentry (more than who looked)")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        response = answer(client, "get", url, data)
    assert written == [], f"GET {url} writes to {written}"
    return response


def answer_of_post(client: Client, url: str):
    """The response to a POST without data."""
    return answer(client, "post", url)


def body(response) -> str:
    """The text of a page, workbook or PDF without what differs at each request (CSRF tokens)."""
    content = response.kept if response.streaming else response.content
    if content.startswith(b"%PDF"):
        return text_of_pdf(content)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
        return html.unescape(parts)  # some writers spell Chinese as character references
    text = content.decode("utf-8", "replace")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", text)
