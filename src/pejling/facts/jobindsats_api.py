"""jobindsats.dk's API, version 3: asked politely, each way it can fail said in words. The token is never shown."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from pejling.facts.cpr import shown
from pejling.facts.jobindsats import Settings, from_json, unreadable
from pejling.facts.mapping import nearest
from pejling.facts.mistakes import Mistake

ANSWER_LIMIT = 256 << 20  # bytes
BUSY = (429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Metadata:
    """What a table can be asked for."""

    table: str
    periods: Mapping[str, tuple[str, ...]]  # by period type: M, Q, QMAT, Y …
    members: Mapping[str, Mapping[str, str]]  # by hierarchy: the id of each value, by its name


class Api:
    """One conversation with jobindsats."""

    def __init__(self, settings: Settings) -> None:
        if not settings.token.strip():
            raise Mistake(
                "jobindsats", "there is no token", "Set PEJLING_JOBINDSATS_TOKEN; jobindsats@star.dk gives one"
            )
        if not settings.token.isascii() or not settings.token.isprintable():
            raise Mistake("jobindsats", "the token holds letters no token has", "Set PEJLING_JOBINDSATS_TOKEN anew")
        self.settings = settings
        self.client = httpx.Client(
            headers={"Authorization": f"Bearer {settings.token}", "Accept": "application/json, text/csv"},
            timeout=settings.timeout,
        )

    def metadata(self, table: str) -> Metadata:
        """The table's periods and areas. Raises Mistake, with the nearest table where there is none of that name."""
        found = self._json(f"table/{table}", table)
        try:
            periods = {p["periodtype_id"]: tuple(v["period_id"] for v in p["values"]) for p in found["periods"]}
            members = {
                hierarchy["hierarchy_id"]: {
                    value["value_name"].strip(): value["value_id"]
                    for level in hierarchy["levels"]
                    for value in level["values"]
                }
                for dimension in found["dimensions"]
                for hierarchy in dimension["hierarchies"]
            }
        except (KeyError, TypeError, AttributeError):
            raise unreadable(f"jobindsats, table {shown(table)}") from None
        return Metadata(table, periods, members)

    def data(self, table: str, parameters: Mapping[str, str]) -> bytes:
        """The figures asked for, JSON or CSV as they came."""
        return self._get(f"data/{table}", table, {"format": "json", **parameters})

    def tables(self) -> list[str]:
        """The ids of every table there is."""
        try:
            groups = [group for subject in self._json("tables", "") for group in subject["table_groups"]]
            return [table["table_id"] for group in groups for table in group["tables"]]
        except (KeyError, TypeError):
            raise unreadable("jobindsats, tables") from None

    def _json(self, path: str, table: str) -> Any:
        return from_json(f"jobindsats, {shown(path)}", self._get(path, table, {"format": "json"}))

    def _get(self, path: str, table: str, parameters: Mapping[str, str]) -> bytes:
        where = f"jobindsats, {shown(path)}"
        wait, problem = self.settings.wait, ""
        for attempt in range(self.settings.tries):
            if attempt:
                time.sleep(wait)
                wait *= 2
            try:
                status, content, retry_after = self._once(where, path, parameters)
            except (httpx.TransportError, httpx.DecodingError) as fault:
                problem = (
                    "it did not answer in time" if isinstance(fault, httpx.TimeoutException) else "it is not reached"
                )
                continue
            except httpx.InvalidURL:
                raise Mistake(where, "its address is none", "Is the address of the API right?") from None
            if status == 200:
                return content
            if status not in BUSY:
                raise self._refused(where, status, content, table)
            problem = "it asks us to wait" if status == 429 else f"it has a fault of its own ({status})"
            wait = max(wait, min(retry_after, self.settings.timeout))
        raise Mistake(where, f"{problem}, {self.settings.tries} times in a row", "Try again later; nothing was changed")

    def _once(self, where: str, path: str, parameters: Mapping[str, str]) -> tuple[int, bytes, float]:
        until = time.monotonic() + self.settings.patience
        pieces, size = [], 0
        with self.client.stream(
            "GET", f"{self.settings.address.rstrip('/')}/{path}", params=dict(parameters)
        ) as answer:
            for piece in answer.iter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > ANSWER_LIMIT:
                    raise Mistake(where, "the answer has no end", "Ask for fewer periods or areas")
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("")
            after = answer.headers.get("Retry-After", "")
            return answer.status_code, b"".join(pieces), float(after) if after.isdigit() else 0.0

    def _refused(self, where: str, status: int, content: bytes, table: str) -> Mistake:
        if status in (401, 403):
            return Mistake(
                where, "it does not accept the token", "Set PEJLING_JOBINDSATS_TOKEN to a token for version 3"
            )
        if status == 404 and table:
            return Mistake(where, "there is no such table", nearest(table, self.tables()))
        if status in (404, 405) or 300 <= status < 400:
            return Mistake(where, f"that is no place of its API ({status})", f"Its address is {Settings.address}")
        said = " ".join(content[:2000].decode("utf-8", "replace").replace(self.settings.token, "[token]").split())
        return Mistake(
            where, f"it refused the question ({status}): {shown(said, 200)}", "Correct the options in delivery.yaml"
        )


@contextmanager
def conversation(settings: Settings) -> Iterator[Api]:
    """An Api whose connection is closed in the end."""
    api = Api(settings)
    try:
        yield api
    finally:
        api.client.close()
