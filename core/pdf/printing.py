"""HTML to PDF: one document at a time, nothing loaded from outside, the same bytes for the same input."""

import contextlib
import gc
import logging
import re
import threading
import warnings
from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from core import fonts
from core.pdf import inspection, justification, wording
from core.pdf.errors import ForbiddenResourceError, IncompleteDocumentError, MissingGlyphError
from core.pdf.fetching import StaticOnly

VARIANT = "pdf/a-3b"
MISSING_GLYPH = re.compile(r"\(U\+([0-9A-F]{4,6})\)")

# The layout libraries keep global state and the garbage collector is switched off for the whole process.
_one_at_a_time = threading.Lock()

justification.install()


def render(template_name: str, context: dict, *, title: str) -> bytes:
    """Fill the template and print it; ``title`` becomes the document's title.

    Raises a PrintError (MissingGlyphError, ForbiddenResourceError, IncompleteDocumentError,
    UnsafeDocumentError), or ImproperlyConfigured when a font or a library is missing.
    """
    return render_html(render_to_string(template_name, {**context, "title": title}))


def render_html(html: str) -> bytes:
    """Print HTML as PDF/A-3b with every font embedded. The same HTML gives the same bytes.

    Raises as ``render`` does.
    """
    require_engine()
    with _one_at_a_time, _collector_paused(), _complaints_collected() as complaints:
        data = _print(html)
    if complaints.missing_glyphs:
        raise MissingGlyphError(dict.fromkeys(complaints.missing_glyphs, ""))
    if complaints.errors:
        raise IncompleteDocumentError(f"文件不完整，未生成：{'；'.join(complaints.errors)}。")
    inspection.require_plain(data)
    return data


def require_engine() -> None:
    """Raise ImproperlyConfigured naming the font file, setting or system library that is missing."""
    fonts.require_fonts()
    if not harfbuzz_subset:
        raise ImproperlyConfigured(
            "缺少系统库 libharfbuzz-subset0，生成 PDF 会慢二十倍。请运行 apt-get install libharfbuzz-subset0。"
        )


def _print(html: str) -> bytes:
    fetcher = StaticOnly()
    try:
        document = HTML(string=html, base_url="static:", url_fetcher=fetcher)
        wording.join_lines(document.etree_element)
        wording.check_glyphs(document.etree_element)
        wording.mark_faces(document.etree_element)
        with warnings.catch_warnings():
            # WeasyPrint leaves closing its colour profile to the interpreter.
            warnings.simplefilter("ignore", ResourceWarning)
            data = document.write_pdf(font_config=FontConfiguration(), pdf_variant=VARIANT, pdf_tags=True)
    except FatalURLFetchingError as error:
        # Not an Exception in WeasyPrint, so it would end a worker.
        raise _refusal(error.args) from error
    if fetcher.refused:
        raise _refusal(fetcher.refused)
    return data


def _refusal(addresses: Iterable[str]) -> ForbiddenResourceError:
    listed = "、".join(str(address)[:200] for address in addresses)
    return ForbiddenResourceError(f"文档引用了不允许的资源：{listed}。只能引用本系统的静态文件。")


@contextlib.contextmanager
def _collector_paused():
    """Without the cyclic collector a render takes 40 % less time; what it left behind is collected after.

    What was there before is set aside meanwhile: walking all of a large process took a sixth of a report's time. A
    server that has set its own start aside (nanyue_portal.wsgi) keeps it so.
    """
    was_enabled, was_frozen = gc.isenabled(), gc.get_freeze_count() > 0
    gc.disable()
    if not was_frozen:
        gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        if not was_frozen:
            gc.unfreeze()
        if was_enabled:
            gc.enable()


class _Complaints(logging.Handler):
    """Collects what WeasyPrint reports instead of stopping: boxes in place of glyphs, things left out."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.missing_glyphs: set[str] = set()
        self.errors: list[str] = []

    def emit(self, record):
        """Sort one report; warnings about style sheets are left to the log."""
        message = record.getMessage()
        if message.startswith(".notdef"):
            self.missing_glyphs.update(chr(int(code, 16)) for code in MISSING_GLYPH.findall(message))
        elif record.levelno >= logging.ERROR:
            self.errors.append(message[:200])


@contextlib.contextmanager
def _complaints_collected():
    complaints = _Complaints()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(complaints)
    try:
        yield complaints
    finally:
        logger.removeHandler(complaints)
