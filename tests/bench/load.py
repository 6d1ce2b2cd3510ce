"""The crowd: raw HTTP over kept connections, so that the measuring costs little beside the measured."""

import asyncio
import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta

from tests.bench.warehouse import GTINS
from web.ids import uuid7


class Picker:
    """One handheld: scans its two items in turn, `gap_s` apart in its own clock, so that none is a double fire."""

    def __init__(self, number: int) -> None:
        self.number, self.seq = number, 0
        self.at = datetime.now(UTC) - timedelta(minutes=1)

    def scan(self) -> bytes:
        self.seq += 1
        self.at += timedelta(milliseconds=1)
        code = GTINS[2 * (self.number - 1) + self.seq % 2]
        body = {
            "id": uuid7(time.time_ns(), os.urandom(10)), "seq": self.seq, "codes": [code], "symbology": None,
            "at": self.at.isoformat(), "session": f"session-{self.number}", "note": self.number,
            "line": 1 + self.seq % 2, "quantity": None,
        }  # fmt: skip
        return request("/scan", json.dumps(body).encode(), f"token-{self.number}")


def request(path: str, body: bytes, token: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n"
    return f"{head}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes) -> bytes:
    writer.write(sent)
    head = await reader.readuntil(b"\r\n\r\n")
    low = head.lower()
    at = low.index(b"content-length:") + 15
    return await reader.readexactly(int(low[at : low.index(b"\r\n", at)]))


async def picker(port: int, number: int, path: str, until: float, pause: float) -> tuple[list[float], int]:
    """Latencies in seconds of one picker until the loop's time `until`, and how many answers were not as wanted."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    who, taken, wrong = Picker(number), [], 0
    clock = time.perf_counter
    following = clock() + pause * number / 16
    while clock() < until:
        if pause:
            await asyncio.sleep(max(0.0, following - clock()))
            following += pause
        sent = who.scan() if path == "/scan" else request(path, who.scan().partition(b"\r\n\r\n")[2], "x")
        start = clock()
        answer = await exchange(reader, writer, sent)
        taken.append(clock() - start)
        wrong += path == "/scan" and b'"code":"picked"' not in answer
    writer.close()
    return taken, wrong


async def crowd(port: int, pickers: int, path: str, seconds: float, pause: float) -> dict[str, object]:
    until = time.perf_counter() + seconds
    rows = await asyncio.gather(*(picker(port, n, path, until, pause) for n in range(1, pickers + 1)))
    times = sorted(t for taken, _ in rows for t in taken)
    at = [times[min(len(times) - 1, int(len(times) * q))] * 1000 for q in (0.5, 0.95, 0.99)]
    return {"count": len(times), "per_s": len(times) / seconds, "p50": at[0], "p95": at[1], "p99": at[2],
            "wrong": sum(wrong for _, wrong in rows)}  # fmt: skip


if __name__ == "__main__":
    port, pickers, path, seconds, pause = sys.argv[1:]
    print(json.dumps(asyncio.run(crowd(int(port), int(pickers), path, float(seconds), float(pause)))))
