"""Customers with their terms and their usual address."""

from typing import Any

from floor.ledger import customers
from floor.ledger.customers import CustomerForm
from floor.storage import particulars
from floor.storage.record import Tx
from web.imports.columns import Column, decimal, key, text, whole, yes_no

ADDRESS = ("address", "city", "province", "postcode", "country")
TERMS = ("code", "level", "currency", "discount_bp", "tax_bp", "payment_days", "retired")
OWN = ("name", "contact", "phone", "code", "level", "currency", "payment_days", "retired")

COLUMNS = (
    Column("code", "编码", "C-1001", key, required=True),
    Column("name", "名称", "上海晨光商贸有限公司", text, required=True),
    Column("contact", "联系人", "王芳", text),
    Column("phone", "电话", "021-5550 0101", text),
    Column("address", "地址", "浦东新区张江路 88 号", text),
    Column("city", "城市", "上海市", text),
    Column("province", "省份", "上海市", text),
    Column("postcode", "邮编", "201203", text),
    Column("country", "国家", "中国", text),
    Column("level", "等级", "A", text),
    Column("currency", "币种", "CNY", key),
    Column("discount_percent", "折扣%", "2.5", decimal(2), empty=0),
    Column("tax_percent", "税率%", "13", decimal(2), empty=None),
    Column("payment_days", "账期天数", "30", whole(0, 3650), empty=30),
    Column("retired", "停用", "no", yes_no, empty=False),
)


def key_of(row: dict[str, Any]) -> str:
    return str(row["code"])


def take(tx: Tx, row: dict[str, Any], document: str) -> bool:
    """Bring one customer in; what the file has no column for stays as it is. True where anything was news."""
    known = customers.by_code(tx.db, row["code"])
    form = CustomerForm(code=row["code"], name=row["name"]) if known is None else _form_of(tx, known)
    for name in OWN:
        if name in row:
            setattr(form, name, row[name])
    if "discount_percent" in row:
        form.discount_bp = row["discount_percent"]
    if "tax_percent" in row:
        form.tax_bp = row["tax_percent"]
    form.address = _address(form, row)
    before = tx.head.id
    customers.edit(tx, None if known is None else known.id, form)
    return tx.head.id > before


def _form_of(tx: Tx, known: Any) -> CustomerForm:
    who = particulars.read(tx.db, known.particulars)
    terms = {name: getattr(known, name) for name in TERMS}
    terms |= {name: who.get(name, "") for name in ("name", "contact", "phone")}
    return CustomerForm(**terms, address=particulars.read(tx.db, known.ship_to) if known.ship_to else {})


def _address(form: CustomerForm, row: dict[str, Any]) -> dict[str, str]:
    """The usual address with the name over it, as a label shows it; {} where no part of it is known."""
    address = {**form.address, **{name: row[name] for name in ADDRESS if name in row}}
    if not any(address.get(name) for name in ADDRESS):
        return {}
    head = {name: value for name in ("name", "contact", "phone") if (value := getattr(form, name))}
    return {**{name: value for name, value in address.items() if value}, **head}
