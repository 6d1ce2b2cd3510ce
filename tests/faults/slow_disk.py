"""`python -m tests.faults.slow_disk readers.toml`: the agent on a disk that takes 10 ms to write and 10 ms to sync.

So a kill soon after a scan's arrival falls where it would hurt: before the scan is written, or before it is synced.
"""

import os
import sys
import time
from collections.abc import Iterable

from devices.__main__ import main
from devices.syncedlog import SyncedLog

LATENCY_S = 0.01
quick_append, quick_sync = SyncedLog.append, os.fdatasync


def slow_append(log: SyncedLog, lines: Iterable[bytes], *, sync: bool = True) -> None:
    if sync:
        time.sleep(LATENCY_S)
    quick_append(log, lines, sync=sync)


def slow_sync(fd: int) -> None:
    time.sleep(LATENCY_S)
    quick_sync(fd)


if __name__ == "__main__":
    SyncedLog.append = slow_append  # type: ignore[method-assign]
    os.fdatasync = slow_sync  # type: ignore[assignment]
    sys.exit(main(sys.argv[1:]))
