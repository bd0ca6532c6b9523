"""The environment of every process: generated secrets, places, addresses of the servers."""

import base64
import os
import re
import secrets
import socket
from collections.abc import Mapping
from urllib.parse import quote

from launch.console import Failure, Note, Step
from launch.layout import Layout

DATABASE = "nanyue"
DATABASE_USER = "portal"
CIPHER_KEY = re.compile(r"[0-9]+:(aes|sm4):[A-Za-z0-9+/]{43}=")
INDEX_KEY = re.compile(r"index:[A-Za-z0-9+/]{43}=")
SECRET_KEY_LENGTH = 50


def random_key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def new_secrets() -> dict[str, str]:
    """A fresh set of secrets; losing FIELD_KEYS means losing every encrypted column."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(SECRET_KEY_LENGTH),
        "FIELD_KEYS": f"1:aes:{random_key()},index:{random_key()}",
        "EMBEDDED_DATABASE_PASSWORD": secrets.token_hex(16),
    }


def read_secrets(layout: Layout) -> dict[str, str]:
    """The generated secrets; empty before they were made."""
    try:
        lines = layout.secrets.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write_secrets(layout: Layout) -> None:
    """Creates the file once, readable by its owner only; appears whole or not at all.

    Raises Failure when the database exists already: new keys could not read it.
    """
    if (layout.data / "postgres").exists():
        raise Failure(
            f"密钥文件丢失 · {layout.secrets} is gone, but the database is still there. "
            "请从备份恢复该文件 restore the file from the backup."
        )
    half = layout.secrets.with_name("secrets.env.part")
    half.unlink(missing_ok=True)
    text = "".join(f"{name}={value}\n" for name, value in new_secrets().items())
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(
            f"# Keep a copy in a safe place: without FIELD_KEYS the encrypted columns are lost.\n{text}"
        )
    half.replace(layout.secrets)


def secrets_step(layout: Layout) -> Step:
    """Generates the secrets on the first start."""

    def run(note: Note) -> None:
        write_secrets(layout)

    return Step("密钥 secrets", lambda: not layout.secrets.exists(), run)


def faults_of(environment: Mapping[str, str]) -> list[str]:
    """What is wrong with the secrets of an environment, each as one line naming the variable."""
    faults = []
    if len(environment.get("SECRET_KEY", "")) < SECRET_KEY_LENGTH:
        faults.append(f"SECRET_KEY 缺失或过短 is missing or shorter than {SECRET_KEY_LENGTH} characters")
    keys = [part.strip() for part in environment.get("FIELD_KEYS", "").split(",") if part.strip()]
    ciphers = [key for key in keys if CIPHER_KEY.fullmatch(key)]
    indexes = [key for key in keys if INDEX_KEY.fullmatch(key)]
    if not ciphers or len(indexes) != 1 or len(ciphers) + len(indexes) != len(keys):
        faults.append(
            "FIELD_KEYS 缺失或格式有误 is missing or malformed; expected "
            "1:aes:<base64 of 32 bytes>,index:<base64 of 32 bytes>"
        )
    return faults


def uses_embedded_database() -> bool:
    """True unless DATABASE_URL names a server."""
    """True unless DATABASE_URL names a server."""
    return not os.environ.get("DATABASE_URL")


def uses_embedded_broker() -> bool:
    """True unless REDIS_URL names a server."""
    """True unless REDIS_URL names a server."""
    return not os.environ.get("REDIS_URL")


def addresses(layout: Layout) -> dict[str, str]:
    """DATABASE_URL and REDIS_URL: the given ones, else those of the embedded servers."""
    folder = layout.sockets
    password = read_secrets(layout).get("EMBEDDED_DATABASE_PASSWORD", "")
    database = f"postgres://{DATABASE_USER}:{password}@{quote(str(folder), safe='')}/{DATABASE}"
    return {
        "DATABASE_URL": os.environ.get("DATABASE_URL") or database,
        "REDIS_URL": os.environ.get("REDIS_URL") or f"redis+socket://{folder}/valkey.sock",
    }


def environment(layout: Layout, *, host: str = "127.0.0.1") -> dict[str, str]:
    """The whole environment for manage.py, web, worker and schedule; what the operator set goes first.

    Raises Failure naming every faulty secret.
    """
    given = {**read_secrets(layout), **os.environ}
    faults = faults_of(given)
    if faults:
        raise Failure("配置有误 · configuration:\n" + "\n".join(f"    {fault}" for fault in faults))
    site = layout.stamps / "site"
    defaults = {
        "SECURE": "false",
        "SITE_URL": site.read_text().strip() if site.exists() else site_url(host, 8000),
        "ALLOWED_HOSTS": allowed_hosts(host),
        "PYTHONUNBUFFERED": "1",
    }
    return {
        **defaults,
        **os.environ,
        **addresses(layout),
        "PYTHONDONTWRITEBYTECODE": "",  # where a shell sets it, every process compiled all modules again: 1.6 s
        "PORTAL_DATA": str(layout.data),
        "FONTS_DIR": str(layout.fonts),
        "FONTCONFIG_FILE": str(layout.fonts / "fonts.conf"),
        "DJANGO_SETTINGS_MODULE": "nanyue_portal.settings",
        "PATH": os.pathsep.join([str(layout.venv / "bin"), os.environ.get("PATH", os.defpath)]),
    }


def allowed_hosts(host: str) -> str:
    """Names under which a browser may reach a server that listens on `host`, for ALLOWED_HOSTS."""
    names = ["localhost", "127.0.0.1", "[::1]"]
    if host not in ("127.0.0.1", "localhost", "::1"):
        names += [host, socket.gethostname()]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                # Sends nothing; the kernel only says which of our addresses it would use.
                probe.connect(("192.0.2.1", 9))
                names.append(probe.getsockname()[0])
            except OSError:
                pass
    return ",".join(dict.fromkeys(names))


def site_url(host: str, port: int) -> str:
    """The address to open: localhost for a local start, because passkeys do not work on plain addresses."""
    local = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::")
    return f"http://{'localhost' if host in local else host}:{port}"
