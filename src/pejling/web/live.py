"""New data on an open page: a stream of events says that there are some, and the page fetches itself again.

The stream carries the time of the data and no figure. Django answers who may listen, as for any address, and is done;
the events are sent after that, so that no thread waits for a reader. The store is asked once a second, for all readers
of this process together.
"""

import asyncio
import json
import signal
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pejling.config.connection import reading
from pejling.pages.data_time import DataTime, data_time

ADDRESS = "/live"
ASKED_EVERY = 1.0  # seconds
QUIET = 15.0  # seconds without news; then a sign of life, which also finds out that a reader has gone
LASTS = 300.0  # seconds; then the browser connects again, and is asked again who it is
_asking = threading.Lock()
_stopping = threading.Event()  # the server is told to stop, and waits for its streams to end
_known: dict[object, tuple[float, DataTime | None]] = {}

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


def newest(store: Any) -> DataTime | None:
    """The time of the data, at most a second old. Whoever comes while another asks gets what was known before."""
    if _is_known(store) or not _asking.acquire(blocking=store not in _known):
        return _known[store][1]
    try:
        if not _is_known(store):
            _known[store] = time.monotonic(), _ask(store)
        return _known[store][1]
    finally:
        _asking.release()


def _is_known(store: Any) -> bool:
    return store in _known and time.monotonic() - _known[store][0] < ASKED_EVERY


def _ask(store: Any) -> DataTime | None:
    try:
        with reading(store) as connection:
            return data_time(connection)
    except Exception:  # then no figures are shown either, and the page itself says what is wrong
        return None


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """That the reader may listen: whoever has signed in. What they hear, `streaming` says."""
    return HttpResponse(content_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def news(store: Any) -> AsyncIterator[str]:
    """The events of one stream, by the rules of server-sent events: first what is shown now, then each change."""
    said, quiet, until = "", 0.0, time.monotonic() + LASTS
    yield "retry: 3000\n\n"
    while time.monotonic() < until and not _stopping.is_set():
        now = _known[store][1] if _is_known(store) else await asyncio.to_thread(newest, store)
        if now and now.version != said:
            said, quiet = now.version, 0.0
            yield f"data: {_written(now)}\n\n"
        elif quiet >= QUIET:
            quiet = 0.0
            yield ":\n\n"
        await asyncio.sleep(ASKED_EVERY)
        quiet += ASKED_EVERY


def _written(now: DataTime) -> str:
    said = {"version": now.version, "through": now.through.isoformat(), "delivered": now.delivered_at.isoformat()}
    return json.dumps(said)


def streaming(django: Application) -> Application:
    """The whole web, with the events of `news` after Django has said that the reader may have them."""

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != ADDRESS or scope["method"] != "GET":
            await django(scope, receive, send)
            return
        answers: list[Message] = []

        async def keep(message: Message) -> None:
            answers.append(message)

        await django(scope, receive, keep)
        if not answers:  # the reader left before Django had answered, and nobody is there to tell
            return
        start = answers[0]
        if start["status"] != 200:
            for message in answers:
                await send(message)
            return
        length = [header for header in start["headers"] if header[0].lower() != b"content-length"]
        await send({**start, "headers": length})
        await _stream(receive, send)

    return application


def _end_with_the_server() -> None:
    """asyncio hears of a signal by a file of its own: the server's handler is still called, and this one beside it."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: _stopping.set())
        signal.siginterrupt(each, False)


async def _stream(receive: Receive, send: Send) -> None:
    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async def say() -> None:
        async for event in news(settings.STORE):
            await send({"type": "http.response.body", "body": event.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    if threading.current_thread() is threading.main_thread():
        _end_with_the_server()
    tasks = {asyncio.ensure_future(gone()), asyncio.ensure_future(say())}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
