"""Programs of Python packages that containers start, and the packages that bring them.

By the metadata of the packages on pypi.org (``entry_points``, ``Requires-Dist``). A package that is not known may bring
any program.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

PROGRAMS: Final = {
    **{name: name for name in (
        "alembic celery daphne dramatiq flask granian gunicorn honcho hypercorn streamlit uvicorn"
    ).split()},
    "ddtrace-run": "ddtrace", "newrelic-admin": "newrelic", "rq": "rq", "rqworker": "rq", "uwsgi": "uwsgi",
    "waitress-serve": "waitress",
}  # fmt: skip
"""Programs, each with the package that brings it."""

MODULES: Final = frozenset("alembic celery daphne flask gunicorn hypercorn streamlit uvicorn waitress".split())
"""Packages that ``python -m`` runs."""

WORKERS: Final = (("uvicorn.workers.", "uvicorn"), ("uvicorn_worker.", "uvicorn-worker"), ("gevent", "gevent"))
"""What the classes of Gunicorn's workers begin with, each with the package that it needs."""

_PLAIN: Final = frozenset(
    "aioboto3 aiofiles aiogram aiohttp aiomysql aiopg aioredis aiosqlite annotated-types anyio apscheduler"
    " argon2-cffi arrow asgiref asyncpg attrs azure-storage-blob babel backoff bcrypt beautifulsoup4 billiard black"
    " bleach blinker boto3 botocore brotli bs4 cachetools certifi cffi chardet charset-normalizer click cloudinary"
    " colorama coloredlogs coverage cryptography cx-oracle cython discord discord-py dj-database-url dj-rest-auth"
    " django-allauth django-appconf django-ckeditor django-cleanup django-compressor django-cors-headers"
    " django-countries django-crispy-forms django-csp django-debug-toolbar django-environ django-extensions"
    " django-filter django-guardian django-htmx django-import-export django-jazzmin django-js-asset"
    " django-model-utils django-mptt django-phonenumber-field django-ratelimit django-redis django-simple-history"
    " django-storages django-taggit django-tinymce django-widget-tweaks djangorestframework djangorestframework-jwt"
    " djangorestframework-simplejwt djoser dnspython docutils drf-spectacular drf-yasg ecdsa elasticsearch"
    " email-validator et-xmlfile faker fastapi fastapi-mail fastapi-pagination fastapi-users feedparser filelock"
    " flake8 folium fonttools fpdf frozenlist future fuzzywuzzy geoip2 geopy gevent gitpython google-api-core"
    " google-api-python-client google-auth google-auth-oauthlib google-cloud-storage google-generativeai"
    " googleapis-common-protos greenlet groq grpcio h11 h5py hiredis html5lib httpcore httptools httpx humanize idna"
    " imageio importlib-metadata influxdb influxdb-client iniconfig isodate isort itsdangerous jinja2 jmespath"
    " joblib jsonschema jwcrypto kafka-python kiwisolver kombu kubernetes levenshtein lightgbm loguru lxml mako"
    " markdown markdown-it-py markdown2 markupsafe marshmallow marshmallow-sqlalchemy matplotlib minio mongoengine"
    " motor msgpack multidict mypy mysql mysql-connector mysql-connector-python mysqlclient networkx nltk numpy"
    " oauthlib odfpy openai opencv-python opencv-python-headless openpyxl orjson packaging paho-mqtt pandas paramiko"
    " passlib peewee pendulum phonenumbers pika pillow pip plotly pluggy ply polars praw pre-commit"
    " prometheus-client prompt-toolkit protobuf psutil psycopg psycopg-binary psycopg2 psycopg2-binary pusher"
    " pyarrow pyasn1 pycparser pycryptodome pycryptodomex pydantic pydantic-core pydantic-settings pyfcm pyjwt"
    " pylint pymongo pymupdf pymysql pynacl pyodbc pyopenssl pyotp pyparsing pypdf pypdf2 pyserial pysftp"
    " pytest-asyncio pytest-cov pytest-django pytest-mock python-crontab python-dateutil python-decouple python-docx"
    " python-dotenv python-jose python-json-logger python-magic python-multipart python-pptx python-slugify"
    " python-socketio python-telegram-bot pytz pyyaml qrcode rapidfuzz redis regex reportlab requests"
    " requests-oauthlib rich rsa ruamel-yaml ruff s3transfer scikit-learn scipy seaborn selenium sendgrid sentry-sdk"
    " setuptools shapely simplejson six slack-sdk sniffio soupsieve sqlalchemy sqlalchemy-utils sqlmodel sqlparse"
    " starlette statsmodels stripe structlog sympy tabulate tenacity threadpoolctl tiktoken toml tomli tornado"
    " tortoise-orm tqdm twilio typer typing-extensions tzdata tzlocal ujson unidecode uritemplate urllib3 uvloop"
    " validators vine wcwidth weasyprint websocket-client websockets werkzeug wheel whitenoise wrapt wtforms xgboost"
    " xlrd xlsxwriter xlwt xmltodict yarl zipp zope-interface".split()
)
"""Packages that bring none of these programs, whatever they depend on."""

_OF_FLASK: Final = frozenset(
    "dash flasgger flask-admin flask-bcrypt flask-caching flask-cors flask-httpauth flask-jwt-extended flask-limiter"
    " flask-login flask-mail flask-marshmallow flask-pymongo flask-redis flask-restful flask-restx flask-session"
    " flask-socketio flask-sqlalchemy flask-talisman flask-wtf".split()
)
_BRINGING: Final = {
    **dict.fromkeys(_OF_FLASK, ("flask",)), "flask-migrate": ("flask", "alembic"), "django-celery-beat": ("celery",),
    "django-celery-results": ("celery",), "flower": ("celery",), "django-rq": ("rq",), "channels": (),
    "channels-redis": (), "django": (), "pytest": (), "aerich": (),
}  # fmt: skip
"""Packages that bring these programs and no others."""

_BY_EXTRAS: Final = frozenset(("channels", "fastapi"))
"""Packages that bring more where they are asked for with extras."""


def brings(package: str, extras: bool, wanted: str) -> bool | None:
    """Whether a package has another one installed; None if that is not known. Names are those of ``normal``."""
    if package == wanted:
        return True
    if extras and package in _BY_EXTRAS:
        return None
    if package in _BRINGING:
        return wanted in _BRINGING[package]
    # A program of these brings none of the others.
    return False if package in _PLAIN or (package in PROGRAMS.values() and package != "streamlit") else None


# A package, and two that it never comes without: where all are named with versions, somebody had them written by pip.
_TOGETHER: Final = {
    "celery": ("kombu", "billiard"), "django": ("asgiref", "sqlparse"), "fastapi": ("starlette", "pydantic"),
    "flask": ("werkzeug", "jinja2"), "requests": ("urllib3", "certifi"), "boto3": ("botocore", "s3transfer"),
}  # fmt: skip


def is_whole(names: frozenset[str]) -> bool:
    """Whether packages that are all named with a version are all that get installed: none lacks what it depends on."""
    found = [name for name in _TOGETHER if name in names]
    return bool(found) and all(names.issuperset(_TOGETHER[name]) for name in found)


def normal(name: str) -> str:
    """The name of a package in the one way to write it (packaging.python.org, name normalization)."""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)
