"""A serial scanner on a pty: CPU a scan, bytes in to beep out beside the bare HTTP round trip; the spool beside bare fdatasync."""

import http.client
import json
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from devices.scan import Scan, uuid7
from devices.simulators.scanner import VirtualScanner
from devices.spool import Spool
from tests.bench.gates import cpu_s
from tests.devices.far_side import TOKEN, FarSide
from tests.faults.rig import agent_process, arrived

SCANS, BEEPS, SYNCS = 2000, 300, 400
BEEP = b"\x07"


def measure(rounds: int) -> list[str]:
    """Medians of `rounds`; floors are taken in the same round as what is compared with them."""
    seen = [_round() for _ in range(rounds)]
    middle = {name: statistics.median(one[name] for one in seen) for name in seen[0]}
    return [
        "| serial scanner and spool | |", "|---|---|",
        f"| CPU a scan, {SCANS} framed scans flat out, whole agent | {middle['cpu_us']:.0f} us |",
        f"| bytes in to beep out | p50 {middle['beep_p50']:.2f} ms, p95 {middle['beep_p95']:.2f} ms |",
        f"| bare HTTP round trip to the same server | p50 {middle['http_p50']:.2f} ms, p95 {middle['http_p95']:.2f} ms |",
        f"| p50 : round trip and one bare fdatasync | {middle['beep_p50'] / (middle['http_p50'] + 1000 / middle['bare']):.1f} |",
        f"| p50, p95 : round trip | {middle['beep_p50'] / middle['http_p50']:.1f}, {middle['beep_p95'] / middle['http_p95']:.1f} |",
        f"| synced scans/s of the spool | {middle['spool']:.0f} |",
        f"| bare fdatasync/s of lines as long | {middle['bare']:.0f} |",
        f"| ratio | {middle['spool'] / middle['bare']:.2f} |", "",
    ]  # fmt: skip


def _round() -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="floor-bench-") as name:
        folder, far = Path(name), FarSide()
        scanner = VirtualScanner(folder / "scanner")
        stanza = f'kind = "serial_port"\npath = "{scanner.path}"\noptions = {{ sounds = {{ ok = "\\u0007" }} }}'
        with agent_process(folder, far, stanza) as agent:
            assert scanner.in_use(30)
            beeps = _beeps(scanner)
            http = _http(far)
            start, here = cpu_s(agent.pid), len(far.scans)
            for number in range(SCANS):
                scanner.scan(f"N-{number:06}")
                scanner.heard()
            arrived(far, here + SCANS, 120)
            cpu_us = (cpu_s(agent.pid) - start) / SCANS * 1e6
        scanner.close()
        far.kill()
        spool, bare = _syncs(folder)
    return {"cpu_us": cpu_us, "spool": spool, "bare": bare, **_ends("beep", beeps), **_ends("http", http)}


def _ends(name: str, times: list[float]) -> dict[str, float]:
    quantiles = statistics.quantiles(times, n=20)
    return {f"{name}_p50": statistics.median(times), f"{name}_p95": quantiles[-1]}


def _beeps(scanner: VirtualScanner) -> list[float]:
    """Milliseconds from the code's bytes to the scanner's beep."""
    times = []
    for number in range(BEEPS):
        start = time.perf_counter()
        scanner.scan(f"B-{number:06}")
        heard = b""
        while BEEP not in heard:
            heard = scanner.heard(30)
            assert heard, "no beep"
        times.append((time.perf_counter() - start) * 1000)
    return times


def _body(number: int) -> Scan:
    at = datetime.now(UTC)
    made = uuid7(int(at.timestamp() * 1000), os.urandom(10))
    return Scan(made, number, (f"H-{number:06}",), None, at, "bench")


def _http(far: FarSide) -> list[float]:
    """Milliseconds of a scan's POST by the plainest client on one kept connection."""
    client, times = http.client.HTTPConnection("127.0.0.1", far.port), []
    for number in range(BEEPS):
        body = _body(number).body()
        start = time.perf_counter()
        client.request("POST", "/scan", body, {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
        assert json.loads(client.getresponse().read())["accepted"]
        times.append((time.perf_counter() - start) * 1000)
    client.close()
    return times


def _syncs(folder: Path) -> tuple[float, float]:
    """Scans a second into a spool, and lines a second by write and fdatasync alone, in turn."""
    spool, scans, taken = Spool(folder, "rate"), [_body(number) for number in range(SYNCS)], [0.0, 0.0]
    fd = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for scan in scans:
        start = time.perf_counter()
        spool.keep(scan)
        middle = time.perf_counter()
        os.write(fd, scan.body() + b"\n")
        os.fdatasync(fd)
        taken[0] += middle - start
        taken[1] += time.perf_counter() - middle
    os.close(fd)
    spool.close()
    return SYNCS / taken[0], SYNCS / taken[1]
