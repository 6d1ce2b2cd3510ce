"""The packer: fills parcels at the bench with a keyboard scanner, closes them, waits for the label and reads it back."""

import random
import time
from pathlib import Path

from web.demo.robot import codes
from web.demo.robot.brief import Brief
from web.demo.robot.mischief import Mischief
from web.demo.robot.office import Job
from web.demo.robot.person import Person, Trouble
from web.demo.robot.reader import Reader, accepted
from web.demo.robot.tally import Tally

LOOK_S, PATIENCE_S = 0.03, 60.0
FEW, TWO_PARCELS = 4, 0.4


class Packer:
    def __init__(self, brief: Brief, scanner: Reader, tally: Tally, chance: random.Random) -> None:
        self._scanner, self._tally, self._labels, self._chance = scanner, tally, brief.labels, chance
        self._mischief = Mischief(chance, "parcel_empty", "unknown_code", "wrong_item")
        self._strange = brief.items
        self._person = Person(brief.url, brief.people["packer"], brief.stations["pack"]["token"])

    def pack(self, job: Job) -> None:
        """Pack the whole note into one parcel, or into two; each gets its label."""
        accepted(self._scanner.scan(f"NOTE:{job.note}"), "opened")
        self._err(job)
        taken = [code for code, line in job.lines.items() if line.picked]
        pieces = self._pieces(job, taken[0])
        if len(taken) > 1 and len(pieces) <= FEW and self._chance.random() < TWO_PARCELS:
            for piece in pieces:
                accepted(self._scanner.scan(piece), "packed")
            self._close(job)
        accepted(self._scanner.scan("CMD:PACKALL"))
        self._close(job)
        self._tally.step("packed")

    def _err(self, job: Job) -> None:
        """Close what is empty, or scan what is no code or belongs to another note."""
        kind = self._mischief.now({"parcel_empty", "unknown_code", "wrong_item"}, self._scanner.scans)
        if kind == "parcel_empty":
            self._scanner.scan("CMD:CLOSE")
        elif kind == "unknown_code":
            self._scanner.scan(f"?{self._chance.randrange(10**6):06}")
        elif kind == "wrong_item":
            self._scanner.scan(self._strange[self._chance.choice(sorted(set(self._strange) - set(job.lines)))].gtin)

    def _pieces(self, job: Job, code: str) -> list[str]:
        """The codes to scan for all of one line, case by case and piece by piece."""
        line = job.lines[code]
        if line.item.tracking == "serial":
            return [codes.with_serial(line.item.gtin, serial) for serial in job.serials.get(code, ())]
        if line.item.tracking == "lot":
            return [line.item.gtin] * line.picked
        cases, pieces = divmod(line.picked, line.item.case_quantity or line.picked + 1)
        return [line.item.case_gtin] * cases + [line.item.gtin] * pieces

    def _close(self, job: Job) -> None:
        verdict = accepted(self._scanner.scan("CMD:CLOSE"), "parcel_closed_ok")
        sscc = str(verdict["fields"]["sscc"])
        self._tally.closed(sscc)
        job.parcels.append(sscc)
        self._labelled(sscc)
        accepted(self._scanner.scan(codes.parcel_label(sscc)), "label_verified")

    def _labelled(self, sscc: str) -> Path:
        """Wait until the printer has put out a label that bears the parcel's number."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            for label in sorted(self._labels.glob("*.zpl"), reverse=True)[:20]:
                if sscc.encode() in label.read_bytes():
                    return label
            time.sleep(LOOK_S)
        raise Trouble(f"no label for parcel {sscc} came out of the printer")
