"""A real Chromium against a live server: sign-in by cookie, pages that fail on any console error, axe-core.

``page_as(user)`` opens a page as that user (``None``: nobody) at one of the two measured sizes, in a browser that keeps
the static files from one test to the next and forgets everything else;
``axe(page)`` lists accessibility faults, ``clean(page)`` those and a page that is too wide; ``sized`` runs a test at both sizes (``at_the_desk``:
the phone only in the long run).
"""

import functools
import mimetypes
import os
import time
from pathlib import Path

import pytest
from django.conf import settings as site
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection
from django.http import Http404, HttpResponse
from django.test import Client, override_settings

from launch.system import browser

SIZES = {"desktop": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--lang=zh-CN",
]
# A click lands once the page is read and its scripts run, as a person's does: a machine is quicker than the
# scripts and would send a form the way a page without them does.
READ_FIRST = """
(() => {
  const hold = () => {
    const page = document.documentElement;
    page.style.pointerEvents = "none";
    addEventListener("DOMContentLoaded", () => page.style.removeProperty("pointer-events"), { once: true });
  };
  if (document.documentElement) hold();
  else new MutationObserver((_, watch) => { watch.disconnect(); hold(); }).observe(document, { childList: true });
})();
"""

# Style sheets are fetched again for one rule only, and that is an experimental one which is not among those run.
AXE = """
async () => {
  const found = await axe.run(document, { resultTypes: ["violations"], preload: { assets: ["media"] } });
  return found.violations.flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.target.join(" ")}`));
}
"""


def pytest_collection_modifyitems(items):
    """Every test of this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """The machine's own Chromium, in Chinese; nothing is downloaded."""
    path = browser()
    assert path, "No Chromium: install it or set CHROMIUM_PATH."
    return {"executable_path": path, "args": SWITCHES, "env": {**os.environ, "LANGUAGE": "zh_CN"}}


@pytest.fixture(scope="session")
def live_server(django_db_setup, empty_static_root, kept_static_files, live_server, django_db_blocker):
    """pytest-django's server; nothing need be collected.

    It goes before the test database does, and takes along what its threads still hold: with a connection left the
    database could not be dropped.
    """
    yield live_server
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def empty_static_root(tmp_path_factory):
    """WhiteNoise wants the folder to exist when the server starts."""
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        yield


@pytest.fixture(scope="session")
def kept_static_files():
    """Static files are looked for and read once, and the browser may keep them: they are the same all the run long."""

    @functools.cache
    def read(name):
        path = finders.find(name)
        if path is None:
            raise Http404(name)
        return Path(path).read_bytes()

    def serve(handler, request):
        name = handler.file_path(request.path)
        kind = mimetypes.guess_type(name)[0]
        return HttpResponse(read(name), kind, headers={"Cache-Control": "max-age=86400, immutable"})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", serve)
        yield


@pytest.fixture(scope="session")
def spare_contexts(browser, live_server):
    """Browser contexts that no test uses now."""
    spare = []
    yield spare
    for context in spare:
        context.close()


@pytest.fixture(autouse=True)
def live_site(live_server, settings):
    """Plain http on localhost."""
    settings.SITE_URL = live_server.url
    settings.SECURE_SSL_REDIRECT = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    return live_server


@pytest.fixture(params=SIZES)
def sized(request):
    """Run the test at the desktop and at the phone size; gives the name of the size."""
    return request.param


@pytest.fixture(params=["desktop", pytest.param("phone", marks=pytest.mark.long)])
def at_the_desk(request):
    """As ``sized``, for work with spreadsheets and lists that nobody does on a phone: that size in the long run only."""
    return request.param


@pytest.fixture
def page_as(browser, live_site, spare_contexts):
    """A function (user, size="desktop", allow=()) -> page, signed in by cookie and guarded.

    A console error, a script error or an answer of 400 and above (but those in ``allow``) fails the test.
    """
    contexts, faults, flying = [], [], set()

    def sent(asked):
        flying.add(asked)

    def answered(asked):
        flying.discard(asked)

    def open_page(user=None, size="desktop", allow=()):
        context = spare_contexts.pop() if spare_contexts else _new_context(browser, live_site.url)
        contexts.append(context)
        page = _forgetful_page(context, live_site.url)
        page.set_viewport_size(SIZES[size])
        if user is not None:
            context.add_cookies([_session_cookie(user, live_site.url)])
        _guard(page, faults, set(allow))
        page.on("request", sent)
        page.on("requestfinished", answered)
        page.on("requestfailed", answered)
        return page

    yield open_page
    # A part of the page that is still being read could write when the tables are empty again.
    deadline = time.monotonic() + 10
    while contexts and flying and time.monotonic() < deadline:
        contexts[0].pages[0].wait_for_timeout(20)
    for context in contexts:
        for page in context.pages:
            page.close()
    spare_contexts += contexts
    assert faults == []


@pytest.fixture(scope="session")
def axe():
    """A function page -> list of "rule: selector" for every axe-core violation on the page."""
    source = (site.NODE_MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

    def check(page):
        if page.evaluate("typeof axe === 'undefined'"):
            page.evaluate(source)
        return page.evaluate(AXE)

    return check


@pytest.fixture(scope="session")
def clean(axe):
    """A function page -> list of faults: what axe-core finds, and a page wider than the screen."""

    def check(page):
        page.wait_for_load_state()
        faults = axe(page)
        if faults:  # a fault of the page stays; of one that is still being drawn it goes
            page.wait_for_timeout(500)
            faults = axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        return faults + (["the page scrolls sideways"] if wide else [])

    return check


def _new_context(browser, url):
    """A person's browser. It asks for less motion: nobody waits for a fade, and no look falls into one."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", base_url=url, reduced_motion="reduce"
    )
    context.add_init_script(READ_FIRST)
    return context


def _forgetful_page(context, url):
    """A page of the context without cookies and without what a page of the test before has stored."""
    page = context.new_page()
    context.clear_cookies()
    devtools = context.new_cdp_session(page)
    devtools.send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "all"})
    devtools.detach()
    return page


def _session_cookie(user, url):
    client = Client()
    client.force_login(user)
    return {
        "name": site.SESSION_COOKIE_NAME,
        "value": client.cookies[site.SESSION_COOKIE_NAME].value,
        "url": url,
    }


def _guard(page, faults, allow):
    def on_console(message):
        expected = allow and "Failed to load resource" in message.text
        if message.type == "error" and not expected:
            faults.append(f"console: {message.text}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on(
        "response",
        lambda answer: (
            faults.append(f"{answer.status} {answer.url}")
            if answer.status >= 400 and answer.status not in allow
            else None
        ),
    )
