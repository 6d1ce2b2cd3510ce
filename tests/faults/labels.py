"""Random and hostile texts on every label: drawn, read back as a stranger's scanner would, and never one wrong read."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labels import badge, command, item, note, pallet, parcel, place, scanner_test, station
from labels.commands import DRAWS, RFID, commands
from labels.elements import Elements, check_digit, element_string
from labels.media import Media
from labels.read_back import read_back
from labels.refused import LabelRefused
from labels.templates.site import Templates, load

TITLE = "random and hostile texts on every label"
FULL = 10_000
Read = tuple[str, bytes]

TEMPLATES = Path(__file__).parent.parent / "labels" / "site_templates" / "good"
NASTY = ("^XZ^XA^JUF^XZ", "~JR", "a^FS^FO0,0^GB900,900,900^FS", "_5E_7E", "\\&", ">:>8>6", "\x00\x01\x1b\x1d\n\r\t", "🙂中文ÄßÑ",
         "\u202eabc", "\ud800", "", "   ", "x" * 500, "^" * 100, "中" * 500, "{{sscc}}", "^FN1", "0000000000000", "\ufeff", "é",
         "'; DROP TABLE", "<script>", "%s%n", "𠮷野家", "ﷺ", "I1l|", "^FH^FD", "_", "~", "^", ">", "@1", "~1")  # fmt: skip
ALPHABETS = (
    "^~_\\>&%{}|\"'<@#0aZ 中🙂\x00\x1d",
    "0123456789",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./",
    "上海好运来贸易有限公司浦东新区世纪大道号楼，。（）",
    "äöüßéèñçøåÆŒЖДЯαβγ€£¥",
    "".join(map(chr, range(32, 127))),
    "".join(map(chr, range(0x20, 0x3000, 7))),
)
CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def text(dice: random.Random, longest: int = 60) -> str:
    """Anything that somebody could type or paste."""
    if dice.random() < 0.3:
        return "".join(dice.choice(NASTY) for _ in range(dice.randint(1, 2)))
    alphabet = dice.choice(ALPHABETS)
    return "".join(dice.choice(alphabet) for _ in range(dice.randint(0, longest)))


def digits(dice: random.Random, length: int) -> str:
    bare = "".join(dice.choice("0123456789") for _ in range(length - 1))
    return bare + check_digit(bare)


def code(dice: random.Random) -> str:
    """A code for Code 128; now and then one that it cannot hold."""
    if dice.random() < 0.1:
        return text(dice)
    return "".join(chr(dice.randint(32, 126)) for _ in range(dice.randint(1, 16)))


def elements(dice: random.Random) -> Elements:
    def value() -> str:
        return "".join(dice.choice(CSET82) for _ in range(dice.randint(1, 8)))

    chain = [("01", digits(dice, 14)), ("17", "261231"), ("10", value()), ("21", value())]
    return tuple(chain[: dice.randint(1, 4)])


def a_parcel(dice: random.Random) -> tuple[Any, list[Read]]:
    sscc = digits(dice, 18)
    label = parcel.ParcelLabel(
        sscc, tuple(text(dice, 30) for _ in range(dice.randint(1, 5))), text(dice), text(dice, 14), text(dice, 14),
        dice.choice([None, 0, 12345, 999_999_999]), dice.randint(1, 99), 99, tuple(text(dice, 12) for _ in range(dice.randint(0, 3))),
        dice.random() < 0.3, text(dice), dice.choice(["", "3034257BF7194E4000001A85"]),
    )  # fmt: skip
    return label, [("]C1", b"00" + sscc.encode())]


def a_pallet(dice: random.Random) -> tuple[Any, list[Read]]:
    sscc, lot = digits(dice, 18), "".join(dice.choice(CSET82) for _ in range(dice.randint(1, 6)))
    content = dice.choice([(), (("02", digits(dice, 14)), ("10", lot), ("37", "480"))])
    label = pallet.PalletLabel(sscc, tuple(text(dice, 30) for _ in range(3)), text(dice, 20), 24, content)
    reads = [("]C1", element_string(content).encode())] if content else []
    return label, [*reads, ("]C1", b"00" + sscc.encode())]


def an_item(dice: random.Random) -> tuple[Any, list[Read]]:
    number, name, unit = code(dice), text(dice), text(dice, 12)
    what = dice.randrange(4)
    if what == 0:
        told = elements(dice)
        return item.ItemLabel(number, name, "", unit, told), [("]d2", element_string(told).encode())]
    if what == 1:
        gtin = digits(dice, 13)
        return item.ItemLabel(number, name, gtin, unit), [("]E0", gtin.encode())]
    if what == 2:
        bare = dice.choice("123456789") + "".join(dice.choice("0123456789") for _ in range(12))
        gtin = bare + check_digit(bare)
        return item.ItemLabel(number, name, gtin, unit), [("]I1", gtin.encode())]
    return item.ItemLabel(number, name, "", unit), [("]C0", number.encode("utf-8", "replace"))]


def a_place(dice: random.Random) -> tuple[Any, list[Read]]:
    said = code(dice)
    return place.PlaceLabel(said, text(dice, 12), dice.choice(["", "up", "down"])), [
        ("]C0", said.encode("utf-8", "replace"))
    ]


def a_badge(dice: random.Random) -> tuple[Any, list[Read]]:
    said = code(dice)
    return badge.BadgeLabel(said, text(dice, 20), text(dice, 12)), [("]C0", said.encode("utf-8", "replace"))]


def a_station(dice: random.Random) -> tuple[Any, list[Read]]:
    said = text(dice)
    return station.StationLabel(said, text(dice, 16)), [("]Q1", said.encode("utf-8", "replace"))]


def a_note(dice: random.Random) -> tuple[Any, list[Read]]:
    said = code(dice)
    return note.NoteLabel(said, text(dice), text(dice, 14), dice.randint(1, 400)), [
        ("]C0", said.encode("utf-8", "replace"))
    ]


def a_command(dice: random.Random) -> tuple[Any, list[Read]]:
    said = code(dice)
    return command.CommandLabel(said, text(dice, 16)), [("]C0", said.encode("utf-8", "replace"))]


KINDS: dict[str, tuple[Callable[[random.Random], tuple[Any, list[Read]]], tuple[int, int]]] = {
    "parcel": (a_parcel, (100, 150)), "pallet": (a_pallet, (148, 210)), "item": (an_item, (60, 40)), "place": (a_place, (100, 40)),
    "badge": (a_badge, (60, 40)), "station": (a_station, (60, 40)), "note": (a_note, (100, 70)), "command": (a_command, (60, 40)),
}  # fmt: skip


def run(seed: int, count: int, tick: Callable[[int], None]) -> dict[str, object]:
    """`count` labels, every fourth parcel on a site's own template; AssertionError at the first wrong read."""
    dice, ours, site = random.Random(seed), Templates(), load(TEMPLATES)
    outcomes: Counter[str] = Counter()
    for name, said in scanner_test.TESTS.items():
        zpl = scanner_test.zpl(scanner_test.ScannerTestLabel(name), Media(60, 40))
        assert [read.data for read in read_back(zpl)] == [said.encode()], name
    for number in range(count):
        kind = dice.choice(list(KINDS))
        make, size = KINDS[kind]
        label, wanted = make(dice)
        own = kind == "parcel" and dice.random() < 0.25
        media = Media(*size, 203 if own else dice.choice((203, 203, 300)), language=dice.choice(("zh", "en")))
        outcomes[_one(label, wanted, media, site if own else ours)] += 1
        tick(number + 1)
    right = outcomes.pop("right", 0)
    return {
        "labels": count,
        "read right": right,
        "wrong": 0,
        "refused": outcomes.total(),
        **dict(sorted(outcomes.items())),
    }


def _one(label: Any, wanted: list[Read], media: Media, templates: Templates) -> str:
    try:
        zpl = templates.zpl(label, media)
    except LabelRefused as refused:
        return refused.code
    assert {found.name for found in commands(zpl)} <= DRAWS | RFID, label
    assert zpl.count(b"^XA") == zpl.count(b"^XZ") == 1, label
    found = [(read.identifier, read.data) for read in read_back(zpl)]
    if templates.found:
        found = [read for read in found if read[0] != "]Q1"]  # which the site put beside the bars
    assert found == wanted, (label, media, found)
    return "right"
