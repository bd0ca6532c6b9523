"""Tells at start what is missing: secrets, database, broker, data folder, fonts."""

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from weasyprint.text.ffi import harfbuzz_subset

from core.checks import broker_fault, check_secrets, database_fault, fault_after, files_fault
from core.fonts import require_fonts


def fonts_fault() -> str | None:
    """Why reports cannot be drawn, or None."""
    try:
        require_fonts()
    except ImproperlyConfigured as error:
        return str(error)
    if not harfbuzz_subset:
        return (
            "系统缺少 libharfbuzz-subset0，PDF 会慢 18 倍 · install it: apt-get install libharfbuzz-subset0"
        )
    return None


class Command(BaseCommand):
    """Exit code 0 when everything is usable; otherwise 1 and one line per fault on standard error."""

    help = "检查密钥、数据库、消息服务、数据目录和字体 checks secrets, database, broker, data folder, fonts"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", type=float, default=0, help="seconds to wait for database and broker")

    def handle(self, *args: object, **options: object) -> None:
        faults = [message.msg for message in check_secrets()]
        faults += [
            fault_after(database_fault, seconds=options["wait"]),
            fault_after(broker_fault, seconds=options["wait"]),
            files_fault(),
            fonts_fault(),
        ]
        found = [fault for fault in faults if fault]
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("✓ 服务正常 all services are usable")
