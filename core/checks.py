"""Start-up checks: each fault is one line that names the setting or service and what to do."""

import time
from collections.abc import Callable
from contextlib import suppress

import kombu
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from core.crypto import parse_keys

SECRET_KEY_LENGTH = 50
BROKER_SECONDS = 3
RETRY_SECONDS = 1.0
# Constraints over date ranges and SQL functions with a body in standard SQL.
OLDEST_POSTGRESQL = 150000


def check_secrets(app_configs: object = None, **_: object) -> list[CheckMessage]:
    """System check: SECRET_KEY is long enough and FIELD_KEYS can be read. Never shows a value."""
    faults = []
    if len(settings.SECRET_KEY) < SECRET_KEY_LENGTH:
        faults.append(
            Error(f"SECRET_KEY 过短 is shorter than {SECRET_KEY_LENGTH} characters", id="core.E011")
        )
    try:
        parse_keys(settings.FIELD_KEYS)
    except ImproperlyConfigured as error:
        faults.append(Error(f"FIELD_KEYS 有误 {error}", id="core.E012"))
    return faults


def database_fault(database: BaseDatabaseWrapper = connection) -> str | None:
    """Why the database cannot be used, or None. The password is not part of the text."""
    where = "{HOST}:{PORT}/{NAME}".format(**database.settings_dict)
    try:
        with database.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')"
            )
            version, encoding = cursor.fetchone()
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        return f"DATABASE_URL 数据库无法连接 cannot reach the database {where}: {reason}"
    if version < OLDEST_POSTGRESQL:
        return f"DATABASE_URL 数据库版本过低 needs PostgreSQL {OLDEST_POSTGRESQL // 10000} or newer: {where}"
    if encoding != "UTF8":
        return f"DATABASE_URL 数据库编码应为 UTF8 encoding must be UTF8, is {encoding}: {where}"
    return None


def broker_fault() -> str | None:
    """Why the broker and cache cannot be used, or None."""
    where = kombu.Connection(settings.REDIS_URL).as_uri()
    try:
        with kombu.Connection(settings.REDIS_URL, connect_timeout=BROKER_SECONDS) as broker:
            broker.default_channel.client.ping()
    except (OSError, kombu.exceptions.OperationalError) as error:
        return f"REDIS_URL 消息服务无法连接 cannot reach the broker {where}: {error}"
    return None


def files_fault() -> str | None:
    """Why uploads and reports cannot be stored, or None."""
    probe = settings.FILES_DIR / ".write-test"
    try:
        settings.FILES_DIR.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
    except OSError as error:
        return f"PORTAL_DATA 目录不可写 folder cannot be written: {settings.FILES_DIR} ({error.strerror})"
    finally:
        with suppress(OSError):
            probe.unlink()
    return None


def fault_after(look: Callable[[], str | None], *, seconds: float) -> str | None:
    """Repeats a look for some time while it finds a fault; returns the last fault, or None."""
    deadline = time.monotonic() + seconds
    while (fault := look()) and time.monotonic() < deadline:
        connection.close()
        time.sleep(RETRY_SECONDS)
    return fault
