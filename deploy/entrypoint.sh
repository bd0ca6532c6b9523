#!/bin/sh
# Starts one role of the portal in a container or under a service manager:
#   entrypoint.sh web | worker | beat | migrate | manage COMMAND…
# All settings come from the environment; docs/operations.md lists them.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$here"
PATH="$here/.venv/bin:$PATH"
export PATH

fail() {
    echo "✗ $*" >&2
    exit 1
}

# Every missing variable is named at once, before Django is loaded.
missing=""
for name in SECRET_KEY FIELD_KEYS DATABASE_URL REDIS_URL ALLOWED_HOSTS SITE_URL; do
    eval "value=\${$name:-}"
    [ -n "$value" ] || missing="$missing $name"
done
[ -z "$missing" ] || fail "缺少环境变量 · environment variables are missing:$missing"

FONTS_DIR=${FONTS_DIR:-$here/fonts}
FONTCONFIG_FILE=${FONTCONFIG_FILE:-$FONTS_DIR/fonts.conf}
DJANGO_SETTINGS_MODULE=nanyue_portal.settings
PYTHONUNBUFFERED=1
export FONTS_DIR FONTCONFIG_FILE DJANGO_SETTINGS_MODULE PYTHONUNBUFFERED

role=${1:-web}
[ $# -eq 0 ] || shift

# Names what is wrong with secrets, database, broker, data folder or fonts, and ends with exit code 1.
python manage.py check_services --wait "${SERVICES_WAIT:-60}"

case "$role" in
    web)
        exec granian --interface wsgi --host "${WEB_HOST:-0.0.0.0}" --port "${WEB_PORT:-8000}" \
            --workers "${WEB_WORKERS:-2}" --blocking-threads "${WEB_THREADS:-4}" --respawn-failed-workers \
            --workers-kill-timeout 20 nanyue_portal.wsgi:application
        ;;
    worker)
        exec celery -A nanyue_portal worker --loglevel "${LOG_LEVEL:-INFO}" \
            --concurrency "${WORKER_PROCESSES:-2}" --without-gossip --without-mingle
        ;;
    beat)
        exec celery -A nanyue_portal beat --loglevel "${LOG_LEVEL:-INFO}"
        ;;
    migrate)
        python manage.py migrate --noinput
        exec python manage.py load_reference_data
        ;;
    manage)
        exec python manage.py "$@"
        ;;
    *)
        fail "未知角色 · unknown role: $role (web, worker, beat, migrate, manage)"
        ;;
esac
