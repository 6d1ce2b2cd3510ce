"""Every no that a day on the floor can give, told in both languages: a dash in it is a fact that somebody needs and nobody said."""

from collections.abc import Iterator

import msgspec
import pytest

from floor.epc import encode_sscc
from floor.reply import Reply
from tests.floor.world import GTIN, World, small_warehouse
from web.text import LANGUAGES
from web.texts.verdicts import verdict_text

STRANGE = "006141410000000999"  # an SSCC that nobody has allotted
PICKED_UP = (GTIN[1], GTIN[2])


@pytest.fixture
def world(engine: object) -> Iterator[World]:
    world = small_warehouse(engine)  # type: ignore[arg-type]
    world.item(4, tracking="lot")
    world.item(5, tracking="serial")
    world.place("A-04", bin_first=True)
    world.stock("A-04", 4, 5, "L1")
    world.stock("A-03", 5, 3, serials=["S1", "S2", "S3"])
    world.place("D2", kind="dock")
    world.station(6, "gate", door="D2")
    world.station(7, "dock")
    world.station(8, "pack")
    world.sign_in(4, 7)
    world.sign_in(3, 8)
    world.person(4, "赵敏", "shipper supervisor packer")
    yield world
    world.close()


def told(lang: str, reply: Reply) -> str:
    """As the scan door tells it."""
    fields = reply.fields | ({"next": msgspec.to_builtins(reply.next)} if reply.next else {})
    return verdict_text(lang, reply.code, fields)


class Tour:
    """Scans on and keeps what was refused."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.refused: list[tuple[str, Reply]] = []

    def __call__(self, station: int, *codes: str, **more: object) -> Reply:
        for code in codes:
            reply = self.world.scan(station, code, **more)  # type: ignore[arg-type]
            if not reply.accepted:
                self.refused.append((code, reply))
        return reply


def at_the_shelf(scan: Tour) -> None:
    wrong = (
        GTIN[3],
        "NOSUCH",
        "6901234000019",
        "BIN:A-03",
        "BIN:X",
        "CMD:SHORT",
        "CMD:SHORT:foo",
        "CMD:UNDO",
        "CMD:DANCE",
    )
    scan(1, GTIN[1], "BIN:A-01", "CMD:SHORT:missing", "CMD:UNDO", "NOTE:99", "NOTE:x", "BADGE:x", "CMD:WAIVE:too_big")
    scan.world.release(17, (1, 2), (4, 1), (5, 1))
    scan(1, "NOTE:17", *wrong, f"]C100{STRANGE}")
    scan(1, GTIN[1], quantity=0)
    scan(1, GTIN[1], quantity=3)
    scan(2, "NOTE:17", GTIN[1], "NOTE:17:JOIN", GTIN[1])
    scan(1, GTIN[1], GTIN[1])
    scan(1, GTIN[1], quantity=0)
    scan(2, GTIN[1], "CMD:UNDO:1", "CMD:UNDO:1")
    scan(2, GTIN[1], GTIN[4], "L1", "BIN:A-04", GTIN[4], f"]d201{GTIN[4]}10L9", "L1", GTIN[5], f"]d201{GTIN[5]}21S9")
    scan(2, "CMD:SHORT:missing", line=1)
    scan(2, f"]d201{GTIN[5]}21S1", f"]d201{GTIN[5]}21S1")
    after = (*wrong, GTIN[1], f"]d201{GTIN[4]}10L1", f"]d201{GTIN[5]}21S2", GTIN[4], GTIN[5], "CMD:SHORT:missing")
    scan(1, *after)  # all is picked
    scan.world.release(18, (1, 1))
    scan(2, "NOTE:18", f"]d201{GTIN[5]}21S1")


def at_the_bench(scan: Tour) -> str:
    """The SSCC of note 17's parcel."""
    scan(3, GTIN[1], "CMD:PARCEL", "CMD:CLOSE", "CMD:OUT:1", "NOTE:18", "NOTE:99", "NOTE:17", "CMD:CLOSE", "CMD:OUT:1")
    scan(3, GTIN[3], "NOSUCH", GTIN[1])
    scan(3, GTIN[1], quantity=9)
    scan(3, GTIN[1], quantity=0)
    scan(1, "CMD:UNDO")
    scan(3, "CMD:OUT:9", "CMD:PACKALL", "CMD:PACKALL", GTIN[1], GTIN[3])
    scan(3, GTIN[1], quantity=0)
    scan(8, "NOTE:17", "CMD:CLOSE")
    scan(3, "NOTE:17")
    sscc = str(scan(3, "CMD:CLOSE").fields["sscc"])
    acts = (f"CMD:{act}:{rest}" for act in ("REPRINT", "VOID") for rest in ("1", "1:bogus", "9:damaged", "x"))
    scan(3, *acts, "CMD:CLOSE", "CMD:OUT:1", f"]C100{STRANGE}", "STATION:8", "STATION:99", "PRINTER:none")
    return sscc


def at_the_door(scan: Tour, sscc: str) -> None:
    tag, strange = encode_sscc(sscc, 7), encode_sscc(STRANGE, 7)
    scan(7, "CMD:SHIP", "SF1234567890123", "NOTE:17")
    scan(4, "CMD:SHIP", "CMD:WAIVE", "SF1234567890123", "NOTE:99", "NOTE:18", f"]C100{sscc}", f"]C100{STRANGE}")
    scan(5, tag, strange, "E280AA")
    scan(4, "NOTE:17", "CMD:SHIP", "CMD:WAIVE", "CMD:WAIVE:x")
    scan(6, tag, strange, "E280AA")
    scan(4, f"]C100{sscc}", "CMD:SHIP", "SF12", "SF1234567890123", "SF1234567890124", "CMD:SHIP", "CMD:SHIP")
    scan(5, tag)
    scan(4, f"]C100{sscc}", "NOTE:17")
    scan(3, "NOTE:17", "CMD:VOID:1:damaged")
    scan(1, "NOTE:17", f"]d201{GTIN[5]}21S1")


def twice_and_strangers(scan: Tour) -> None:
    world = scan.world
    scan(2, GTIN[3])
    scan(2, GTIN[3], after=0.005)
    scan(2, GTIN[3], session="none")
    scan(1, GTIN[3], session=world.sign_in(2, 2))
    scan(1, GTIN[1], id="once-only")
    scan(1, GTIN[2], id="once-only")
    world.station(9, "pick")
    scan(9, GTIN[1])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_refusal_says_a_dash_where_it_should_say_a_fact(world: World, lang: str) -> None:
    scan = Tour(world)
    at_the_shelf(scan)
    at_the_door(scan, at_the_bench(scan))
    twice_and_strangers(scan)
    assert len({reply.code for _, reply in scan.refused}) >= 40
    texts = {(reply.code, code): told(lang, reply) for code, reply in scan.refused}
    assert {key: text for key, text in texts.items() if "—" in text} == {}
