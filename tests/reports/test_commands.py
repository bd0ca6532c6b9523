"""build_report and indicators: same services as the pages, JSON as promised, problems on standard error."""

import hashlib
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from reports.models import Report
from tests.core.pdf_reading import text as text_of_pdf
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory


def run(capsys, *args) -> str:
    capsys.readouterr()
    call_command(*args)
    return capsys.readouterr().out


def test_the_figures_in_the_pdf_are_those_of_the_command(capsys, tmp_path, clerk, members):
    figures = json.loads(run(capsys, "indicators", "2026-10", "--json"))
    answer = json.loads(
        run(
            capsys,
            "build_report",
            "monthly",
            "2026-10",
            "--by",
            "clerk",
            "--out",
            str(tmp_path / "out"),
            "--json",
        )
    )
    assert set(answer) == {"report", "pdf", "xlsx", "sha256", "pages", "seconds"}
    data = Path(answer["pdf"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == answer["sha256"] == Report.objects.get().pdf_sha256
    assert Path(answer["xlsx"]).read_bytes()[:2] == b"PK"
    text = text_of_pdf(data).replace("\n", "")
    frozen = {row["code"]: row for row in Report.objects.get().data["figures"]}
    for figure in figures:
        row = frozen[figure["code"]]
        assert (row["numerator"], row["denominator"]) == (figure["numerator"], figure["denominator"])
        if figure["denominator"] is not None:
            value = "无适用单位" if figure["value"] is None else f"{figure['value']:.1f}%"
            assert f"{row['title']}" in text
            assert value in text


def test_the_shape_of_an_indicator(capsys, members, other_union):
    WorkerFactory(employer=EmployerFactory(union=other_union, employees=7))
    figures = {row["code"]: row for row in json.loads(run(capsys, "indicators", "2026-10", "--json"))}
    assert figures["A2"] == {"code": "A2", "numerator": 4, "denominator": 37, "value": 10.8, "unit": "%"}
    assert figures["M9"] == {"code": "M9", "numerator": 4, "denominator": None, "value": 4, "unit": "人"}
    assert figures["C2"] == {"code": "C2", "numerator": 0, "denominator": 0, "value": None, "unit": "%"}
    figures = json.loads(run(capsys, "indicators", "2026-10", "--union", other_union.code, "--json"))
    assert next(row for row in figures if row["code"] == "A2")["denominator"] == 7


def test_a_union_is_named_by_either_code(capsys, members, union):
    union.credit_code = "81330382MJ2M00011P"
    union.save()
    by_code = run(capsys, "indicators", "2026", "--union", union.code, "--json")
    assert run(capsys, "indicators", "2026", "--union", union.credit_code, "--json") == by_code


def test_lines_for_people(capsys, members):
    assert "M9\t3\t\t3\t人" in run(capsys, "indicators", "2026-10")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["monthly", "2026-Q3", "--by", "clerk"], "不是月报的写法"),
        (["monthly", "2026年10月", "--by", "clerk"], "无法识别"),
        (["monthly", "2199-01", "--by", "clerk"], "尚未开始"),
        (["monthly", "2026-10", "--by", "nobody"], "没有名为“nobody”的可用账号"),
        (["monthly", "2026-10", "--by", "officer"], "无权编制"),
        (["monthly", "2026-10", "--by", "clerk", "--union", "X"], "没有编号或统一社会信用代码为“X”的工会"),
    ],
)
def test_problems_are_named(tmp_path, clerk, officer, args, message):
    with pytest.raises(CommandError, match=message):
        call_command("build_report", *args, "--out", str(tmp_path / "out"))
    assert not Report.objects.exists()


def test_an_unwritable_folder_is_named_before_the_work(tmp_path, clerk):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="无法写入目录"):
        call_command(
            "build_report", "monthly", "2026-10", "--by", "clerk", "--out", str(tmp_path / "file" / "out")
        )
    assert not Report.objects.exists()


@pytest.mark.parametrize("args", [["2026-00"], ["2199"], ["2026-10", "--union", "X"]])
def test_indicators_refuses_what_it_cannot_read(db, args):
    with pytest.raises(CommandError, match=r"无法识别|尚未开始|没有编号"):
        call_command("indicators", *args)
