"""Files of a course: pictures and videos inline with byte ranges, everything else as a download."""

import re
from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse

from training.models import CourseSection

TYPES = {"mp4": "video/mp4", "webm": "video/webm", "jpg": "image/jpeg", "png": "image/png"}
# A browser may be given less than it asked for, and asks again: no slow phone holds a worker for a whole video.
MOST_AT_ONCE = 4 * 1024 * 1024
CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def stream_section(request, section: CourseSection):
    """The file of a section whose reader the caller has let in; 404 without one. Videos answer ``Range``."""
    if not section.file:
        raise Http404
    if not section.is_video:
        return _whole(section)
    asked = request.headers.get("Range", "")
    found = span_of(asked, section.size) if asked else (0, section.size - 1)
    if found is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{section.size}"})
    first, last = found
    response = StreamingHttpResponse(
        _read(section.file.name, first, last),
        status=206 if asked else 200,
        content_type=TYPES[section.format],
    )
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    if asked:
        response["Content-Range"] = f"bytes {first}-{last}/{section.size}"
    return response


def span_of(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range, MOST_AT_ONCE at most; None for one that cannot be satisfied."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or not any(found.groups()):
        return None
    start, end = found.groups()
    if not start:
        first, last = max(size - int(end), 0), size - 1
    else:
        first, last = int(start), min(int(end), size - 1) if end else size - 1
    if first > last or first >= size:
        return None
    return first, min(last, first + MOST_AT_ONCE - 1)


def _whole(section: CourseSection) -> FileResponse:
    response = FileResponse(
        default_storage.open(section.file.name, "rb"),
        as_attachment=not section.is_image,
        filename=section.file_name,
    )
    response["Content-Type"] = TYPES.get(section.format, "application/octet-stream")
    return response


def _read(name: str, first: int, last: int) -> Iterator[bytes]:
    with default_storage.open(name, "rb") as file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
