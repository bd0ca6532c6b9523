"""Small pictures as a phone would make them."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

MAKE, ORIENTATION, GPS = 0x010F, 0x0112, 0x8825
MARK = b"SECRET-PLACE"


def jpeg(*, size=(40, 20), colour="red", turned: int = 1) -> bytes:
    """A picture with a place, a maker and a comment; ``turned`` is the EXIF orientation."""
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = MARK.decode(), turned
    exif.get_ifd(GPS).update({1: "N", 2: (28.0, 1.0, 2.0), 29: MARK.decode()})
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif, comment=MARK)
    return out.getvalue()


def png(*, size=(30, 30), colour=(0, 0, 0, 0)) -> bytes:
    """A picture with transparent parts."""
    out = io.BytesIO()
    Image.new("RGBA", size, colour).save(out, "PNG")
    return out.getvalue()


def picture(content: bytes | None = None, name: str = "照片.jpg") -> SimpleUploadedFile:
    """An upload."""
    return SimpleUploadedFile(name, jpeg() if content is None else content)
