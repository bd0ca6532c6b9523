"""All settings, one file. Values that differ between machines come from the environment.

``./portal up`` writes generated secrets to PORTAL_DATA/secrets.env; a deployment sets them itself.
"""

import os
from datetime import timedelta
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from environs import Env

from nanyue_portal import registers

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
DATA_DIR = env.path("PORTAL_DATA", BASE_DIR / "var").resolve()
env.read_env(DATA_DIR / "secrets.env", recurse=False)

# --- identity of the site -------------------------------------------------------------------
SITE_NAME = env.str("SITE_NAME", "南岳镇总工会工作平台")
SITE_URL = env.str("SITE_URL", "http://localhost:8000")
REPORT_ISSUER = env.str("REPORT_ISSUER", "南岳镇总工会")

# --- security -------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY")
FIELD_KEYS = env.str("FIELD_KEYS")  # format: core/crypto.py
DEBUG = env.bool("DEBUG", False)
SECURE = env.bool("SECURE", True)  # HTTPS only; ./portal up on localhost turns it off
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)

SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", 2 * 3600)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "core.views.form_expired"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
        "media-src": [SELF],  # course videos
    }
}

# --- applications ---------------------------------------------------------------------------
INSTALLED_APPS = [
    *(
        "demo",
        "reports",
        "exchange",
        "reform",
        "rights",
        "competitions",
        "training",
        "workers",
        "unions",
        "accounts",
        "core",
    ),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "import_export",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.refuse_unstorable_text",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.end_old_sessions",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.require_second_factor",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "nanyue_portal.urls"
WSGI_APPLICATION = "nanyue_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nanyue_portal.navigation.portal_frame",
            ],
            "libraries": {"lucide": "core.templatetags.icons"},
        },
    }
]
FORM_RENDERER = "core.forms.PortalRenderer"

# --- data -----------------------------------------------------------------------------------
DATABASES = {"default": env.dj_db_url("DATABASE_URL", conn_max_age=300, conn_health_checks=True)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
        "KEY_PREFIX": "portal",
    }
}

FILES_DIR = DATA_DIR / "files"
STORAGES = {
    # Uploads and reports. Private: no URL leads here, views stream after their own check.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FILES_DIR, "base_url": None},
    },
    "staticfiles": {"BACKEND": "core.staticfiles.PortalStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = [
    "exchange.uploads.QuotaUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

NODE_MODULES = env.path("NODE_MODULES", BASE_DIR / "node_modules").resolve()
FONTS_DIR = env.path("FONTS_DIR", DATA_DIR / "fonts").resolve()
# Read by fontconfig when the PDF libraries load: reports must never pick up fonts of the machine.
os.environ["FONTCONFIG_FILE"] = str(FONTS_DIR / "fonts.conf")

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", DATA_DIR / "static").resolve()
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "core.staticfiles.NodeModulesFinder",
]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- language -------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["core.formats"]

# --- accounts -------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "unions.backends.PostBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.passwords.ChineseMinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "accounts.adapters.PortalAccountAdapter"
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/300s/key",
    "invitation": "20/m/ip",
    "award_check": "60/m/ip",
    # A class behind one address signs in within minutes; by "key": the session, and a name typed there.
    "sign_in": "300/m/ip",
    "sign_in_failed": "60/m/ip,100/300s/key",
    "sign_in_name": "8/600s/key",
    # Personal links of online courses: many people behind one address, so that only wrong links count by address.
    "learn": "240/m/key",
    "learn_unknown": "30/m/ip",
    # Personal links of judges, likewise: a hall of judges sits behind one address.
    "judge": "240/m/key",
    "judge_unknown": "30/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_ADAPTER = "accounts.adapters.PortalMFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondStepForm",
    "reauthenticate": "accounts.forms.SecondStepAgainForm",
    "activate_totp": "accounts.forms.ActivateAppForm",
    "add_webauthn": "accounts.forms.AddKeyForm",
    "edit_webauthn": "accounts.forms.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER = SITE_NAME
