"""What the pages for people, stations and rules say: roles, kinds, refusals, and what a change of them reads like later."""

from typing import Any

from web import figures
from web.text import N_, texts
from web.texts.rules import RULES, TAX

REFUSED = {
    "role_missing": N_("Tick at least one role."),
    "bad_pin": N_("A PIN is {min} to {max} digits."),
    "bad_password": N_("A password has {min} to {max} characters."),
    "bad_login": N_("{login} cannot be a login: at most {max} characters, no blanks."),
    "login_taken": N_("Login {login} already belongs to somebody, perhaps to one who left. Take another one."),
    "login_missing": N_("A password needs a login beside it."),
    "password_missing": N_("Login {login} needs a password beside it."),
    "last_administrator": N_("Nobody would be left who may administer and can sign in. Make somebody else one first."),
    "station_taken": N_("There is a station {name} already. Take another name, or give that one a further device."),
    "bad_double_fire": N_("{value} is no possible time for reading twice; from {min} to {max} milliseconds."),
    "bad_stale": N_("{value} is no possible age of a scan; from {min} to {max} seconds."),
    "token_shown": N_("This address was shown when it was made, and is kept nowhere. Make one for one more device."),
    "time_zone_unknown": N_("{value} is no time zone. Choose one from the list."),
    "warehouse_unknown": N_("No place belongs to warehouse {value}. There are: {choices}."),
    "bad_percent": N_("{value} is no possible percentage; from {min} to {max}."),
    "prefix_in_use": N_(
        "Labels with numbers that begin with {value} are out. With another prefix two of them could be equal, so it stays."
    ),
    "currency_in_use": N_("There are orders in {value} already; their amounts would mean something else. It stays."),
}
ROLES = {
    "picker": (N_("Picker"), N_("takes goods out of the bins")),
    "packer": (N_("Packer"), N_("fills and closes parcels, prints labels")),
    "shipper": (N_("Shipper"), N_("loads trucks, sends shipments off")),
    "supervisor": (N_("Supervisor"), N_("all of the floor; signs for what is missing, settles cases, receives goods")),
    "sales": (N_("Sales"), N_("customers and orders")),
    "reviewer": (N_("Reviewer"), N_("approves orders that others entered")),
    "finance": (N_("Finance"), N_("invoices, payments, balances")),
    "manager": (N_("Manager"), N_("orders, approval, prices, rules, goods received")),
    "admin": (N_("Administrator"), N_("people, stations, rules, prices, imports")),
}
KINDS = {
    "pick": (N_("Picking"), N_("confirms what is taken out of the bins")),
    "pack": (N_("Packing"), N_("fills parcels, prints their labels")),
    "dock": (N_("Loading and shipping"), N_("scans parcels onto the truck at a door")),
    "gate": (N_("Gate"), N_("an RFID gate sees parcels pass a door")),
}
FIELDS = {
    "particulars": N_("person's name"),
    "name": N_("name"),
    "roles": N_("roles"),
    "language": N_("language"),
    "kind": N_("for"),
    "door": N_("door"),
    "printer": N_("printer"),
    "warehouse": N_("warehouse"),
    "double_fire_ms": N_("read twice within, ms"),
    "stale_s": N_("scan too old after, s"),
    "scan_back": N_("label scanned back before loading"),
    "retired": N_("retired"),
    "badge": N_("badge"),
    "pin": N_("badge PIN"),
    "login": N_("login"),
    "password": N_("password"),
}

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


def changes(lang: str, entity: str, key: str, changed: dict[str, Any]) -> list[str]:
    """What the fact Edited says of a person, station or rule, one text a column; of other things column = value."""
    translate = texts(lang).gettext
    if entity == "policy":
        return [rule_value(lang, key, str(value)) for value in changed.values()]
    if entity not in ("person", "station"):
        return [f"{name} = {value}" for name, value in changed.items()]
    told = []
    for name, value in changed.items():
        field = translate(FIELDS[name]) if name in FIELDS else name
        told.append(field if name == "particulars" else f"{field} = {_value(lang, name, value)}")
    return told


def rule_value(lang: str, name: str, value: str) -> str:
    """A rule's value as people read it."""
    if name in RULES and RULES[name].kind == TAX and value.isdigit():
        return f"{figures.percent(int(value))} %"
    return _value(lang, name, {"yes": True, "no": False}.get(value, value))


def _value(lang: str, name: str, value: Any) -> str:
    translate = texts(lang).gettext
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    if name == "roles":
        return ("、" if lang == "zh" else ", ").join(translate(ROLES[role][0]) for role in str(value).split())
    if name == "language":
        return LANGUAGE_NAMES.get(value, str(value))
    if name == "kind" and value in KINDS:
        return translate(KINDS[value][0])
    return str(value) if value != "" else translate("none")


YES_NO = (N_("yes"), N_("no"))
