"""Labels a second of every kind beside plain string formatting of the same ZPL, which is the least that one can do."""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import pypdfium2

from labels import item, pallet, parcel, scanner_test, station
from labels.media import Media
from labels.templates.site import Templates, load
from tests.faults.labels import TEMPLATES
from tests.labels import samples
from tests.labels.paper_samples import PAPERS, paper
from tests.labels.samples import PARCEL, SSCC

BATCH = 100
PLAIN = replace(
    PARCEL,
    ship_to=("Ernst Handel", "Kirchgasse 6", "8010 Graz", "Austria"),
    service="SF Express",
    marks=("FRAGILE", "KEEP DRY"),
)
PALLET = pallet.PalletLabel(SSCC, ("Ernst Handel", "Kirchgasse 6", "8010 Graz"), "SHP-12", 24, samples.CONTENT)
ITEM = item.ItemLabel("A-1001", "Chai", samples.GTIN13, "box of 10")
SITE = load(TEMPLATES)


def _parcel(number: int) -> parcel.ParcelLabel:
    """Another customer and another note each time."""
    street = f"Kirchgasse {number % 97}, {number * 31 % 9999} Graz"
    return replace(PLAIN, ship_to=(f"Ernst Handel {number}", "Sales", street, "Austria"), note=_numbered(number))


def _numbered(number: int) -> str:
    """Another number for each label, so that nothing is taken from a cache that a real day would not have."""
    return f"DN-2026-{number:06}"


CASES: dict[str, Callable[[int], bytes]] = {
    "parcel": lambda number: parcel.zpl(_parcel(number), Media(100, 150)),
    "parcel, a site's template": lambda number: SITE.zpl(_parcel(number), Media(100, 150)),
    "pallet": lambda number: pallet.zpl(replace(PALLET, shipment=_numbered(number)), Media(148, 210)),
    "item": lambda number: item.zpl(replace(ITEM, name=_numbered(number)), Media(60, 40)),
    "traced item": lambda number: item.zpl(
        item.ItemLabel(_numbered(number), "Tablets", elements=samples.TRACED), Media(60, 40)
    ),
    "place": lambda number: Templates().zpl(samples.place.PlaceLabel(f"P-{number:06}", f"A-{number}"), Media(100, 40)),
    "badge": lambda number: Templates().zpl(
        samples.badge.BadgeLabel(f"B-{number:06}", "Ann Smith", "Picker"), Media(60, 40)
    ),
    "station": lambda number: station.zpl(
        station.StationLabel(f"https://floor.example/s/{number}", "Pack 1"), Media(60, 40)
    ),
    "note": lambda number: Templates().zpl(
        samples.note.NoteLabel(_numbered(number), "Ernst Handel", "SO-1", 12), Media(100, 70)
    ),
    "command": lambda number: Templates().zpl(samples.command.CommandLabel(f"CMD-{number:04}", "Short"), Media(60, 40)),
    "scanner test": lambda number: scanner_test.zpl(scanner_test.ScannerTestLabel("gs1"), Media(60, 40, language="en")),
    "parcel, address in Chinese": lambda number: parcel.zpl(replace(PARCEL, note=_numbered(number)), Media(100, 150)),
    "parcel, another Chinese address each": lambda number: parcel.zpl(
        replace(PARCEL, ship_to=(f"上海好运来贸易有限公司 {number}", f"世纪大道{number}号")), Media(100, 150)
    ),
}


def measure(rounds: int) -> list[str]:
    """Markdown lines, processor time of one core; each round measures every kind and its plain formatting in turn."""
    times: dict[str, list[float]] = {name: [] for name in CASES}
    floors: dict[str, list[float]] = {name: [] for name in CASES}
    for turn in range(rounds):
        for name, make in CASES.items():
            zpl = make(0)
            pattern = zpl.decode().replace("%", "%%").replace(_numbered(0), "%s") + "%s"
            holes = pattern.count("%s")
            start = time.process_time()
            for number in range(turn * BATCH + 1, (turn + 1) * BATCH + 1):
                make(number)
            times[name].append((time.process_time() - start) / BATCH)
            start = time.process_time()
            for number in range(BATCH):
                (pattern % ((_numbered(number),) * holes)).encode()
            floors[name].append((time.process_time() - start) / BATCH)
    lines = ["| label | per s | ms each | : plain formatting of the same ZPL | bytes |", "|---|---|---|---|---|"]
    for name, make in CASES.items():
        each, floor = statistics.median(times[name]), statistics.median(floors[name])
        lines.append(f"| {name} | {1 / each:.0f} | {each * 1000:.3f} | {each / floor:.0f} | {len(make(0))} |")
    return [*lines, "", *_papers(rounds), ""]


def _papers(rounds: int) -> list[str]:
    """The papers with few and with many lines."""
    lines = ["| paper | ms with 12 lines | ms with 400 lines | pages |", "|---|---|---|---|"]
    for kind in PAPERS:
        paper(kind)  # the font is read from disk once
        few, many = (statistics.median(_seconds(kind, count) for _ in range(rounds)) * 1000 for count in (12, 400))
        with pypdfium2.PdfDocument(paper(kind, 400).data) as document:
            lines.append(f"| {kind.replace('_', ' ')} | {few:.0f} | {many:.0f} | {len(document)} |")
    return lines


def _seconds(kind: str, count: int) -> float:
    start = time.process_time()
    paper(kind, count)
    return time.process_time() - start
