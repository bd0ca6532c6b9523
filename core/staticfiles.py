"""Static files: npm assets by whitelist, names with a hash of the content, compressed twins."""

import fnmatch

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import Error
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Name under STATIC_URL -> file inside node_modules. Nothing else of node_modules is served:
# collecting whole dist folders gives 3,000 files and takes minutes.
NPM_ASSETS = {
    "npm/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "npm/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "npm/echarts.common.min.js": "echarts/dist/echarts.common.min.js",
    "npm/tom-select.complete.min.js": "tom-select/dist/js/tom-select.complete.min.js",
    "npm/tom-select.bootstrap5.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
}


class PortalStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files; references to source maps are left alone, since no maps are served."""

    patterns = (
        (
            "*.css",
            (
                r"""(?P<matched>url\(['"]{0,1}\s*(?P<url>.*?)["']{0,1}\))""",
                (r"""(?P<matched>@import\s*["']\s*(?P<url>.*?)["'])""", """@import url("%(url)s")"""),
            ),
        ),
    )


class NodeModulesFinder(BaseFinder):
    """Finds the files of NPM_ASSETS below settings.NODE_MODULES, and only those."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.storage = NpmStorage(location=settings.NODE_MODULES)

    def check(self, **kwargs):
        """Name each package file that is missing, so that an incomplete set-up is seen before the first page."""
        return [
            Error(
                f"Static asset {source} is missing below NODE_MODULES ({settings.NODE_MODULES}).",
                hint="Run npm ci in the project folder, or ./portal up.",
                id="core.E001",
            )
            for source in NPM_ASSETS.values()
            if not (settings.NODE_MODULES / source).is_file()
        ]

    def find(self, path, find_all=False, **kwargs):
        """Absolute path of a whitelisted asset, or an empty list."""
        source = NPM_ASSETS.get(path)
        if source is None or not (settings.NODE_MODULES / source).is_file():
            return []
        found = str(settings.NODE_MODULES / source)
        return [found] if find_all else found

    def list(self, ignore_patterns):
        """(name, storage) of every whitelisted asset for collectstatic."""
        for name in NPM_ASSETS:
            if not any(fnmatch.fnmatch(name, pattern) for pattern in ignore_patterns or []):
                yield name, self.storage


class NpmStorage(FileSystemStorage):
    """Reads an asset by the name under which it is served."""

    def path(self, name):
        """Where the asset lies below node_modules; KeyError for anything not on the whitelist."""
        return super().path(NPM_ASSETS[name])
