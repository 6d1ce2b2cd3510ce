"""`python -m devices readers.toml` runs the readers of a station PC, without any of the server's code."""

import logging
import signal
import sys
import threading
from pathlib import Path

from devices.adapters import SettingsError
from devices.agent import Agent
from devices.wiring import read


def main(arguments: list[str]) -> int:
    """Exit code 0 after SIGTERM or SIGINT, 2 where the settings cannot be used."""
    if len(arguments) != 1:
        print("usage: python -m devices readers.toml", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        Agent(read(Path(arguments[0]))).run(stop)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
