"""Settings, read from the environment only. Each says what it is for; what is wrong is said with its cure.

PEJLING_HOME        the workspace's folder (default: the folder one stands in)
PEJLING_CATALOGUE   postgresql://… where the store's catalogue is not SQLite in the workspace
PEJLING_DATABASE    postgresql://… where what people decide is not kept in SQLite in the workspace
PEJLING_SECRET_KEY  the web's signing key (default: made in the workspace)
PEJLING_ANCHOR      the file that the audit log is anchored in (default: audit.anchor in the workspace)
PEJLING_MAIL        smtp://user:password@host:port, or smtps://…, for reminders (default: they are printed)
PEJLING_MAIL_FROM   the address that reminders come from
PEJLING_ADDRESS     the address that readers know the web by, for the links in reminders
"""

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from pejling.config import workspace
from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store

HOME = Path(os.environ.get("PEJLING_HOME", "")).absolute()
STORE = Store(HOME, os.environ.get("PEJLING_CATALOGUE", ""))
SECRET_KEY = os.environ.get("PEJLING_SECRET_KEY") or workspace.secret_key(HOME)
ANCHOR = Path(os.environ.get("PEJLING_ANCHOR") or HOME / "audit.anchor")
DEBUG = False  # a page of Django's own would show people's records with the fault


def _database(url: str) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "agreements.sqlite",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise Mistake(
            "PEJLING_DATABASE",
            f"an address of the kind {parts.scheme or '(none)'}",
            "Write postgresql://user:password@host/database, or leave it out to use SQLite in the workspace",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or parse_qs(parts.query).get("host", [""])[0],  # ?host=/folder is a socket
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _mail(url: str) -> dict[str, object]:
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise Mistake(
            "PEJLING_MAIL",
            f"an address of the kind {parts.scheme or '(none)'}",
            "Write smtp://user:password@host:587, or leave it out to have letters printed",
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp"
        and bool(parts.username),  # a name and password are never sent in the clear
        "EMAIL_TIMEOUT": 30,
    }


globals().update(_mail(os.environ.get("PEJLING_MAIL", "")))
DEFAULT_FROM_EMAIL = os.environ.get("PEJLING_MAIL_FROM", "pejling@localhost")
ADDRESS = os.environ.get("PEJLING_ADDRESS", "http://127.0.0.1:8000")

DATABASES = {"default": _database(os.environ.get("PEJLING_DATABASE", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "pejling.agreements",
    "pejling.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "pejling.web.middleware.headers",
    "pejling.web.middleware.language",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # every view, but for those that say otherwise
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "pejling.web.middleware.data_time",
    "pejling.web.middleware.forms",
    "pejling.web.middleware.Faults",
]
ROOT_URLCONF = "pejling.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "pejling.web.context.everywhere"],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "pejling.web.templatetags.pejling",
                "pejling.web.templatetags.levels",
            ],
        },
    }
]

LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "start"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_NAME = "pejling_session"
SESSION_COOKIE_AGE = 8 * 3600  # a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"  # a link in a letter leads to the page, not to the sign-in
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "pejling.web.sign_in.locked"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

# Only this machine: what goes over the net is not encrypted here.
NINJA_NUM_PROXIES = 0  # calls are counted by the address they come from, whatever a header says
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "pejling.web.answers.forged"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# The address of a static file carries a digest of them all: what a browser has kept is never out of date.
_STATIC = Path(__file__).parent.parent / "web" / "static"
_DIGEST = hashlib.sha256()
for _file in sorted(_STATIC.rglob("*.*")):
    _DIGEST.update(_file.read_bytes())
STATIC_URL = f"/static/{_DIGEST.hexdigest()[:10]}/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False


def WHITENOISE_IMMUTABLE_FILE_TEST(path: str, url: str) -> bool:  # noqa: N802 - the name WhiteNoise asks for
    return True


LANGUAGE_CODE = "da"
LANGUAGES = [("da", "Dansk"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "pejling_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = [HOME / "cache" / "locale"]
TIME_ZONE = "Europe/Copenhagen"
USE_TZ = True
USE_I18N = True

if workspace.home_exists(HOME):
    workspace.compile_translations(LOCALE_PATHS[0])

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    # A message of Django's may quote an address or a value; faults are recorded by pejling.web.middleware instead.
    "loggers": {"django": {"handlers": ["console"], "level": "CRITICAL", "propagate": False}},
}
