"""The only door through which a printed document loads anything."""

import mimetypes
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

SCHEME = "static:"


class StaticOnly(URLFetcher):
    """Serve ``static:`` paths and ``data:`` URIs; anything else stops the run, it is not skipped."""

    def __init__(self):
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
        # Drawings swallow even fatal errors, so the refusals are kept for whoever started the run.
        self.refused: list[str] = []

    def fetch(self, url, headers=None):
        """Return the file or the data. Raises FatalURLFetchingError for every other address."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        path = _static_file(url)
        if path is None:
            self.refused.append(url)
            raise FatalURLFetchingError(url)
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": kind})


def _static_file(url: str) -> str | None:
    if not url.startswith(SCHEME):
        return None
    try:
        return finders.find(url.removeprefix(SCHEME))
    except SuspiciousFileOperation:  # a path that leaves the static folders
        return None
