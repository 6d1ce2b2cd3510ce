"""The other process: gets every fifth scan on standard input and sends it too, at once or later, until it is answered."""

import json
import queue
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.day.plan import Plan, load
from tests.day.wire import Wire

HANDS = 3


def main(path: Path) -> None:
    plan, waiting = load(path), queue.Queue()  # type: ignore[var-annotated]
    lock = threading.Lock()
    with plan.log("repeats").open("a", encoding="utf-8") as told:
        hands = [threading.Thread(target=_hand, args=(plan, waiting, told, lock)) for _ in range(HANDS)]
        for hand in hands:
            hand.start()
        for line in sys.stdin:
            waiting.put(json.loads(line))
        for _ in hands:
            waiting.put(None)
        for hand in hands:
            hand.join()


def _hand(plan: Plan, waiting: "queue.Queue[Any]", told: Any, lock: threading.Lock) -> None:
    wire = Wire(plan.port, {}, threading.Event())
    while (asked := waiting.get()) is not None:
        time.sleep(max(0.0, asked["due"] - time.time()))
        wire.headers["authorization"] = f"Bearer {asked['token']}"
        status, reply, _ = wire.insist("/scan", json.dumps(asked["scan"]).encode())
        with lock:
            told.write(json.dumps({"id": asked["scan"]["id"], "status": status, "reply": reply}) + "\n")
            told.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
