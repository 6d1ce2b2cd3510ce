"""One of every paper, with as many lines as wanted; shared by the tests and the pictures."""

from labels.papers import credit_note, delivery_note, invoice, order_confirmation, packing_list, pick_list
from labels.papers.sheet import Pdf
from labels.papers.trade import Party, PricedLine, Sums

MAKER = Party("上海北风贸易有限公司", ("浦东新区张江路 88 号", "021-5080 1234"), "91310115MA1K3ABC4X",
              "中国银行张江支行 4400 1234 5678")  # fmt: skip
BUYER = Party("上海好运来贸易有限公司", ("王小明 138 0013 8000", "浦东新区世纪大道100号 23 楼", "200120 上海"))
GOODS = (("A-1001", "印度茶 Chai 10 盒 × 20 袋", "箱"), ("A-1002", "大理石纹咖啡杯 350 ml", "个"),
         ("B-77", "Wüsthof Messer 20 cm, rostfrei", "pc"), ("C-9", "超高频标签 RFID (Gen 2) 500 张一卷", "卷"))  # fmt: skip


def priced(count: int) -> tuple[PricedLine, ...]:
    lines = []
    for place in range(count):
        item, name, unit = GOODS[place % len(GOODS)]
        quantity = place % 7 + 1
        lines.append(PricedLine(item, name, str(quantity), unit, "25.0125", quantity * 2501, "2026-11-30"))
    return tuple(lines)


def sums(lines: tuple[PricedLine, ...], sign: int = 1) -> Sums:
    net = sum(line.amount_minor for line in lines)
    tax = round((net + 1500) * 13 / 100)
    return Sums(sign * net, sign * (net + 1500 + tax), (("13", sign * tax),), sign * 1500)


def delivered(count: int, language: str = "zh") -> delivery_note.DeliveryNote:
    lines = tuple(
        delivery_note.DeliveredLine(*GOODS[place % 4][:2], str(place + 1), GOODS[place % 4][2], f"LOT-{place:03}")
        for place in range(count)
    )
    return delivery_note.DeliveryNote(
        "DN-2026-000017", "NOTE:17", "2026-11-24", "SO-2026-000123", MAKER, BUYER, lines, reference="PO 4711/26",
        carrier="顺丰速运", tracking="SF1234567890123", parcels="2", weight_kg="12.345", remarks="货到请当面验收。",
        link="https://floor.example/n/17", language=language,
    )  # fmt: skip


def packed(count: int, language: str = "zh") -> packing_list.PackingList:
    def lines(many: int) -> tuple[packing_list.PackedLine, ...]:
        goods = [GOODS[place % 4] for place in range(many)]
        return tuple(packing_list.PackedLine(item, name, "3", unit, "LOT-77") for item, name, unit in goods)

    parcels = (
        packing_list.PackedParcel("106141412345678908", lines(count // 2), "7.500"),
        packing_list.PackedParcel("106141412345678915", lines(count - count // 2), "4.845"),
    )
    return packing_list.PackingList(
        "DN-2026-000017", "NOTE:17", "2026-11-24", "SO-2026-000123", MAKER, BUYER, parcels, "PO 4711/26", "12.345",
        language,
    )  # fmt: skip


def picked(count: int, language: str = "zh") -> pick_list.PickList:
    stops = tuple(
        pick_list.Stop(f"A-{place // 10:02}-{place % 10}", *GOODS[place % 4][:2], "2", GOODS[place % 4][2], "LOT-77")
        for place in range(count)
    )
    return pick_list.PickList(
        "DN-2026-000017", "NOTE:17", "2026-11-24", "SO-2026-000123", MAKER.name, BUYER.name, stops, "顺丰速运",
        "2026-11-25 16:00", "易碎，轻放。", language,
    )  # fmt: skip


def confirmed(count: int, language: str = "zh") -> order_confirmation.OrderConfirmation:
    lines = priced(count)
    return order_confirmation.OrderConfirmation(
        "SO-2026-000123", "ORDER:123", "2026-11-24", MAKER, BUYER, lines, sums(lines), ship_to=BUYER,
        reference="PO 4711/26", payment="月结 30 天", delivery="送货上门", remarks="本确认书盖章后生效。",
        link="https://floor.example/o/123", language=language,
    )  # fmt: skip


def billed(count: int, language: str = "zh") -> invoice.Invoice:
    lines = tuple(PricedLine(*(line.item, line.name, line.quantity, line.unit, line.price, line.amount_minor))
                  for line in priced(count))  # fmt: skip
    return invoice.Invoice(
        "INV-2026-0042", "INV-2026-0042", "2026-11-24", "SO-2026-000123", MAKER, BUYER, lines, sums(lines),
        notes="DN-2026-000017", reference="PO 4711/26", due="2026-12-24", payment="月结 30 天", language=language,
    )  # fmt: skip


def credited(count: int, language: str = "zh") -> credit_note.CreditNote:
    lines = tuple(PricedLine(line.item, line.name, line.quantity, line.unit, line.price, -line.amount_minor)
                  for line in priced(count))  # fmt: skip
    return credit_note.CreditNote(
        "CN-2026-0007", "CN-2026-0007", "2026-11-25", "SO-2026-000123", "INV-2026-0042", "货物破损退回", MAKER, BUYER,
        lines, sums(priced(count), -1), reference="PO 4711/26", language=language,
    )  # fmt: skip


PAPERS = {
    "delivery_note": (delivered, delivery_note.pdf),
    "packing_list": (packed, packing_list.pdf),
    "pick_list": (picked, pick_list.pdf),
    "order_confirmation": (confirmed, order_confirmation.pdf),
    "invoice": (billed, invoice.pdf),
    "credit_note": (credited, credit_note.pdf),
}


def paper(kind: str, count: int = 12, language: str = "zh") -> Pdf:
    """The sample with so many lines."""
    make, pdf = PAPERS[kind]
    return pdf(make(count, language))
