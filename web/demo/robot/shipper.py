"""The shipper: opens the loading at the dock's screen, drives the parcels through the gate, gives tracking numbers, ships."""

import random
from typing import Any

from devices.simulators.gate import VirtualGate
from web.demo.robot import codes
from web.demo.robot.brief import Brief
from web.demo.robot.mischief import Mischief
from web.demo.robot.office import Job
from web.demo.robot.person import Person, Trouble
from web.demo.robot.reader import Verdicts, accepted
from web.demo.robot.tally import Tally

PASSAGE_S, DRIVES = 10.0, 4
FAINT_ONE_IN = 5  # passages with a tag beside the door


class Shipper:
    def __init__(
        self, brief: Brief, gate: VirtualGate, verdicts: Verdicts, tally: Tally, chance: random.Random
    ) -> None:
        self._brief, self._gate, self._verdicts, self._tally, self._chance = brief, gate, verdicts, tally, chance
        self._mischief = Mischief(chance, "missing_tags", "extra_tag", "tracking_bad_format", "tracking_already_used")
        self._scans = 0
        self._person = Person(brief.url, brief.people["shipper"], brief.stations["dock"]["token"])
        self._used = ""

    def ship(self, job: Job) -> None:
        accepted(self._scan(f"NOTE:{job.note}"), "loading_started")
        if self._errs("missing_tags"):
            self._scan("CMD:SHIP")  # nothing has passed the gate yet
        self._drive(job)
        for _ in job.parcels:
            self._track(job)
        accepted(self._scan("CMD:SHIP"), "shipped")

    def _errs(self, kind: str) -> bool:
        return self._mischief.now({kind}, self._scans) is not None

    def _scan(self, code: str) -> dict[str, Any]:
        self._tally.add("scans")
        self._scans += 1
        verdict = self._person.scan(code)
        self._tally.verdict(verdict["code"], verdict["accepted"])
        return verdict

    def _drive(self, job: Job) -> None:
        """Through the gate, again if the door has missed it, until every parcel is on the truck."""
        for _ in range(DRIVES):
            self._pass(job)
            parcels = self._person.get(f"/api/notes/{job.note}")["parcels"]
            if all(parcel["state"] == "loaded" for parcel in parcels):
                return
        raise Trouble(f"the gate does not see the parcels of note {job.note}")

    def _pass(self, job: Job) -> None:
        """Each tag is read several times; now and then one from beside the door, faint, or one that nobody expects."""
        tags = [codes.sscc_96(sscc, self._brief.prefix_length) for sscc in job.parcels]
        stranger = codes.sscc_96(f"06901234{self._chance.randrange(10**9):09}0", self._brief.prefix_length)
        aboard = [stranger] if self._errs("extra_tag") else []
        beside = [stranger] if not aboard and not self._chance.randrange(FAINT_ONE_IN) else []
        self._tally.add("scans")
        self._scans += 1
        self._gate.passage(tags + aboard, repeats=4, seed=self._chance.randrange(10**6), strays=beside)
        verdict = self._verdicts.next_of(self._brief.gate, PASSAGE_S)
        if verdict is not None:
            self._tally.verdict(verdict["code"], verdict["accepted"])
            self._tally.add("gate_passages")

    def _track(self, job: Job) -> None:
        if self._errs("tracking_bad_format"):
            self._scan("12-AB")
        if self._used and self._errs("tracking_already_used"):
            self._scan(self._used)
        number = self._number(job.carrier)
        accepted(self._scan(number), "tracking_ok")
        self._used = number

    def _number(self, carrier: str) -> str:
        """A tracking number in the carrier's own form."""
        digits = f"{self._chance.randrange(10**13):013}"
        return {"SF": f"SF{digits}", "YTO": f"YT{digits}", "JD": f"JD{digits}"}[carrier]
