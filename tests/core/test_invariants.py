"""manage.py check_invariants: silence about sound data, one line per fault."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import audit
from core.invariants import unknown_codes
from core.models import CodeAlias, Job


def check():
    out = StringIO()
    try:
        call_command("check_invariants", stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), str(error)
    return out.getvalue().splitlines(), ""


def test_sound_data_has_no_violations(db, officer, settings):
    audit.record(officer, "workers.view", officer)
    assert check() == (["0 violations"], "")


def test_every_list_of_the_settings_is_there(settings):
    for path in settings.INVARIANTS:
        assert all(isinstance(title, str) and callable(test) for title, test in import_string(path))


def test_each_fault_is_one_line(db, officer):
    CodeAlias.objects.create(table="sex", text="未知写法", code="77")
    job = Job.objects.create(
        kind="x", key="x", state="done", attempts=1, created_by=officer, finished_at=timezone.now()
    )
    lines, error = check()
    assert error == "3 violations"
    assert lines == [
        f"code aliases lead to codes: CodeAlias {CodeAlias.objects.get(code='77').pk}: "
        "sex '未知写法' leads to unknown code '77'",
        f"finished jobs have a result: Job {job.pk} (x) is done without a result",
        f"each attempt raises the fence: Job {job.pk} (x) has fence 0 after 1 attempts",
    ]


def test_altered_audit_entry_is_found(db, officer):
    audit.record(officer, "workers.view", officer)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE accounts_auditentry SET action = 'workers.edit'")
    lines, error = check()
    assert error == "1 violations"
    assert lines[0].startswith("the audit chain is unbroken: AuditEntry")


def test_unknown_codes_names_row_field_and_value(db):
    CodeAlias.objects.all().delete()
    CodeAlias.objects.create(table="sex", text="y", code="")
    CodeAlias.objects.create(table="sex", text="z", code="1")
    alias = CodeAlias.objects.create(table="sex", text="x", code="99")
    assert unknown_codes(CodeAlias, "code", "sex") == [f"core.CodeAlias {alias.pk}: code='99' not in sex"]


@pytest.mark.parametrize("state", ["queued", "running"])
def test_open_jobs_need_no_result(db, state):
    Job.objects.create(kind="x", key="x", state=state)
    assert check() == (["0 violations"], "")
