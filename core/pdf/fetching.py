"""The only door through which a printed document loads anything."""

import mimetypes
from pathlib import Path

from django.contrib.staticfiles import finders
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

SCHEME = "static:"


class StaticOnly(URLFetcher):
    """Serve ``static:`` paths and ``data:`` URIs; anything else stops the run, it is not skipped."""

    def __init__(self):
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url, headers=None):
        """Return the file or the data. Raises FatalURLFetchingError for every other address."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        # The finder refuses paths that leave the static folders.
        path = finders.find(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
        if path is None:
            raise FatalURLFetchingError(url)
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": kind})
