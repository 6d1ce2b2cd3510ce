"""From nothing to the first page, as a whole process."""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from floor.storage.database import open_engine
from tests.databases import fresh_sqlite
from tests.floor.world import small_warehouse

PORT = 8078
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}  # as on a site: what was compiled once stays


def measure(rounds: int) -> list[str]:
    """After one start that is not counted: it compiles what was never compiled."""
    _once()
    return [f"start to first page: median {statistics.median(_once() for _ in range(rounds)):.2f} s", ""]


def _once() -> float:
    with tempfile.TemporaryDirectory(prefix="floor-bench-") as folder:
        small_warehouse(open_engine(fresh_sqlite(Path(folder)))).close()
        config = Path(folder) / "floor.toml"
        config.write_text(f'data = "{folder}"\n[web]\nport = {PORT}\n')
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "web.cli", "run", "--config", str(config)], env=ENVIRONMENT)
        while not _listening():
            assert process.poll() is None, "the service ended instead of starting"
            time.sleep(0.01)
        assert httpx.get(f"http://127.0.0.1:{PORT}/sign-in").status_code == 200
        taken = time.perf_counter() - start
        process.terminate()
        process.wait()
        return taken


def _listening() -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", PORT)) == 0
