"""Is the portal in working order? One check per part, each naming the setting or service to mend."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from core.fonts import FONT_FILES, require_fonts
from core.models import Job

SCHEDULE_SEEN = "core:schedule_seen"  # written by the beat task: schedule, broker and worker all alive
SCHEDULE_SILENT = timedelta(seconds=120)
DISK_FREE_SHARE = 0.2
BROKER_TIMEOUT = 1  # seconds


@dataclass(frozen=True)
class Check:
    """The state of one part: what was found, and the remedy when it is not good."""

    name: str
    good: bool
    found: str
    remedy: str = ""


def checks() -> list[Check]:
    """All parts, in the order in which a fault of one shows in the next."""
    return [_database(), _schema(), _broker(), _schedule(), _disk(), _fonts()]


def job_counts() -> dict[str, int]:
    """Number of jobs per state; every state is present."""
    counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: counts.get(state, 0) for state in Job.State.values}


def mark_schedule_seen() -> None:
    """Leave the sign that ``checks`` looks for; a cache that is away is the next check's finding."""
    try:
        cache.set(SCHEDULE_SEEN, timezone.now().isoformat(), timeout=24 * 3600)
    except redis.RedisError:
        return


def _database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        version, size = cursor.fetchone()
    return Check("数据库", True, f"PostgreSQL {version}，占用 {filesizeformat(size)}")


def _schema() -> Check:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        return Check("数据结构", False, f"有 {missing} 个迁移未执行", "请运行 ./portal manage migrate")
    return Check("数据结构", True, "已是最新")


def _broker() -> Check:
    url = settings.REDIS_URL.replace("redis+socket://", "unix://")
    client = redis.Redis.from_url(url, socket_timeout=BROKER_TIMEOUT, socket_connect_timeout=BROKER_TIMEOUT)
    try:
        waiting = client.llen("celery")
    except redis.RedisError:
        remedy = "请检查 Redis/Valkey 服务与环境变量 REDIS_URL；恢复后排队的任务会自动继续"
        return Check("消息服务", False, "无法连接", remedy)
    finally:
        client.close()
    return Check("消息服务", True, f"连接正常，待取消息 {waiting} 条")


def _schedule() -> Check:
    remedy = "请检查后台程序（celery worker）与定时程序（celery beat）是否在运行"
    try:
        text = cache.get(SCHEDULE_SEEN)
    except redis.RedisError:
        return Check("后台与定时程序", False, "缓存无法连接，状态未知", remedy)
    if text is None:
        return Check("后台与定时程序", False, "24 小时内没有运行记录", remedy)
    seen = datetime.fromisoformat(text)
    good = timezone.now() - seen < SCHEDULE_SILENT
    found = f"最近一次运行 {timezone.localtime(seen):%Y-%m-%d %H:%M:%S}"
    return Check("后台与定时程序", good, found, "" if good else remedy)


def _disk() -> Check:
    usage = shutil.disk_usage(settings.DATA_DIR)
    good = usage.free >= usage.total * DISK_FREE_SHARE
    found = f"数据目录所在磁盘剩余 {filesizeformat(usage.free)}（共 {filesizeformat(usage.total)}）"
    return Check(
        "磁盘空间", good, found, "" if good else "剩余不足两成，请清理或扩容（环境变量 PORTAL_DATA）"
    )


def _fonts() -> Check:
    try:
        require_fonts()
    except ImproperlyConfigured as error:
        return Check("报告字体", False, "字体不完整", str(error))
    return Check("报告字体", True, f"{len(FONT_FILES)} 个字体文件齐全")
