"""What a published report says, in figures, print and workbook, and that it goes on saying it."""

import io
import re

import openpyxl
from django.core.files.storage import default_storage

from core import pdf
from core.reporting import indicators
from reform.models import Measure
from reports import drawing
from reports.models import Report, ReportFigureRecords
from tests.core.pdf_reading import text as text_of_pdf
from tests.factories.unions import EmployerFactory
from tests.reports.conftest import OCTOBER, publish
from workers.models import Membership


def file_of(report, name="pdf") -> bytes:
    with default_storage.open(getattr(report, name).name) as file:
        return file.read()


def text_of(report) -> str:
    """Without line ends and page numbers, so that a title is whole that runs over a page."""
    return re.sub(r"— ?\d+ ?—", "", text_of_pdf(file_of(report)).replace("\n", ""))


def test_the_figures_rest_on_frozen_records(report, members):
    for figure in report.figures.all():
        measured = indicators()[figure.code].measure(None, OCTOBER)
        assert (figure.numerator, figure.denominator) == (measured.numerator, measured.denominator)
        assert figure.value == measured.value
        assert figure.text == measured.text
    side = ReportFigureRecords.objects.get(figure__report=report, figure__code="A2", side="denominator")
    assert (side.model, side.ids, side.amounts) == ("unions.employer", [members[0].employer_id], [30])


def test_figures_print_and_workbook_say_the_same(report):
    text = text_of(report)
    for row in report.data["figures"]:
        if row["denominator"] is not None:
            assert row["text"] in text
            assert f"{row['numerator']}{row['numerator_unit']}" in text
    assert "入会率为10.0%（在已建会单位工作的在籍会员3人，已建会单位职工30人）" in text
    assert "工会法人登记率为0.0%（持有效法人证书的工会0个，具备登记条件的工会3个）" in text
    assert "高技能人才占技能人才比例为无适用单位" in text
    assert "职工人数应报单位1家，已报1家。" in text
    assert "统计期为2026年10月1日至2026年10月31日" in text
    book = openpyxl.load_workbook(io.BytesIO(file_of(report, "xlsx")))
    assert book.sheetnames == ["指标表", "分工会", "会籍变动", "十四项举措", "说明"]
    rows = {row[0]: row for row in book["指标表"].iter_rows(min_row=2, values_only=True)}
    assert set(rows) == set(indicators())
    assert rows["A2"][4:9:2] == (3, 30, 10)
    assert rows["C2"][8] == "无适用单位"
    about = dict(book["说明"].iter_rows(min_row=2, max_col=2, values_only=True))
    assert about["PDF 文件 SHA-256"] == report.pdf_sha256
    assert about["校验码"] == report.verification_code


def test_the_fourteen_measures_say_what_is_known_and_what_is_not(report):
    measures = [measure for group in report.data["groups"] for measure in group["measures"]]
    assert [measure["number"] for measure in measures] == list(range(1, 15))
    known = [measure["number"] for measure in measures if measure["figures"]]
    assert known == [measure.number for measure in Measure.objects.exclude(indicator_codes=[])]
    assert {1, 4, 5, 6, 7, 11} <= set(known) < set(range(1, 15))
    text = text_of(report)
    unknown = 14 - len(known)
    assert text.count("○未报") == unknown + 1  # and the note that explains the mark
    assert "14项举措中，14项未填牵头单位、14项未填目标、14项未填完成时限。" in text
    for measure in measures:
        assert measure["title"].replace(" ", "") in text


def test_print_is_sound(report):
    data = file_of(report)
    found = pdf.inspect(data)
    assert found.faults == ()
    assert found.pages == report.pdf_pages
    assert report.data["charts"]["rates"]["series"][0]["data"]
    assert "图1" in text_of(report)
    assert "图2" in text_of(report)
    assert report.verification_code in text_of(report)


def test_no_person_is_named_in_files(report, members):
    text = text_of(report)
    for member in members:
        assert member.name not in text
        assert member.name.encode() not in file_of(report, "xlsx")


def test_later_edits_change_nothing(report, members):
    before = (file_of(report), file_of(report, "xlsx"), report.data)
    Membership.objects.filter(worker=members[0]).delete()
    members[1].employer.headcounts.update(employees=99)
    report.refresh_from_db()
    figure = report.figures.get(code="A2")
    assert (figure.numerator, figure.denominator) == (3, 30)
    assert (file_of(report), file_of(report, "xlsx"), report.data) == before
    again = drawing.draw(report.data, code=report.verification_code)
    assert text_of_pdf(again) == text_of_pdf(before[0])


def test_a_new_version_names_what_changed(report, clerk, union, members):
    EmployerFactory(union=union, employees=70)
    second = publish(clerk)
    report.refresh_from_db()
    assert (report.state, second.state) == (Report.State.SUPERSEDED, Report.State.CURRENT)
    assert (second.version, second.serial) == (2, "Y2026-10-V2")
    assert "入会率由10.0%更正为3.0%" in second.data["changes"]
    assert "建会率由100.0%（1/1，现为2/2）更正为100.0%" in second.data["changes"]
    assert "本报告为第2版，替代此前各版。与上一版相比：" in text_of(second)
    assert report.data["figures"] != second.data["figures"]
