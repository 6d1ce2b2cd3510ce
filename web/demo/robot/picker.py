"""The picker: walks the note bin by bin with a scanner on a cable, types larger quantities, errs one scan in ten."""

import random
from typing import Any

from web.demo.robot import codes
from web.demo.robot.brief import Brief
from web.demo.robot.mischief import Mischief
from web.demo.robot.office import Job
from web.demo.robot.person import Person, Trouble
from web.demo.robot.reader import Reader, accepted
from web.demo.robot.tally import Tally

KINDS = (
    "unknown_code", "bad_check_digit", "wrong_item", "one_too_many", "double_fire", "undo", "short", "wrong_bin",
    "serial_again", "wrong_lot",
)  # fmt: skip
MANY = 3  # from here on a quantity is typed or a case is scanned
ELSEWHERE = "ST-01"  # a place where no goods wait to be picked
PICKED = ("picked", "line_done", "note_picked")


class Picker:
    def __init__(self, brief: Brief, scanner: Reader, tally: Tally, chance: random.Random) -> None:
        self._brief, self._scanner, self._tally, self._chance = brief, scanner, tally, chance
        self._mischief = Mischief(chance, *KINDS)
        self._typed = 0
        self._person = Person(brief.url, brief.people["picker"], brief.stations["pick"]["token"])
        self._bin = ""

    def pick(self, job: Job) -> None:
        """Pick the whole note; what was taken of each line is written into the job."""
        self._bin = ""
        accepted(self._scanner.scan(f"NOTE:{job.note}"), "opened")
        while task := self._next(job.note):
            self._step(job, task)
        lines = self._person.get(f"/api/notes/{job.note}")["lines"]
        for line in lines:
            if job.lines[line["code"]].picked != line["picked"]:
                raise Trouble(
                    f"note {job.note}: {line['picked']} of {line['code']} picked, the robot counted otherwise"
                )
        self._tally.step("picked notes")

    def _next(self, note: int) -> dict[str, Any] | None:
        tasks: list[dict[str, Any]] = self._person.get(f"/api/notes/{note}")["tasks"]
        return next((task for task in tasks if task["left"]), None)

    def _step(self, job: Job, task: dict[str, Any]) -> None:
        kind = self._mischief.now(self._fitting(job, task), self._scanner.scans + self._typed)
        if kind is not None and self._err(kind, job, task):
            return
        if task["bin_first"] and self._bin != task["place"]:
            accepted(self._scanner.scan(f"BIN:{task['place']}"), "bin_ok")
            self._bin = task["place"]
        self._take(job, task)

    def _take(self, job: Job, task: dict[str, Any]) -> None:
        item = job.lines[task["code"]].item
        if task["tracking"] == "none" and item.case_gtin and task["left"] >= item.case_quantity:
            accepted(self._scanner.scan(item.case_gtin), *PICKED)
            return self._took(job, task, item.case_quantity)
        if task["tracking"] != "serial" and task["left"] >= MANY:
            self._type(job, task, task["left"])
            return None
        accepted(self._scanner.scan(self._code(task)), *PICKED)
        if task["tracking"] == "serial":
            job.serials.setdefault(task["code"], []).append(task["serials"][0])
        return self._took(job, task, 1)

    def _type(self, job: Job, task: dict[str, Any], quantity: int) -> dict[str, Any]:
        """Type a quantity at the station's screen and scan the goods with it."""
        seen = {"note": job.note, "line": task["line"], "quantity": quantity}
        self._tally.add("scans")
        self._typed += 1
        verdict = self._person.scan(self._code(task), **seen)
        self._tally.verdict(verdict["code"], verdict["accepted"])
        if quantity <= task["left"]:
            accepted(verdict, *PICKED)
            self._took(job, task, quantity)
        return verdict

    def _took(self, job: Job, task: dict[str, Any], quantity: int) -> None:
        job.lines[task["code"]].picked += quantity
        self._tally.add("picked", quantity)

    def _code(self, task: dict[str, Any]) -> str:
        if task["tracking"] == "lot":
            return codes.with_lot(task["gtin"], task["lot"], task["expiry"])
        if task["tracking"] == "serial":
            return codes.with_serial(task["gtin"], task["serials"][0])
        return str(task["gtin"])[1:]

    def _fitting(self, job: Job, task: dict[str, Any]) -> set[str]:
        """The kinds of trouble that can be had here."""
        fitting = {"unknown_code", "bad_check_digit", "wrong_item"}
        reached = not task["bin_first"] or self._bin == task["place"]
        fitting |= {"wrong_bin"} if not reached else {"one_too_many"} if task["tracking"] != "serial" else set()
        if reached and task["tracking"] != "serial" and task["left"] >= 2:
            fitting |= {"double_fire"}
        if reached and any(line.picked for line in job.lines.values()):
            fitting |= {"undo", "short"}
        if reached and job.serials.get(task["code"]):
            fitting |= {"serial_again"}
        return fitting | ({"wrong_lot"} if task["tracking"] == "lot" and reached else set())

    def _err(self, kind: str, job: Job, task: dict[str, Any]) -> bool:
        """Do something wrong; True where it already was this step."""
        match kind:
            case "short":
                return self._short(job, task)
            case "undo":
                return self._undo(job)
            case "double_fire":
                return self._double_fire(job, task)
            case "one_too_many":
                self._refused(self._type(job, task, task["left"] + 1))
            case "wrong_bin":
                self._refused(self._scanner.scan(f"BIN:{ELSEWHERE}"))
            case "serial_again":
                again = codes.with_serial(task["gtin"], job.serials[task["code"]][-1])
                self._refused(self._scanner.scan(again))
            case "wrong_lot":
                self._refused(self._scanner.scan(codes.with_lot(task["gtin"], "L0000X", None)))
            case "wrong_item":
                self._refused(self._scanner.scan(self._other_item(job)))
            case "bad_check_digit":
                self._refused(self._scanner.scan(codes.wrong_check_digit(str(task["gtin"])[1:])))
            case _:
                self._refused(self._scanner.scan(f"?{self._chance.randrange(10**6):06}"))
        return False

    def _refused(self, verdict: dict[str, Any]) -> None:
        if verdict["accepted"]:
            raise Trouble(f"the floor took what was wrong on purpose: {verdict}")

    def _double_fire(self, job: Job, task: dict[str, Any]) -> bool:
        self._refused(self._scanner.scan(self._code(task), fault="double_fire"))
        self._took(job, task, 1)
        return True

    def _undo(self, job: Job) -> bool:
        """Take the last pick back; it comes again as a step of its own."""
        before = {line["code"]: line["picked"] for line in self._person.get(f"/api/notes/{job.note}")["lines"]}
        accepted(self._scanner.scan("CMD:UNDO"), "undone")
        for line in self._person.get(f"/api/notes/{job.note}")["lines"]:
            back = before[line["code"]] - line["picked"]
            job.lines[line["code"]].picked -= back
            if back and line["code"] in job.serials:
                job.serials[line["code"]].pop()
            self._tally.add("picked", -back)
        return True

    def _short(self, job: Job, task: dict[str, Any]) -> bool:
        reason = self._chance.choice(("missing", "damaged"))
        accepted(self._scanner.scan(f"CMD:SHORT:{reason}"), "short", "note_picked")
        after = self._person.get(f"/api/notes/{job.note}")
        self._tally.add("shorted", sum(line["shorted"] for line in after["lines"]) - job.shorted)
        job.shorted = sum(line["shorted"] for line in after["lines"])
        return True

    def _other_item(self, job: Job) -> str:
        return self._brief.items[self._chance.choice(sorted(set(self._brief.items) - set(job.lines)))].gtin
