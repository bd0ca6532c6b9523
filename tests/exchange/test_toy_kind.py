"""A new kind is one class in a list of the settings: the whole desk serves it, and nothing in ``exchange`` knows it."""

import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from core.models import Code
from exchange.blank_forms import blank_form
from exchange.models import ImportRun
from tests.exchange.sheets import applied, finish, saved, upload
from tests.exchange.toy_kind import TABLE, ToyExchange

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def declared(settings):
    settings.EXCHANGES = [*settings.EXCHANGES, "tests.exchange.toy_kind.ToyExchange"]


def book(*rows) -> bytes:
    made = openpyxl.Workbook()
    for row in (["序号", "代码", "名称", "次序", "是否使用"], *rows):
        made.active.append(row)
    return saved(made)


def local() -> list:
    codes = Code.objects.filter(table=TABLE, is_local=True).order_by("code")
    return list(codes.values_list("code", "name", "rank"))


def test_the_wizard_from_template_to_undo(client, clerk):
    client.force_login(clerk)
    page = client.get(reverse("exchange:run_upload")).content.decode()
    assert "用工形式的本地代码。" in page
    form = client.get(reverse("exchange:template", args=["toys"]))
    filled = openpyxl.load_workbook(io.BytesIO(b"".join(form)))
    for place, value in enumerate(["1", "Z01", "季节工", "三"], start=1):
        filled.worksheets[0].cell(5, place).value = value
    file = SimpleUploadedFile("代码.xlsx", saved(filled))
    client.post(reverse("exchange:run_upload"), {"kind": "toys", "file": file})
    run = finish(ImportRun.objects.get())
    assert (run.rows, run.skipped, run.failed) == (2, 1, 1)
    preview = client.get(run.get_absolute_url()).content.decode()
    assert "季节工" in preview
    fix = reverse("exchange:run_fix", args=[run.pk, 5])
    client.post(fix, {"column": "rank", "text": "3"})
    client.post(reverse("exchange:run_apply", args=[run.pk]), {"mode": "all"})
    run = finish(ImportRun.objects.get())
    assert (run.state, run.applied, local()) == ("applied", 1, [("Z01", "季节工", 3)])
    assert "已导入 1 行" in client.get(run.get_absolute_url()).content.decode()
    assert client.get(reverse("exchange:run_list"), {"kind": "toys"}).status_code == 200
    client.post(reverse("exchange:run_undo", args=[run.pk]))
    run = finish(ImportRun.objects.get())
    assert (run.state, run.outcomes()["reverted"], local()) == ("undone", 1, [])


@pytest.mark.parametrize(
    ("rule", "verdict", "name"),
    [("update", "changed", "季节用工"), ("fill", "unchanged", "季节工"), ("skip", "skipped", "季节工")],
)
def test_the_rule_reaches_the_kind(clerk, rule, verdict, name):
    applied(upload(clerk, None, book(["1", "Z01", "季节工", 3, "是"]), kind="toys"), clerk)
    run = upload(
        clerk, None, book(["1", "Z01", "季节用工", 3], ["2", "Z02", "零工", 4]), kind="toys", rule=rule
    )
    assert {name: count for name, count in run.counts.items() if count} == {"new": 1, verdict: 1}
    applied(run, clerk)
    assert local() == [("Z01", name, 3), ("Z02", "零工", 4)]


def test_duplicates_and_the_command_line(clerk, tmp_path):
    path = tmp_path / "代码.xlsx"
    path.write_bytes(book(["1", "Z01", "季节工"], ["2", "Z01", "零工"], ["3", "Z03", "", "", "也许"]))
    out = io.StringIO()
    options = ("--by", "clerk", "--good-rows", "--json")
    with pytest.raises(CommandError, match="没有可以写入的行"):
        call_command("import_file", "toys", str(path), *options, stdout=out, stderr=out)
    summary = json.loads(out.getvalue().splitlines()[0])
    assert (summary["rows"], summary["failed"], summary["applied"]) == (3, 3, 0)
    assert [problem["row"] for problem in summary["problems"]] == [2, 3, 4, 4]


def test_its_form_and_its_permission(client, officer):
    assert blank_form(ToyExchange)[:2] == b"PK"
    client.force_login(officer)
    assert client.get(reverse("exchange:template", args=["toys"])).status_code == 404
