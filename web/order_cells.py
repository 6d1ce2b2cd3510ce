"""What the order form shows beside the fields, in the reader's words: the page renders it, and the script fetches it afresh."""

from collections.abc import Callable
from typing import Any

from floor.refusal import Refusal
from web import figures
from web.order_sketch import Row, Sketch
from web.shown import amount
from web.text import N_, texts
from web.texts.verdicts import verdict_text


def cells(made: Sketch, lang: str) -> dict[str, Any]:
    """Texts only: `customer`, `rows` in the order of the form, `totals`, `wrong` by field of the head."""
    say = texts(lang).gettext
    return {
        "customer": _customer(made, say),
        "rows": [_row(made, row, lang, say) for row in made.rows],
        "totals": {
            name: f"{figures.money(getattr(made, f'{name}_minor'), made.currency)} {made.currency}"
            for name in ("net", "freight", "tax", "total")
        },
        "wrong": {name: _words(refusal, lang) for name, refusal in made.wrong.items()},
    }


def _words(refusal: Refusal, lang: str) -> str:
    return verdict_text(lang, refusal.code, refusal.fields)


def _customer(made: Sketch, say: Callable[[str], str]) -> dict[str, str]:
    who = made.customer
    if who is None:
        return {"name": "", "terms": "", "address": ""}
    terms = [made.currency]
    if who.level:
        terms.append(say(N_("Level {level}")).format(level=who.level))
    if who.discount_bp:
        terms.append(say(N_("Discount {percent} %")).format(percent=figures.percent(who.discount_bp)))
    if made.tax_bp:
        terms.append(say(N_("Tax {percent} %")).format(percent=figures.percent(made.tax_bp)))
    terms.append(say(N_("Pays within {days} days")).format(days=who.payment_days))
    named = " ".join(str(made.who.get(name, "")) for name in ("name", "contact", "phone")).strip()
    return {
        "name": named,
        "terms": " · ".join(terms),
        "address": address_line(made.address) or say(N_("No address known")),
    }


def address_line(address: dict[str, Any]) -> str:
    """An address in one line, as far as it is known."""
    parts = ("name", "contact", "phone", "province", "city", "address", "postcode", "country")
    return " ".join(str(address[part]) for part in parts if address.get(part))


def _row(made: Sketch, row: Row, lang: str, say: Callable[[str], str]) -> dict[str, str]:
    shown = dict.fromkeys(("code", "name", "list", "net", "stock", "tone", "wrong", "field"), "")
    if row.wrong is not None:
        shown["field"], shown["wrong"] = row.wrong[0], _words(row.wrong[1], lang)
    if row.item is None:
        return shown
    shown["code"] = row.item.code
    shown["name"] = " ".join(part for part in (row.item.name, row.item.spec, "·", row.item.unit) if part)
    shown["list"] = figures.price(row.list_micro, made.currency) or say(N_("no price"))
    shown["net"] = figures.money(row.net_minor, made.currency)
    if row.held is not None:
        shown["tone"], shown["stock"] = _stock(row, say)
    return shown


def _stock(row: Row, say: Callable[[str], str]) -> tuple[str, str]:
    held, scale = row.held or 0, row.item.scale
    if held == row.quantity:
        return "ok", say(N_("Enough"))
    short = amount(row.quantity - held, scale)
    return "bad", say(N_("Not enough: {short} {unit} short")).format(short=short, unit=row.item.unit)