USERSESSIONS_TRACK_ACTIVITY = False  # would write at each request; accounts.middleware does once a minute
# Roles that cannot work without a second factor (values of unions.roles.Role).
MFA_REQUIRED_ROLES = env.list("MFA_REQUIRED_ROLES", [])
INVITATION_DAYS = env.int("INVITATION_DAYS", 7)

# Lost passwords are mended by e-mail only where a mail server is named; otherwise by a new invitation link.
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_PORT = env.int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 10
MAIL_ENABLED = bool(EMAIL_HOST)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "no-reply@localhost")

# --- background work ------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Above the hard time limit, or a long task starts twice. Job leases do the fine work.
    "visibility_timeout": 1800,
    "unacked_restore_interval": 5,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 1,
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")


def _nightly(task: str, hour: int, minute: int) -> dict:
    return {"task": task, "schedule": crontab(hour=hour, minute=minute)}


CELERY_BEAT_SCHEDULE = {
    "search the roll for duplicates": _nightly("workers.tasks.queue_duplicate_search", 2, 10),
    "remind of permits": _nightly("training.tasks.queue_permit_notices", 2, 40),
    "remind of re-checks": _nightly("competitions.tasks.queue_recheck_notices", 2, 50),
    "requeue lost jobs": {"task": "core.tasks.requeue_lost_jobs", "schedule": timedelta(seconds=20)},
    "queue due reports": {"task": "reports.tasks.queue_due_reports", "schedule": crontab(minute="*/15")},
    "delete stale upload previews": _nightly("exchange.tasks.delete_stale_runs", 3, 20),
    "delete expired exports": _nightly("exchange.tasks.delete_expired_exports", 3, 40),
}

JOB_KINDS = registers.JOB_KINDS
JOB_HANDLERS = {kind: handler for kind, (handler, _) in JOB_KINDS.items()}
JOB_KIND_NAMES = {kind: name for kind, (_, name) in JOB_KINDS.items()}
JOB_LEASE_SECONDS = env.float("JOB_LEASE_SECONDS", 60)  # without a sign of life for so long = dead
JOB_MAX_ATTEMPTS = 3

# --- the lists through which exchange and reports reach the domain apps ------------------------
EXCHANGES = registers.EXCHANGES
LISTINGS = registers.LISTINGS
REPORT_SECTIONS = registers.REPORT_SECTIONS
HOME_NOTICES = registers.HOME_NOTICES
CODED_FIELDS = registers.CODED_FIELDS
REFERENCE_DATA = registers.REFERENCE_DATA
INVARIANTS = registers.INVARIANTS
BENCHMARKS = registers.BENCHMARKS
PERSON_RECORDS = registers.PERSON_RECORDS
PERSON_ERASERS = registers.PERSON_ERASERS
PERSON_MOVERS = registers.PERSON_MOVERS
HIGHEST_LEVELS = registers.HIGHEST_LEVELS
LEVEL_CONTESTS = registers.LEVEL_CONTESTS
LEVEL_PROOFS = registers.LEVEL_PROOFS

# core writes to the audit trail of the floor above through this function(by, action, obj, **details).
AUDIT_RECORDER = "accounts.audit.record"

# Full numbers a user may look at within an hour (workers.services.privacy).
REVEALS_PER_HOUR = env.int("REVEALS_PER_HOUR", 30)

UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", 20 * 1024 * 1024)
COURSE_VIDEO_MAX_BYTES = env.int("COURSE_VIDEO_MAX_BYTES", 200 * 1024 * 1024)
UPLOAD_MAX_ROWS = env.int("UPLOAD_MAX_ROWS", 200_000)
UNDO_DAYS = env.int("UNDO_DAYS", 30)
EXPORT_DAYS = env.int("EXPORT_DAYS", 7)  # an exported file is kept for so long
EXPORT_MAX_ROWS = env.int("EXPORT_MAX_ROWS", 500_000)
BULK_EDIT_MAX = env.int("BULK_EDIT_MAX", 20_000)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {name: {"level": "WARNING"} for name in ("weasyprint", "fontTools", "pikepdf")},
}
