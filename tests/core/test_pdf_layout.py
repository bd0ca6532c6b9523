"""GB/T 9704-2012 as measured in the finished file: the page is read back from its drawing operators."""

import io
import itertools

import pikepdf
import pytest

from core import pdf
from tests.core import pdf_reading, report_sample
from tests.core.pdf_reading import POINTS_PER_MM

PAGE = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>版式</title>
<link rel="stylesheet" href="static:css/print/gb9704.css"></head><body>{}</body></html>"""
LEFT, RIGHT = 28 * POINTS_PER_MM, (210 - 26) * POINTS_PER_MM
PITCH = 28.95


def block_lines(data, page=1):
    """The lines of the text block, without the page number below it."""
    return [line for line in pdf_reading.lines(data, page) if line.y > 35 * POINTS_PER_MM]


def printed_lines(body):
    return block_lines(pdf.render_html(PAGE.format(body)))


@pytest.fixture(scope="module")
def full_page():
    """A page of plain body text in one paragraph that runs on to the next page."""
    return pdf.render_html(PAGE.format(f'<p class="flush">{"职工技能提升行动" * 100}</p>'))


def test_a_page_has_22_lines_of_28_characters(full_page):
    body = block_lines(full_page)

    assert [len(line.text) for line in body] == [28] * 22


def test_lines_stand_on_the_grid(full_page):
    body = block_lines(full_page)
    steps = {round(above.y - below.y, 2) for above, below in itertools.pairwise(body)}

    assert steps == {PITCH}


def test_text_fills_the_block_from_edge_to_edge(full_page):
    body = block_lines(full_page)

    assert max(abs(line.x - LEFT) for line in body) < 0.05
    assert max(abs(line.end - RIGHT) for line in body) < 0.5


@pytest.mark.parametrize(
    "extra",
    [
        "含㛃䶮𬭎𠅤的姓名",
        '<b class="kai">楷体引语</b>',
        '<span class="hei">黑体</span>',
        "2026年ABC",
        '<span class="light">●</span>',
    ],
    ids=["rare", "kai", "hei", "latin", "light"],
)
def test_another_face_in_a_line_does_not_move_the_grid(extra):
    body = printed_lines(f"<p>{'职工技能提升行动' * 6}{extra}{'职工技能提升行动' * 100}</p>")

    assert len(body) == 22
    assert {round(above.y - below.y, 1) for above, below in itertools.pairwise(body)} <= {28.9, 29.0}


@pytest.mark.parametrize(
    "phrase",
    [
        "入会率为86.4%，比上季度提高1.2个百分点；",
        "（一）“互联网＋”服务——线上……",
        "王㛃、李䶮、周𠅤，Excel 表格 A 类；",
    ],
)
def test_right_edges_align_whatever_the_text(phrase):
    body = printed_lines(f"<p>{phrase * 30}</p>")
    ends = [line.end for line in body[:-1]]

    assert len(ends) > 10
    assert max(ends) - min(ends) < 0.6


def test_letters_and_digits_are_not_those_of_the_body_face():
    data = pdf.render_html(
        PAGE.format(
            "<p>入会率86.4%，共3215人</p><h2>一、2026年</h2><table><tr><td>3215</td><td>人3</td></tr></table>"
        )
    )
    faces = {run.text: run.font for run in pdf_reading.runs(data, 1)}

    assert faces["86.4%"] == faces["3215"] == faces["3"] == "Noto-Serif-SC"
    assert faces["入会率"] == "FandolFang"
    assert faces["2026"] == "Noto-Sans-SC"


def test_the_last_line_of_a_paragraph_is_not_stretched():
    body = printed_lines(f"<p>{'职工技能提升行动' * 4}末行</p>")

    assert body[-1].end - body[-1].x < 10 * 16


def test_gaps_do_not_gape_where_a_line_cannot_be_filled():
    body = printed_lines(f"<p>职工代表{'A' * 60}</p>")

    assert body[0].text == "职工代表"
    assert body[0].end - body[0].x < 5 * 16


def test_dashes_and_ellipses_stay_whole():
    data = pdf.render_html(PAGE.format(f"<p>{'服务——线上……办理，' * 20}</p>"))
    dash = next(run for run in pdf_reading.runs(data, 1) if "——" in run.text)

    assert dash.size == pytest.approx(16, abs=0.1)
    assert "服务——线上……" in pdf_reading.text(data)


def test_a_wide_enclosure_turns_the_sheet():
    data = pdf.render_html(
        PAGE.format(
            '<p>正文</p><section class="annex annex-wide"><p>宽表</p></section><section class="annex"><p>后文</p></section>'
        )
    )
    with pikepdf.open(io.BytesIO(data)) as file:
        sizes = [
            [round(float(number) / POINTS_PER_MM) for number in page.MediaBox[2:]] for page in file.pages
        ]

    assert sizes == [[210, 297], [297, 210], [210, 297]]


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(full_page):
    odd, even = (pdf_reading.lines(full_page, number)[-1] for number in (1, 2))

    assert (odd.text.strip(), even.text.strip()) == ("— 1 —", "— 2 —")
    assert odd.end == pytest.approx(RIGHT - 14, abs=0.5)
    assert even.x == pytest.approx(LEFT + 14, abs=0.5)


def test_source_line_breaks_leave_no_spaces_in_chinese():
    body = printed_lines("<p>截至\n  2026年\n  9月，\n  <b>全镇</b>\n  共有 Excel\n  files</p>")

    assert body[0].text == "截至2026年9月，全镇共有 Excel files"


def test_the_sample_has_every_part_in_its_place():
    data = pdf.render_html(report_sample.html())
    first, last = pdf_reading.lines(data, 1), pdf_reading.lines(data, pdf.page_count(data))
    texts = [line.text for line in first]

    assert texts[0] == "南岳镇总工会"
    assert "镇产业工人队伍建设改革协调小组：" in texts
    # 35 mm below the top of the text block, measured to the top of the mark.
    assert 297 - first[0].y / POINTS_PER_MM > 37 + 35
    assert last[-2].text == "南岳镇总工会办公室2026年10月8日印发"
    # The imprint ends with the text block, 35 mm above the paper's edge.
    assert 35 * POINTS_PER_MM < last[-2].y < 35 * POINTS_PER_MM + 12
    assert pdf.page_count(data) == 6


def test_an_internal_report_has_no_number_line_and_a_numbered_one_has():
    plain = pdf_reading.text(pdf.render_html(report_sample.html()))
    numbered = pdf_reading.text(pdf.render_html(report_sample.html(issue_number="南岳工发〔2026〕3号")))

    assert "〔" not in plain
    assert "南岳工发〔2026〕3号" in numbered
