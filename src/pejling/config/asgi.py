"""The web as granian serves it."""

import gc
import os
import warnings

import duckdb
import scipy.special  # noqa: F401 - chances and forecasts ask for it
from django.core.asgi import get_asgi_application
from django.urls import get_resolver

import pejling.indicators.grid  # noqa: F401 - numpy and all
from pejling.web.live import streaming

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pejling.config.settings")
# WhiteNoise hands its files over as plain iterators; Django reads each to its end before it is sent, and says so on
# every file. The files are few and small, so that costs nothing a reader could feel, and is no news to the user.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

application = streaming(get_asgi_application())
# Before the first reader waits for them: the pages' own modules, and what DuckDB loads to bind a list of texts.
_ = get_resolver().url_patterns
duckdb.connect().execute("SELECT $each", {"each": [""]}).close()
# A page makes tens of thousands of figures that live as long as the memory of its snapshot: to look through all of them
# for circles, over and over while they are made, takes a tenth of the page's time.
gc.freeze()
gc.set_threshold(50_000, 20, 20)
