"""What a finished PDF promises: fonts inside, nothing loaded from outside, no missing glyph, the same bytes."""

import contextlib
import gc
import hashlib
import io
import socketserver
import threading

import pikepdf
import pytest
import weasyprint
from django.core.exceptions import ImproperlyConfigured

from core import pdf
from core.pdf import inspection, justification, printing
from tests.core import pdf_reading, report_sample

PAGE = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>{head}</head>
<body>{body}</body></html>"""


def page(body="<p>正文</p>", head="", title="报告"):
    return PAGE.format(body=body, head=head, title=title)


@pytest.fixture(scope="module")
def sample():
    return pdf.render_html(report_sample.html())


@pytest.fixture
def canary():
    """A web server that only counts: a hit means that the printer reached out."""
    hits = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            hits.append(self.request.recv(64))

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/x", hits
        server.shutdown()


def test_fonts_are_those_of_the_set_and_embedded(sample):
    facts = pdf.inspect(sample)

    assert facts.faults == ()
    assert set(facts.fonts) == {
        "FandolFang",
        "HanaMinA-Medium",
        "LXGW-WenKai",
        "Noto-Sans-SC",
        "Noto-Serif-SC",
        "Noto-Serif-SC-Bold",
    }


def test_text_can_be_extracted_with_rare_names(sample):
    text = pdf_reading.text(sample)

    assert report_sample.RARE_NAMES[:14] in text
    assert "十四项举措进展情况表" in text
    assert "建会率为91.9%" in text.replace("\n", "")


def test_file_is_archival_titled_and_tagged(sample):
    with pikepdf.open(io.BytesIO(sample)) as file:
        metadata = file.open_metadata()
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "B"
        assert file.docinfo.Title == report_sample.context()["title"]
        assert file.Root.Lang == "zh-CN"
        assert file.Root.MarkInfo.Marked
        figures = [item for item in file.objects if getattr(item, "S", None) == "/Figure"]
        assert "Alt" in str(figures[0].keys())


def test_file_is_well_formed(sample):
    with pikepdf.open(io.BytesIO(sample)) as file:
        assert file.check_pdf_syntax() == []


def test_same_input_gives_the_same_bytes(sample):
    again = pdf.render_html(report_sample.html())

    assert hashlib.sha256(again).hexdigest() == hashlib.sha256(sample).hexdigest()


def test_render_fills_a_template():
    data = pdf.render(
        "core/pdf/gb9704_base.html", {"issuer": "总工会", "date": "2026-10-08"}, title="空白报告"
    )

    assert "2026年10月8日" in pdf_reading.text(data)
    assert pdf.page_count(data) == 1


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("<p>代表\U000f0001先生参加会议</p>", "代表\U000f0001先生参加会议"),
        ("<p>会<b>员\U000f0001</b></p>", "员\U000f0001"),
    ],
)
def test_a_missing_glyph_stops_the_build_and_is_named(body, place):
    with pytest.raises(pdf.MissingGlyphError, match=r"U\+F0001") as caught:
        pdf.render_html(page(body))

    assert caught.value.places == {"\U000f0001": place}


def test_a_missing_glyph_in_a_style_sheet_or_drawing_stops_the_build():
    with pytest.raises(pdf.MissingGlyphError, match=r"U\+F0001"):
        pdf.render_html(page(head='<style>p::before { content: "\\0f0001" }</style>'))
    with pytest.raises(pdf.MissingGlyphError, match=r"U\+F0002"):
        pdf.render_html(page('<svg width="9" height="9"><text>\U000f0002</text></svg>'))


@pytest.mark.parametrize(
    "body",
    [
        '<img src="{url}">',
        '<object data="{url}"></object>',
        '<ul><li style="list-style-image: url({url})">一</li></ul>',
        '<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
        '<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22 height=%229%22'
        '%3E%3Cimage href=%22{url}%22 width=%229%22 height=%229%22/%3E%3C/svg%3E">',
        '<a rel="attachment" href="{url}">附件</a>',
    ],
    ids=["img", "object", "list", "svg", "svg-in-data", "attachment"],
)
@pytest.mark.parametrize("target", ["http", "file", "static"])
def test_a_resource_from_outside_stops_the_build(canary, tmp_path, body, target):
    secret = tmp_path / "secret.txt"
    secret.write_text("秘密")
    address, hits = canary
    url = {"http": address, "file": secret.as_uri(), "static": "static:../nanyue_portal/settings.py"}[target]

    with pytest.raises(pdf.ForbiddenResourceError, match="不允许的资源"):
        pdf.render_html(page(body.format(url=url)))
    assert hits == []


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="stylesheet" href="{url}">',
        "<style>@import url({url});</style>",
        "<style>@font-face {{ font-family: x; src: url({url}) }} p {{ font-family: x }}</style>",
        "<style>p {{ background: url({url}) }}</style>",
        '<link rel="attachment" href="{url}">',
    ],
    ids=["link", "import", "font", "background", "attachment"],
)
def test_a_style_from_outside_stops_the_build(canary, head):
    address, hits = canary

    with pytest.raises(pdf.ForbiddenResourceError, match=r"不允许的资源"):
        pdf.render_html(page(head=head.format(url=address)))
    assert hits == []


HOSTILE = (
    '<img src=file:///etc/passwd></style><style>@import "http://127.0.0.1:9/"</style>'
    '<svg><image href="file:///etc/passwd"/></svg><a rel=attachment href="file:///etc/passwd">x</a>'
    "{{7*7}}{% debug %}<script>app.alert(1)</script>"
)


def test_hostile_text_is_printed_as_it_stands():
    data = pdf.render_html(report_sample.html(problems=HOSTILE, names=HOSTILE, title=HOSTILE, mark=HOSTILE))
    text = pdf_reading.text(data).replace("\n", "").replace(" ", "")

    assert HOSTILE.replace(" ", "") in text
    assert pdf.inspect(data).faults == ()


def test_what_cannot_be_drawn_stops_the_build():
    with pytest.raises(pdf.IncompleteDocumentError, match="alt description"):
        pdf.render_html(
            page('<img src="data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=">')
        )
    with pytest.raises(pdf.IncompleteDocumentError, match="no-picture"):
        pdf.render_html(page('<img alt="图" src="data:text/plain,no-picture">'))


def test_a_web_link_is_refused_and_an_inner_link_is_not():
    with pytest.raises(pdf.UnsafeDocumentError, match="/URI"):
        pdf.render_html(page('<a href="https://example.org/">外部</a>'))

    data = pdf.render_html(page('<a href="#end">到文末</a><p id="end">文末</p>'))
    assert pdf.inspect(data).faults == ()


def _with(data, change):
    with pikepdf.open(io.BytesIO(data)) as file:
        change(file)
        target = io.BytesIO()
        file.save(target)
    return target.getvalue()


def _add_script(file):
    file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _add_attachment(file):
    file.attachments["a.txt"] = b"a"


def _drop_font_file(file):
    for item in file.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            for key in set(inspection.EMBEDDED_FONT_KEYS) & set(item.keys()):
                del item[key]


@pytest.mark.parametrize(
    ("change", "message"),
    [(_add_script, "自动动作"), (_add_attachment, "附加文件"), (_drop_font_file, "未嵌入")],
)
def test_the_check_of_the_finished_file_finds_what_must_not_be(sample, change, message):
    with pytest.raises(pdf.UnsafeDocumentError, match=message):
        inspection.require_plain(_with(sample, change))


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled):
    was_enabled = gc.isenabled()
    try:
        gc.enable() if enabled else gc.disable()
        pdf.render_html(page())
        assert gc.isenabled() is enabled
        with contextlib.suppress(pdf.PrintError):
            pdf.render_html(page('<img src="file:///etc/hostname">'))
        assert gc.isenabled() is enabled
    finally:
        gc.enable() if was_enabled else gc.disable()


@pytest.mark.parametrize("frozen", [True, False])
def test_what_a_server_has_set_aside_stays_so(frozen):
    gc.freeze() if frozen else gc.unfreeze()
    try:
        pdf.render_html(page())
        assert (gc.get_freeze_count() > 0) is frozen
    finally:
        gc.unfreeze()


def test_threads_may_print_at_the_same_time(sample):
    html, results = report_sample.html(), []
    threads = [threading.Thread(target=lambda: results.append(pdf.render_html(html))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [sample] * 3


def test_a_missing_library_or_another_version_is_named(monkeypatch):
    monkeypatch.setattr(printing, "harfbuzz_subset", None)
    with pytest.raises(ImproperlyConfigured, match="libharfbuzz-subset0"):
        pdf.render_html(page())

    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    with pytest.raises(ImproperlyConfigured, match=r"71\.0.*70\.0"):
        justification.install()


def test_the_print_style_sheet_is_understood_in_full(caplog):
    pdf.render_html(report_sample.html())

    assert [record.getMessage() for record in caplog.records if record.name == "weasyprint"] == []
