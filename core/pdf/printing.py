"""HTML to PDF: one document at a time, nothing loaded from outside, the same bytes for the same input."""

import contextlib
import gc
import logging
import re
import threading
import warnings

from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from core import fonts
from core.pdf import inspection, justification, wording
from core.pdf.errors import ForbiddenResourceError, MissingGlyphError
from core.pdf.fetching import StaticOnly

VARIANT = "pdf/a-3b"
MISSING_GLYPH = re.compile(r"\(U\+([0-9A-F]{4,6})\)")

# The layout libraries keep global state and the garbage collector is switched off for the whole process.
_one_at_a_time = threading.Lock()

justification.install()


def render(template_name: str, context: dict, *, title: str) -> bytes:
    """Fill the template and print it; ``title`` becomes the document's title.

    Raises MissingGlyphError, ForbiddenResourceError, UnsafeDocumentError, or ImproperlyConfigured when a
    font or a library is missing.
    """
    return render_html(render_to_string(template_name, {**context, "title": title}))


def render_html(html: str) -> bytes:
    """Print HTML as PDF/A-3b with every font embedded. The same HTML gives the same bytes.

    Raises as ``render`` does.
    """
    require_engine()
    with _one_at_a_time, _collector_paused(), _missing_glyphs_collected() as missing:
        data = _print(html)
    if missing:
        raise MissingGlyphError(dict.fromkeys(missing, ""))
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
    try:
        document = HTML(string=html, base_url="static:", url_fetcher=StaticOnly())
        wording.join_lines(document.etree_element)
        wording.check_glyphs(document.etree_element)
        wording.mark_rare(document.etree_element)
        with warnings.catch_warnings():
            # WeasyPrint leaves closing its colour profile to the interpreter.
            warnings.simplefilter("ignore", ResourceWarning)
            return document.write_pdf(font_config=FontConfiguration(), pdf_variant=VARIANT, pdf_tags=True)
    except FatalURLFetchingError as error:
        # Not an Exception in WeasyPrint, so it would end a worker.
        raise ForbiddenResourceError(
            f"文档引用了不允许的资源：{error}。只能引用本系统的静态文件。"
        ) from error


@contextlib.contextmanager
def _collector_paused():
    """Without the cyclic collector a render takes 40 % less time; what it left behind is collected after."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
        gc.collect()


class _MissingGlyphs(logging.Handler):
    """Collects the characters that WeasyPrint had to draw as an empty box."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.characters: set[str] = set()

    def emit(self, record):
        """Remember the character of a warning about a missing glyph."""
        message = record.getMessage()
        if message.startswith(".notdef"):
            self.characters.update(chr(int(code, 16)) for code in MISSING_GLYPH.findall(message))


@contextlib.contextmanager
def _missing_glyphs_collected():
    """Text that comes from style sheets is not seen before layout; the drawing step reports it."""
    handler = _MissingGlyphs()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield handler.characters
    finally:
        logger.removeHandler(handler)
