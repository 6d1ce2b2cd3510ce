"""What people do at the eight stations: pick, pack, load, ship, and the mistakes of each trade."""

import queue
import threading
from collections.abc import Callable
from typing import Any

from floor.check_digit import sscc as made_sscc
from floor.epc import encode_sscc
from tests.day import plan as days
from tests.day.board import Board
from tests.day.plan import Place, Plan
from tests.day.station import Reply, Station

GONE = ("note_withdrawn", "note_not_pickable")


class Picker(Station):
    """Takes a note up and follows `next` to its end; one scan in ten is wrong on purpose."""

    kind = "pick"

    def __init__(self, plan: Plan, place: Place, *more: Any) -> None:
        super().__init__(plan, place, *more)
        self._serials = {item: iter(range(place.number, days.SERIALS, 4)) for item in days.BY_SERIAL}
        self._bin = ""

    def work(self) -> bool:
        if self.board.help_wanted and self.chance(0.5):
            try:
                self.note = self.board.help_wanted.popleft()
            except IndexError:
                return True
            self.pick(":JOIN")
            return True
        note = self.board.claim(self.kind, "released", "picking")
        if note is None:
            return False
        self.note = note
        if self.chance(0.15):
            self.board.help_wanted.append(note)
        self.pick("")
        if self.board.state(note) in ("released", "picking"):
            self.board.give_back(self.kind, note)
        return True

    def pick(self, how: str) -> None:
        reply = self._open(how)
        while reply["code"] not in GONE:
            if reply["note"] is None:  # refused: the screen is looked at again
                reply = self._open(how)
                continue
            if reply["next"] is None:
                return
            self._mistake(reply["next"])
            reply = self._take(reply["next"])

    def _open(self, how: str) -> Reply:
        self._bin = ""
        reply = self.scan(f"NOTE:{self.note}{how}")
        return self.scan(f"NOTE:{self.note}:TAKE") if reply["code"] == "held_by" else reply

    def _take(self, step: Reply) -> Reply:
        item = int(step["code"][1:])
        if days.bin_first(step["bin"]) and self._bin != step["bin"]:
            self._bin = step["bin"]
            return self.scan(f"BIN:{step['bin']}")
        line, gtin = step["line"], days.gtin(item)
        if item in days.BY_LOT:
            return self.scan(f"]C101{gtin}10{days.LOT}", line=line)
        if item in days.BY_SERIAL:
            return self.scan(f"]C101{gtin}21{days.serial(item, next(self._serials[item]))}", line=line)
        if step["quantity"] >= days.CASE_OF and self.chance(0.7):
            return self.scan(days.case_gtin(item), line=line)
        if self.place.page and self.chance(0.6):
            return self.scan(gtin, quantity=step["quantity"], line=line)
        reply = self.scan(gtin, line=line)
        if self.chance(0.04):
            assert self.scan(gtin, line=line, twice=True)["code"] == "double_fire"
        return reply

    def _mistake(self, step: Reply) -> None:
        if not self.chance(0.22):
            return
        other = int(step["code"][1:]) % 24 + 1
        slips: list[Callable[[], Reply]] = [
            lambda: self.scan("NOSUCH-4711"),
            lambda: self.scan(days.gtin(other)),
            lambda: self.scan(days.gtin(other)[:-1] + "x"),
            lambda: self.scan("BIN:Z-99"),
            lambda: self.scan(step["code"], quantity=10**12),
            lambda: self.scan("CMD:UNDO"),
            lambda: self.scan("CMD:SHORT"),
            lambda: self.scan("CMD:SHORT:missing", line=step["line"]),
        ]
        slips[self.rng.choices(range(8), (3, 3, 2, 2, 2, 3, 1, 1))[0]]()


class Packer(Station):
    """Puts what was picked into one parcel or two, closes each, and sometimes scans the label back."""

    kind = "pack"

    def work(self) -> bool:
        note = self.board.claim(self.kind, "picked")
        if note is None:
            return False
        self.note = note
        if self.scan(f"NOTE:{note}")["code"] == "opened":
            self._pack(note)
            if self.board.state(note) != "packed":  # a picker took a unit back meanwhile: it will come again
                self.board.give_back(self.kind, note)
        return True

    def _pack(self, note: int) -> None:
        if self.chance(0.05):
            self.scan("CMD:CLOSE")
        if self.chance(0.05):
            self.scan("NOSUCH-4711")
        plain = self.board.first_plain_line(note) if self.chance(0.2) else None
        if plain is not None:
            item, quantity = plain
            for _ in range(1 if self.place.page else quantity):
                self.scan(days.gtin(item), quantity=quantity if self.place.page else None)
            self._close()
            if self.board.state(note) == "packed":
                return
        if self.scan("CMD:PACKALL")["code"] == "packed_all":
            self._close()

    def _close(self) -> None:
        reply = self.scan("CMD:CLOSE")
        if reply["code"] == "parcel_closed_ok" and self.chance(0.5):
            self.scan(f"]C100{reply['fields']['sscc']}")


class Shipper(Station):
    """Loads by scan, or asks the gate at its door, gives each parcel its number, and ships."""

    kind = "dock"
    gate: "Gate | None" = None

    def work(self) -> bool:
        note = self.board.claim(self.kind, "packed")
        if note is None:
            return False
        self.note = note
        if self.scan(f"NOTE:{note}")["code"] == "loading_started":
            self._load(note)
        return True

    def _load(self, note: int) -> None:
        parcels = self.board.parcels(note)
        if self.chance(0.1):
            self.scan("CMD:SHIP")
        if self.gate is not None:
            self.gate.pass_through([sscc for _, sscc in parcels])
        else:
            for _, sscc in parcels:
                self.scan(f"]C100{sscc}")
        for parcel, _ in parcels:
            if self.chance(0.05):
                self.scan("SF12")
            self.scan(f"SF{self.plan.seed % 10000:04d}{note:04d}{parcel:05d}")
        self.scan("CMD:SHIP")


class Gate(Station):
    """Sends passages as a gate's reader does: all tags seen at once, now and then a stray one among them."""

    kind = "gate"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._asked: queue.Queue[tuple[list[str], threading.Event]] = queue.Queue()

    def pass_through(self, codes: list[str]) -> None:
        """Called by the shipper: drive these parcels through the door, and wait for the gate's verdict."""
        passed = threading.Event()
        self._asked.put((codes, passed))
        while not passed.wait(0.2):
            if self.stop.is_set():
                raise TimeoutError("the day was called off")

    def work(self) -> bool:
        try:
            codes, passed = self._asked.get(timeout=0.05)
        except queue.Empty:
            return False
        tags = [encode_sscc(code, len(days.PREFIX)) for code in codes]
        if self.chance(0.15):
            stray = encode_sscc(made_sscc(days.PREFIX, 987_654_321), len(days.PREFIX))
            self.scan(stray, *tags)
        self.scan(tags[0], *tags[1:])
        passed.set()
        return True


WORK: dict[str, type[Station]] = {kind.kind: kind for kind in (Picker, Packer, Shipper, Gate)}


def at_work(plan: Plan, board: Board, *more: Any) -> list[Station]:
    """All stations; the gate serves the shipper at the same door."""
    made = [WORK[place.kind](plan, place, board, *more) for place in plan.places]
    gate = next(station for station in made if isinstance(station, Gate))
    for station in made:
        if isinstance(station, Shipper) and station.place.door == gate.place.door:
            station.gate = gate
    return made
