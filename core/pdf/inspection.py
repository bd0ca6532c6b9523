"""What a finished PDF holds, read back from its bytes. Nothing is trusted because we wrote it ourselves."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf

from core.pdf.errors import UnsafeDocumentError

EMBEDDED_FONT_KEYS = ("/FontFile", "/FontFile2", "/FontFile3")
ACTIVE_ACTIONS = {"/URI", "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"}


@dataclass(frozen=True)
class Inspection:
    """Facts about a PDF: number of pages, font names without subset tag, and what is wrong with it."""

    pages: int
    fonts: tuple[str, ...]
    faults: tuple[str, ...]


def inspect(data: bytes) -> Inspection:
    """Read a PDF back. Raises pikepdf.PdfError when the bytes are no PDF."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fonts, faults = set(), set()
        for item in _dictionaries(pdf):
            if item.get("/Type") == "/FontDescriptor":
                fonts.add(str(item.FontName).lstrip("/").split("+")[-1])
                if not any(key in item for key in EMBEDDED_FONT_KEYS):
                    faults.add(f"字体 {item.FontName} 未嵌入")
            faults.update(_active_content(item))
        if "/EmbeddedFiles" in pdf.Root.get("/Names", {}):
            faults.add("含有附加文件")
        return Inspection(len(pdf.pages), tuple(sorted(fonts)), tuple(sorted(faults)))


def require_plain(data: bytes) -> None:
    """Raise UnsafeDocumentError unless all fonts are embedded and nothing in the file can act or hide."""
    faults = inspect(data).faults
    if faults:
        raise UnsafeDocumentError(f"生成的 PDF 未通过检查：{'；'.join(faults)}。")


def page_count(data: bytes) -> int:
    """The number of pages of a PDF."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file, nested ones included; indirect ones once, as the file lists them."""
    stack = list(pdf.objects)
    while stack:
        item = stack.pop()
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            yield item
            stack += [value for value in item.values() if _is_direct_container(value)]
        elif isinstance(item, pikepdf.Array):
            stack += [value for value in item if _is_direct_container(value)]


def _is_direct_container(value) -> bool:
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _active_content(item: pikepdf.Object) -> Iterator[str]:
    if str(item.get("/S", "")) in ACTIVE_ACTIONS:
        yield f"含有动作 {item.S}"
    if "/JS" in item or "/JavaScript" in item:
        yield "含有脚本"
    if "/AA" in item or "/OpenAction" in item:
        yield "含有自动动作"
    if item.get("/Type") == "/EmbeddedFile" or item.get("/Subtype") == "/FileAttachment":
        yield "含有附加文件"
