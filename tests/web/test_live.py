"""The stream of news, where the reader does not stay to hear it. With a reader who does: tests/browser/test_live.py."""

import asyncio


def asked(*heard):
    """What one who asks for the stream, and is heard to say `heard`, is sent."""
    from django.core.asgi import get_asgi_application

    from pejling.web.live import ADDRESS, streaming

    sent, messages = [], list(heard)
    headers = [(b"host", b"localhost")]
    scope = {
        "type": "http", "method": "GET", "path": ADDRESS, "raw_path": ADDRESS.encode(), "query_string": b"",
        "headers": headers, "scheme": "http", "http_version": "1.1", "server": ("localhost", 80),
    }  # fmt: skip

    async def receive():
        if messages:
            return messages.pop(0)
        return await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    asyncio.run(asyncio.wait_for(streaming(get_asgi_application())(scope, receive, send), 30))
    return sent


def test_a_reader_who_leaves_before_the_answer_is_sent_nothing(northern_ireland):
    whole = {"type": "http.request", "body": b"", "more_body": False}
    assert asked({"type": "http.disconnect"}) == []
    assert asked(whole, {"type": "http.disconnect"}) == []
