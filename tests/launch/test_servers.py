"""The embedded servers, for real."""

import os
import signal
import subprocess

import psycopg2
import pytest
import redis

from launch import configuration
from launch.commands import servers
from launch.console import Failure
from launch.processes import Record, marked
from launch.servers import Account, PostgreSQL
from launch.tools import child_argv
from tests.launch.conftest import alive


def connect(layout):
    return psycopg2.connect(configuration.addresses(layout)["DATABASE_URL"])


def ask(layout, query):
    connection = connect(layout)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_servers_start_keep_data_and_stop(layout):
    with servers(layout) as supervisor:
        pids = [one.pid for one in supervisor.running]
        ask(layout, "CREATE TABLE note AS SELECT '王伟' AS name")
        broker = redis.Redis(unix_socket_path=str(layout.sockets / "valkey.sock"))
        broker.set("hint", "kept")
        broker.close()
        assert ask(layout, "SELECT current_setting('listen_addresses')") == ""
        assert (
            ask(layout, "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'nanyue'")
            == "UTF8"
        )
        # The locale of the environment must not decide: in C this would find nothing.
        assert ask(layout, "SELECT lower('ÄÖ') || upper('é')") == "äöÉ"
    assert alive(pids) == []
    with servers(layout):
        assert ask(layout, "SELECT name FROM note") == "王伟"
        broker = redis.Redis(unix_socket_path=str(layout.sockets / "valkey.sock"))
        assert broker.get("hint") == b"kept"
        broker.close()


def test_nobody_else_can_reach_the_servers(layout):
    with servers(layout):
        assert os.stat(layout.sockets).st_mode & 0o077 == 0
        assert os.stat(layout.data / "postgres").st_mode & 0o077 == 0
        wrong = configuration.addresses(layout)["DATABASE_URL"].replace(
            configuration.read_secrets(layout)["EMBEDDED_DATABASE_PASSWORD"], "guess"
        )
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(wrong)


def test_half_made_cluster_is_made_again(layout):
    half = layout.data / "postgres.part"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    # An earlier attempt may also have left an empty folder in the final place.
    (layout.data / "postgres").mkdir()
    with servers(layout, throwaway=True):
        assert ask(layout, "SELECT 1") == 1
    assert not half.exists()


def test_cluster_of_another_version_is_refused_and_untouched(layout):
    folder = layout.data / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("13\n")
    with pytest.raises(Failure, match="was made by PostgreSQL 13"):
        PostgreSQL(layout, Account(layout)).create()
    assert [path.name for path in folder.iterdir()] == ["PG_VERSION"]


def test_given_database_is_used_and_none_is_started(layout, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example.cn/portal")
    with servers(layout) as supervisor:
        assert [one.service.name for one in supervisor.running] == ["valkey"]
    assert not (layout.data / "postgres").exists()


def test_server_that_cannot_start_shows_its_last_words_and_leaves_nothing(layout, heed_signals):
    with servers(layout, throwaway=True):
        pass
    heed_signals()
    (layout.data / "postgres" / "postgresql.conf").write_text("no_such_setting = on\n")
    with pytest.raises(Failure, match=r"postgres 已退出 ended[\s\S]*no_such_setting"), servers(layout):
        pass
    assert marked(layout) == {}
    assert not Record(layout).path.exists()


def test_processes_do_not_run_as_root(layout):
    with servers(layout, throwaway=True) as supervisor:
        for one in supervisor.running:
            owner = subprocess.run(["ps", "-o", "uid=", "-p", str(one.pid)], capture_output=True, text=True)
            assert int(owner.stdout) != 0


def test_server_user_finds_programs_inside_a_private_folder(tmp_path):
    """Root's checkout often lies in its home, which nobody else may enter; access(2) must succeed there as well."""
    private = tmp_path / "home"
    private.mkdir(mode=0o700)
    program = private / "program"
    program.touch(mode=0o755)
    account = "65534:65534" if os.geteuid() == 0 else ""
    look = child_argv(["test", "-x", program], death=signal.SIGKILL, account=account, caps="1")
    assert subprocess.run(look).returncode == 0
    change = child_argv(["touch", private / "new"], death=signal.SIGKILL, account=account, caps="1")
    assert (subprocess.run(change, capture_output=True).returncode == 0) == (os.geteuid() != 0)
