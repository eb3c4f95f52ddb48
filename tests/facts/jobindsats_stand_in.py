"""A stand-in for jobindsats on this machine: real sockets, and the shapes of version 3."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

TOKEN = "a-token-nobody-may-see"
PERSONS = "Antal fuldtidspersoner"


@dataclass
class StandIn:
    """What jobindsats would say, and what it was asked."""

    address: str = ""
    answers: list[tuple[int, bytes]] = field(default_factory=list)  # to data, one after the other; the last stays
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    slow: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


TABLE = {
    "periods": [
        {"periodtype_id": "M", "values": [{"period_id": f"2024M{month:02d}"} for month in range(1, 13)]},
        {"periodtype_id": "QMAT", "values": [{"period_id": "2023QMAT02"}]},
        {"periodtype_id": "MYTD", "values": [{"period_id": "2024MYTD03"}]},
    ],
    "dimensions": [
        {
            "dimension_id": "_omrade",
            "hierarchies": [
                {
                    "hierarchy_id": "_nykom",
                    "levels": [
                        {"level_id": "1", "values": [{"value_id": "/", "value_name": "Hele landet"}]},
                        {"level_id": "2", "values": [{"value_id": "/5/", "value_name": "Randers"}]},
                    ],
                }
            ],
        }
    ],
}
DATA = {
    "columns": ["Periode", "Område", PERSONS],
    "rows": [["2024M11", "Hele landet", 75000], ["2024M11", "Randers", 1234.5], ["2024M12", "Randers", ".."]],
}


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    state = StandIn(answers=[(200, json.dumps(DATA).encode())])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            state.asked.append((parts.path, parse_qs(parts.query)))
            status, content = self.answer(parts.path)
            self.send_response(status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if parts.path.startswith("/v3/data/"):
                time.sleep(state.slow)
            self.wfile.write(content)

        def answer(self, path: str) -> tuple[int, bytes]:
            if not path.startswith("/v3/"):
                return 405, b"The requested resource does not support http method 'GET'."
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                return 401, f"no access for {self.headers['Authorization']}".encode()
            if path == "/v3/tables":
                return 200, json.dumps([{"table_groups": [{"tables": [{"table_id": "y60a02"}]}]}]).encode()
            if path == "/v3/table/y60a02":
                return 200, json.dumps(TABLE).encode()
            if path == "/v3/data/y60a02":
                return state.answers.pop(0) if len(state.answers) > 1 else state.answers[0]
            return 404, b"not found"

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.address = f"http://127.0.0.1:{server.server_port}/v3"
    yield state
    server.shutdown()
    server.server_close()
