"""One of every label, with what a scanner must read from it; shared by the tests of this room."""

from functools import partial

from labels import badge, command, item, note, pallet, parcel, place, scanner_setup, scanner_test, station
from labels.media import Media
from labels.symbols.code128 import FNC3

SSCC = "106141412345678908"
GTIN13, GTIN14 = "9506000134352", "19506000134359"
TRACED = (("01", "09506000134352"), ("17", "261231"), ("10", "LOT-77"), ("21", "SN000123"))
CONTENT = (("02", "09506000134352"), ("15", "261231"), ("10", "LOT-77"), ("37", "480"))

PARCEL = parcel.ParcelLabel(
    sscc=SSCC,
    ship_to=("上海好运来贸易有限公司", "王小明 +86 138 0013 8000", "浦东新区世纪大道100号 23 楼", "200120 上海"),
    service="SF Express 次日达",
    note="DN-2026-000017",
    order="SO-2026-000123",
    weight_g=12345,
    n=2,
    of=5,
    marks=("FRAGILE 易碎", "KEEP DRY"),
)

TEST_IDS = {"gs1": "]C1", "aim": "]E0"}


def _test(name: str, media: Media) -> bytes:
    return scanner_test.zpl(scanner_test.ScannerTestLabel(name), media)


def _setup(name: str, media: Media) -> bytes:
    return scanner_setup.zpl(scanner_setup.ScannerSetupLabel(name), media)


SAMPLES = {
    "parcel": (lambda media: parcel.zpl(PARCEL, media), (100, 150), [("]C1", b"00" + SSCC.encode())]),
    "pallet": (
        lambda media: pallet.zpl(
            pallet.PalletLabel(SSCC, ("Ernst Handel", "Kirchgasse 6", "8010 Graz"), "SHP-12", 24, CONTENT), media
        ),
        (148, 210),
        [("]C1", b"02095060001343521526123110LOT-77\x1d37480"), ("]C1", b"00" + SSCC.encode())],
    ),
    "item": (
        lambda media: item.zpl(item.ItemLabel("A-1001", "Chai 印度茶", GTIN13, "box of 10"), media),
        (60, 40),
        [("]E0", GTIN13.encode())],
    ),
    "carton": (
        lambda media: item.zpl(item.ItemLabel("A-1001", "Chai", GTIN14, "carton"), media),
        (80, 40),
        [("]I1", GTIN14.encode())],
    ),
    "traced item": (
        lambda media: item.zpl(item.ItemLabel("A-1001", "Tablets", elements=TRACED), media),
        (60, 40),
        [("]d2", b"01095060001343521726123110LOT-77\x1d21SN000123")],
    ),
    "place": (
        lambda media: place.zpl(place.PlaceLabel("P-A-01-2", "A-01-2", "up"), media),
        (100, 40),
        [("]C0", b"P-A-01-2")],
    ),
    "badge": (
        lambda media: badge.zpl(badge.BadgeLabel("B-7f3a9c", "王小明", "Picker"), media),
        (60, 40),
        [("]C0", b"B-7f3a9c")],
    ),
    "station": (
        lambda media: station.zpl(station.StationLabel("https://floor.example/s/1?a=^XA", "Pack 1"), media),
        (60, 40),
        [("]Q1", b"https://floor.example/s/1?a=^XA")],
    ),
    "note": (
        lambda media: note.zpl(note.NoteLabel("DN-2026-000017", "上海好运来贸易有限公司", "SO-123", 12), media),
        (100, 70),
        [("]C0", b"DN-2026-000017")],
    ),
    "command": (
        lambda media: command.zpl(command.CommandLabel("CMD-SHORT", "Short 短拣"), media),
        (60, 40),
        [("]C0", b"CMD-SHORT")],
    ),
    **{
        f"test {name}": (partial(_test, name), (60, 40), [(TEST_IDS.get(name, "]C0"), said.encode())])
        for name, said in scanner_test.TESTS.items()
    },
    **{  # FNC3 is not among what is read: it tells the scanner that this is meant for itself
        f"setup {name}": (partial(_setup, name), (60, 40), [("]C0", said.replace(FNC3, "").encode())])
        for name, said in scanner_setup.SETUPS.items()
    },
}


def sample(kind: str, dpi: int = 203, language: str = "en") -> bytes:
    """The ZPL of one sample label."""
    build, (width, height), _ = SAMPLES[kind]
    return build(Media(width, height, dpi, language=language))
