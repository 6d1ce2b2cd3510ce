"""Items, with a code for the piece, one for the case, and any others that labels carry."""

from typing import Any

from floor import cataloguing
from floor.storage.record import Tx
from floor.words import Tracking
from web.imports.columns import BadRow, Column, gtin, key, one_of, text, whole, yes_no

CODES = ("gtin", "case_gtin", "case_quantity", "case_name", "codes")


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(key(code) for code in cell.split())


COLUMNS = (
    Column("code", "编码", "T-1001", key, required=True),
    Column("name", "名称", "中性笔 0.5mm 黑", text, required=True),
    Column("name_en", "英文名称", "Gel pen 0.5 mm black", text),
    Column("spec", "规格", "12 支/盒", text),
    Column("unit", "单位", "支", text, empty="件"),
    Column("scale", "小数位", "0", whole(0, 6), empty=0),
    Column("tracking", "追踪", "none", one_of(*Tracking), empty="none"),
    Column("expires", "有有效期", "no", yes_no, empty=False),
    Column("weight_g", "重量克", "12", whole(0, 10**9), empty=0),
    Column("gtin", "条码", "2012345000018", gtin),
    Column("case_gtin", "箱码", "12012345000015", gtin),
    Column("case_quantity", "每箱数量", "12", whole(2, 10**6), empty=None),
    Column("case_name", "包装名", "盒", text),
    Column("codes", "其他编码", "", _codes, empty=()),
    Column("retired", "停用", "no", yes_no, empty=False),
)


def key_of(row: dict[str, Any]) -> str:
    return str(row["code"])


def take(tx: Tx, row: dict[str, Any], document: str) -> bool:
    """Bring one item in; True where anything was news."""
    if bool(row.get("case_gtin")) != bool(row.get("case_quantity")):
        raise BadRow("case_gtin and case_quantity go together")
    changes = {name: value for name, value in row.items() if name not in CODES}
    item, news = cataloguing.edit_item(tx, row["code"], changes)
    singles = [code for code in (row.get("gtin"), *row.get("codes", ())) if code]
    told = [cataloguing.edit_code(tx, code, item) for code in singles]
    if row.get("case_gtin"):
        case = row.get("case_name") or "箱"
        told.append(cataloguing.edit_code(tx, row["case_gtin"], item, row["case_quantity"], case))
    return news or any(told)
