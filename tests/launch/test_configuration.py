import stat

import pytest
from django.conf import settings

from core.crypto import parse_keys
from launch.configuration import (
    allowed_hosts,
    environment,
    faults_of,
    new_secrets,
    read_secrets,
    site_url,
    write_secrets,
)
from launch.console import Failure
from launch.fonts import FILES
from launch.layout import SOCKET_FOLDER_BYTES, Layout
from launch.stamps import write_stamp


def test_generated_secrets_pass_both_checks():
    secrets = new_secrets()
    assert faults_of(secrets) == []
    keys = parse_keys(secrets["FIELD_KEYS"])
    assert keys.current == 1
    assert len(keys.index_key) == 32


def test_secrets_are_private_and_made_once(layout):
    first = read_secrets(layout)
    assert stat.S_IMODE(layout.secrets.stat().st_mode) == 0o600
    assert set(first) == {"SECRET_KEY", "FIELD_KEYS", "EMBEDDED_DATABASE_PASSWORD"}
    assert first != new_secrets()


def test_lost_secrets_are_not_replaced_while_the_database_exists(layout):
    layout.secrets.unlink()
    (layout.data / "postgres").mkdir()
    with pytest.raises(Failure, match="restore the file from the backup"):
        write_secrets(layout)
    assert not layout.secrets.exists()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"FIELD_KEYS": ""}, "FIELD_KEYS"),
        ({"FIELD_KEYS": "1:aes:AAAA,index:AAAA"}, "FIELD_KEYS"),
        ({"FIELD_KEYS": "1:des:" + "A" * 43 + "=,index:" + "A" * 43 + "="}, "FIELD_KEYS"),
        ({"FIELD_KEYS": "1:aes:" + "A" * 43 + "="}, "FIELD_KEYS"),
    ],
)
def test_faulty_secret_is_named_without_its_value(change, named):
    faults = faults_of({**new_secrets(), **change})
    assert len(faults) == 1
    assert faults[0].startswith(named)
    assert "AAAA" not in faults[0]


def test_environment_names_the_faulty_secret(layout, monkeypatch):
    monkeypatch.setenv("FIELD_KEYS", "nonsense")
    with pytest.raises(Failure, match="FIELD_KEYS"):
        environment(layout)


def test_environment_leads_to_the_embedded_servers(layout, monkeypatch):
    monkeypatch.delenv("SITE_URL", raising=False)  # ./portal test runs the tests in an environment of its own
    write_stamp(layout.stamps / "site", site_url("127.0.0.1", 8123))
    found = environment(layout)
    assert found["REDIS_URL"] == f"redis+socket://{layout.sockets}/valkey.sock"
    assert found["DATABASE_URL"].startswith("postgres://portal:")
    assert str(layout.sockets).replace("/", "%2F") in found["DATABASE_URL"]
    assert found["SITE_URL"] == "http://localhost:8123"
    assert found["PORTAL_DATA"] == str(layout.data)


def test_given_servers_win(layout, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example.cn/portal")
    monkeypatch.setenv("REDIS_URL", "redis://broker.example.cn/0")
    found = environment(layout)
    assert found["DATABASE_URL"] == "postgres://db.example.cn/portal"
    assert found["REDIS_URL"] == "redis://broker.example.cn/0"


def test_what_python_compiled_is_kept_whatever_the_shell_says(layout, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert environment(layout)["PYTHONDONTWRITEBYTECODE"] == ""


def test_local_start_answers_to_local_names_only():
    assert allowed_hosts("127.0.0.1") == "localhost,127.0.0.1,[::1]"
    assert "0.0.0.0" in allowed_hosts("0.0.0.0").split(",")
    assert site_url("0.0.0.0", 8000) == "http://localhost:8000"
    assert site_url("10.1.2.3", 80) == "http://10.1.2.3:80"


def test_sockets_of_a_deep_folder_lie_elsewhere(tmp_path):
    deep = Layout(repo=tmp_path, data=tmp_path / ("x" * 100), shared=tmp_path)
    shallow = Layout(
        repo=tmp_path, data=tmp_path.root / tmp_path.relative_to("/").parents[-2], shared=tmp_path
    )
    assert len(str(deep.sockets)) <= SOCKET_FOLDER_BYTES
    assert deep.sockets.parent != deep.data
    assert deep.key in deep.sockets.name
    assert shallow.sockets == shallow.data / "sockets"


def test_every_font_of_the_reports_is_fetched():
    missing = [name for name in FILES if not (settings.FONTS_DIR / name).is_file()]
    assert missing == []
