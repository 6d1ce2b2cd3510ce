"""The far side, and an agent that is stopped at the end of its test."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.agent import Agent
from devices.simulators.broker import Broker, mosquitto
from devices.wiring import wiring
from tests.devices.far_side import TOKEN, FarSide
from tests.shared import missing


@pytest.fixture
def far() -> Iterator[FarSide]:
    far = FarSide()
    yield far
    far.kill()


@pytest.fixture
def run_agent(far: FarSide, tmp_path: Path) -> Iterator[Callable[..., Agent]]:
    """`run_agent(reader, ...)` starts an agent with these `[[reader]]` tables; `run_agent.stop()` ends all."""
    running: list[tuple[threading.Event, threading.Thread]] = []

    def start(*readers: dict[str, Any], **top: Any) -> Agent:
        spool = tmp_path / "spool"
        table = {"server": far.url, "token": TOKEN, "spool": str(spool), "health_s": 0.05, "reader": list(readers)}
        agent, stop = Agent(wiring(table | top)), threading.Event()
        thread = threading.Thread(target=agent.run, args=(stop,), daemon=True)
        thread.start()
        running.append((stop, thread))
        return agent

    def stop() -> None:
        while running:
            event, thread = running.pop()
            event.set()
            thread.join(10)
            assert not thread.is_alive()

    start.stop = stop  # type: ignore[attr-defined]
    yield start
    stop()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A running mosquitto for the whole session."""
    yield from running(tmp_path_factory.mktemp("broker"))


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    """A running mosquitto that a test may stop and kill."""
    yield from running(tmp_path / "broker")


def running(folder: Path) -> Iterator[Broker]:
    if mosquitto() is None:
        missing("mosquitto")
    broker = Broker(folder)
    broker.start()
    yield broker
    broker.stop()
