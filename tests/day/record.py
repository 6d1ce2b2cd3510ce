"""What the stations, the clerks and the other process wrote down of the day: every scan with its one answer."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.day.basket import lines
from tests.day.plan import Plan

Line = dict[str, Any]


@dataclass
class Scanned:
    """One scan: what was sent, the answer that its station got, and how often it was sent without one."""

    scan: Line
    reply: Line | None = None
    tries: int = 0
    lost: int = 0
    repeats: list[Line] = field(default_factory=list)

    @property
    def code(self) -> str:
        return str(self.reply["code"]) if self.reply else ""


def scans(plan: Plan) -> dict[str, Scanned]:
    """Every scan of the day by its id; a second answer to one scan at its station is a fault of the test."""
    found: dict[str, Scanned] = {}
    for place in plan.places:
        for line in lines(plan.log(f"station-{place.number}")):
            if "scan" in line:
                found[line["scan"]["id"]] = Scanned(line["scan"])
            elif "try" in line:
                found[line["try"]].tries += 1
            elif "lost" in line:
                found[line["lost"]].lost += 1
            else:
                assert found[line["answer"]].reply is None
                found[line["answer"]].reply = line["reply"]
    for line in lines(plan.log("repeats")):
        assert line["status"] == 200, line
        found[line["id"]].repeats.append(line["reply"])
    return found


def refusals(found: dict[str, Scanned]) -> Counter[str]:
    return Counter(one.code for one in found.values() if one.reply and not one.reply["accepted"])
