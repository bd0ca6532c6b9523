"""import_file and undo_import: one JSON object on standard output, problems on standard error, exit codes."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from exchange.models import ImportRun
from tests.exchange.sheets import member, member_book
from tests.factories.unions import EmployerFactory
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


def run(path, *options, by="officer", kind="workers"):
    """(summary, standard error, failed)."""
    out, err, failed = io.StringIO(), io.StringIO(), False
    try:
        call_command("import_file", kind, str(path), "--by", by, "--json", *options, stdout=out, stderr=err)
    except CommandError as error:
        failed = True
        err.write(str(error))
    return json.loads(out.getvalue() or "null"), err.getvalue(), failed


@pytest.fixture
def form(tmp_path):
    path = tmp_path / "名单.xlsx"

    def write(*rows):
        path.write_bytes(member_book(list(rows)))
        return path

    return write


def test_a_sound_file_is_imported_and_undone(firm, officer, form):
    summary, errors, failed = run(form(member(1), member(2)))
    pk = ImportRun.objects.get().pk
    assert summary == {
        "run": pk, "rows": 2, "new": 2, "changed": 0, "unchanged": 0, "skipped": 0, "failed": 0, "applied": 2,
        "problems": [], "warnings": [],
    }  # fmt: skip
    assert (errors, failed, Worker.objects.count()) == ("", False, 2)
    out = io.StringIO()
    call_command("undo_import", str(pk), "--by", "officer", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"reverted": 2, "kept": 0, "impossible": 0, "details": []}
    assert Worker.objects.count() == 0


def test_check_writes_nothing_and_the_file_can_follow(firm, officer, form):
    path = form(member(1))
    summary, _, failed = run(path, "--check")
    assert (summary["new"], summary["applied"], failed, Worker.objects.count()) == (1, 0, False, 0)
    summary, _, failed = run(path)
    assert (summary["applied"], failed, ImportRun.objects.count()) == (1, False, 1)


def test_problems_keep_everything_out_and_are_told(firm, officer, form):
    summary, errors, failed = run(form(member(1), member(2, c8="仙学")))
    assert (summary["new"], summary["failed"], summary["applied"], failed) == (1, 1, 0, True)
    assert Worker.objects.count() == 0
    [problem] = summary["problems"]
    assert (problem["row"], problem["column"], problem["value"]) == (6, "学历", "仙学")
    assert "博士、硕士" in problem["message"]
    assert "第 6 行 学历 “仙学”" in errors


def test_good_rows_are_imported_when_asked(firm, officer, form):
    summary, errors, failed = run(form(member(1), member(2, c8="仙学")), "--good-rows")
    assert (summary["failed"], summary["applied"], failed) == (1, 1, False)
    assert "仙学" in errors


def test_the_same_file_again_is_told_and_not_written(firm, officer, form):
    path = form(member(1))
    run(path)
    summary, errors, failed = run(path)
    assert (summary["applied"], failed, Worker.objects.count()) == (0, True, 1)
    assert "没有重复写入" in errors


def test_unchanged_people_are_no_failure(firm, officer, form, tmp_path):
    run(form(member(1)))
    summary, _, failed = run(form(member(1, c0="9")))
    assert (summary["unchanged"], summary["applied"], failed) == (1, 0, False)


@pytest.mark.parametrize(
    ("options", "by", "kind", "told"),
    [
        (["--union", "nowhere"], "officer", "workers", "没有编号为“nowhere”的工会"),
        ([], "nobody", "workers", "没有名为“nobody”的可用账号"),
        ([], "officer", "cats", "没有名为“cats”的表格种类"),
        ([], "officer", "unions", "没有导入这种表格的权限"),
    ],
)
def test_wrong_arguments_are_told(firm, officer, other_union, form, options, by, kind, told):
    _, errors, failed = run(form(member(1)), *options, by=by, kind=kind)
    assert failed
    assert told in errors


def test_a_union_out_of_reach_is_unknown(firm, officer, other_union, form):
    _, errors, _ = run(form(member(1)), "--union", other_union.code)
    assert f"没有编号为“{other_union.code}”的工会" in errors


def test_a_refused_file_is_told(firm, officer, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7")
    summary, errors, failed = run(path)
    assert (summary["rows"], failed) == (0, True)
    assert "文件类型不对" in errors
    path.unlink()
    assert "文件打不开" in run(path)[1]


def test_the_rule_for_known_people_can_be_given(firm, officer, form):
    run(form(member(1)))
    summary, errors, failed = run(form(member(1, c8="大专"), member(2)), "--rule", "skip")
    assert (summary["new"], summary["skipped"], summary["changed"], summary["applied"]) == (1, 1, 0, 1)
    assert (errors, failed, summary["problems"]) == ("", False, [])
    summary, _, failed = run(form(member(1, c8="大专", c4=""), member(3)), "--rule", "fill")
    assert (summary["new"], summary["unchanged"], failed) == (1, 1, False)
    assert Worker.objects.filter(education="31").count() == 0


def test_a_file_whose_columns_nobody_could_guess_is_told_and_waits_for_a_person(firm, officer, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("员工,证号,何时\n试甲,1,2\n", encoding="utf-8")
    for _ in range(2):  # the second time it is the same run
        summary, errors, failed = run(path)
        assert (summary["rows"], summary["applied"], failed) == (0, 0, True)
        assert "没有找到“会员信息”的表头" in errors
        assert "员工、证号、何时" in summary["problems"][0]["message"]
    assert ImportRun.objects.get().state == "mapping"
