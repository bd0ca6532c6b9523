"""The deployment files: the compose file against its published schema, the container scripts outside Docker."""

import http.server
import json
import os
import re
import subprocess
import sys
import threading
from importlib.resources import files

import jsonschema
import pytest
import yaml
from django.conf import settings

from launch.configuration import new_secrets
from tests.launch.conftest import REPO

COMPOSE = yaml.safe_load((REPO / "docker-compose.yml").read_text())
OURS = ("migrate", "web", "worker", "beat")
NGINX = (REPO / "deploy" / "nginx" / "portal.conf.template").read_text()


def test_compose_file_follows_its_published_schema():
    schema = json.loads(
        files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text()
    )
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(COMPOSE)] == []


def test_compose_schema_refuses_a_misspelt_key():
    schema = json.loads(
        files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text()
    )
    broken = {**COMPOSE, "services": {**COMPOSE["services"], "web": {"imag": "portal"}}}
    assert list(jsonschema.validators.validator_for(schema)(schema).iter_errors(broken)) != []


def test_every_service_is_confined():
    for name, service in COMPOSE["services"].items():
        assert service["user"] not in ("root", "0", "0:0"), name
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True, name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_every_lasting_service_has_a_health_check_and_only_nginx_is_reachable():
    for name, service in COMPOSE["services"].items():
        assert ("healthcheck" in service) == (name != "migrate"), name
        assert ("ports" in service) == (name == "nginx"), name
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert "back" not in COMPOSE["services"]["nginx"]["networks"]


def test_no_secret_is_written_down():
    """Every secret comes from .env, and starting without it is refused."""
    for name in ("SECRET_KEY", "FIELD_KEYS"):
        for service in OURS:
            assert COMPOSE["services"][service]["environment"][name] == f"${{{name}:?set {name} in .env}}"
    text = (REPO / "docker-compose.yml").read_text()
    assert re.findall(r"(?:PASSWORD|KEY|KEYS|AUTH): (?!\$\{)", text) == []


def test_every_variable_of_the_compose_file_is_in_the_example():
    used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", (REPO / "docker-compose.yml").read_text()))
    example = set(re.findall(r"^([A-Z_]+)=", (REPO / ".env.example").read_text(), re.MULTILINE))
    assert used - example == {"PORTAL_VERSION"}
    assert example - used == set()


def test_there_is_one_schedule_and_data_outlives_containers():
    services = COMPOSE["services"]
    assert services["beat"]["deploy"] == {"replicas": 1}
    for name in OURS:
        assert services[name]["volumes"] == ["data:/data"]
        assert services[name]["environment"]["PORTAL_DATA"] == "/data"
    assert services["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert set(COMPOSE["volumes"]) == {"postgres", "redis", "data"}


def test_database_is_collated_like_the_embedded_one():
    arguments = COMPOSE["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert arguments == "--encoding=UTF8 --locale-provider=builtin --locale=C.UTF-8"


def test_nginx_cuts_slow_and_large_requests():
    for line in (
        "client_header_timeout 10s;",
        "client_body_timeout 30s;",
        "client_max_body_size 30m;",
        "ssl_protocols TLSv1.2 TLSv1.3;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
    ):
        assert line in NGINX


def test_nginx_sets_no_header_that_django_sets():
    for header in (
        "Strict-Transport-Security",
        "Content-Security-Policy",
        "X-Frame-Options",
        "X-Content-Type-Options",
    ):
        assert header not in NGINX
    assert COMPOSE["services"]["web"]["environment"]["TRUSTED_PROXY_COUNT"] == "1"


def test_image_runs_unprivileged_through_the_entrypoint():
    lines = (REPO / "Dockerfile").read_text().splitlines()
    users = [line for line in lines if line.startswith("USER ")]
    assert users == ["USER 10001:10001"]
    assert 'ENTRYPOINT ["/app/deploy/entrypoint.sh"]' in lines
    assert os.access(REPO / "deploy" / "entrypoint.sh", os.X_OK)


def entrypoint(*arguments, **env):
    """Runs the container script with only these variables."""
    return subprocess.run(
        [REPO / "deploy" / "entrypoint.sh", *arguments],
        env={"PATH": os.environ["PATH"], "SERVICES_WAIT": "0", **env},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def container(tmp_path):
    """The variables that the compose file sets, with the test's own servers."""
    return {
        **new_secrets(),
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": os.environ["REDIS_URL"],
        "ALLOWED_HOSTS": "portal.example.cn",
        "SITE_URL": "https://portal.example.cn",
        "PORTAL_DATA": str(tmp_path),
        "FONTS_DIR": str(settings.FONTS_DIR),
    }


def test_entrypoint_names_all_missing_variables_at_once():
    done = entrypoint("web", SECRET_KEY="x" * 50, SITE_URL="https://portal.example.cn")
    assert done.returncode == 1
    assert done.stderr == (
        "✗ 缺少环境变量 · environment variables are missing: FIELD_KEYS DATABASE_URL REDIS_URL ALLOWED_HOSTS\n"
    )


def test_entrypoint_names_faulty_secrets_and_unreachable_servers(container):
    container |= {
        "FIELD_KEYS": "nonsense",
        "DATABASE_URL": "postgres://portal:hidden@127.0.0.1:1/portal",
        "REDIS_URL": "redis://:hidden@127.0.0.1:1/0",
        "FONTS_DIR": container["PORTAL_DATA"],
    }
    done = entrypoint("web", **container)
    assert done.returncode == 1
    for name in ("FIELD_KEYS", "DATABASE_URL", "REDIS_URL", "字体文件缺失"):
        assert name in done.stderr
    assert "hidden" not in done.stderr


def test_entrypoint_refuses_an_unknown_role(container):
    done = entrypoint("wep", **container)
    assert done.returncode == 1
    assert "unknown role: wep" in done.stderr


def test_entrypoint_runs_commands_after_the_checks(container):
    done = entrypoint("manage", "check", **container)
    assert done.returncode == 0, done.stderr
    assert "all services are usable" in done.stdout


def test_entrypoint_is_plain_shell():
    assert subprocess.run(["sh", "-n", REPO / "deploy" / "entrypoint.sh"]).returncode == 0


class Health(http.server.BaseHTTPRequestHandler):
    """Answers /healthz with 200 for the right host."""

    def do_GET(self):
        right = self.path == "/healthz" and self.headers["Host"] == "portal.example.cn"
        self.send_response(200 if right else 400)
        self.end_headers()

    def log_message(self, *arguments):
        """Silent."""


def health(role, **env):
    """Runs the health check of a role."""
    return subprocess.run(
        [sys.executable, REPO / "deploy" / "healthcheck.py", role],
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_health_check_of_web_asks_for_the_allowed_host():
    with http.server.HTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = str(server.server_port)
        assert health("web", ALLOWED_HOSTS="portal.example.cn,other", WEB_PORT=port).returncode == 0
        assert health("web", ALLOWED_HOSTS="wrong.example.cn", WEB_PORT=port).returncode == 1
        server.shutdown()
    assert health("web", ALLOWED_HOSTS="portal.example.cn", WEB_PORT=port).returncode == 1


def test_health_check_of_the_schedule_looks_at_its_file(tmp_path):
    assert health("beat", PORTAL_DATA=str(tmp_path)).returncode == 1
    schedule = tmp_path / "celerybeat-schedule"
    schedule.write_text("")
    assert health("beat", PORTAL_DATA=str(tmp_path)).returncode == 0
    os.utime(schedule, (1, 1))
    done = health("beat", PORTAL_DATA=str(tmp_path))
    assert done.returncode == 1
    assert "schedule" in done.stderr
