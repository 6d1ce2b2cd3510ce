"""GS1 Digital Link: the same element strings, written as a web address (GS1 Digital Link Standard: URI Syntax)."""

import re
from urllib.parse import unquote, unquote_plus

from floor.check_digit import BadCode, is_digits
from floor.element_strings import Element, Identifier, identifier, refuse_contradictions, whole_value

SCHEMES = ("http://", "https://", "HTTP://", "HTTPS://")

_ADDRESS = re.compile(
    r"(?:https?|HTTPS?)://[A-Za-z0-9\-.:\[\]]+(/[A-Za-z0-9\-._~:/\[\]@!$&'()*+,;=%]*)(?:\?([^#]*))?(?:#.*)?", re.ASCII
)
_ALLOWED = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*", re.ASCII)

# Primary keys and the qualifiers that may follow them in the path, in this order, all optional; "|" parts choices.
_KEYS = {
    "00": "", "253": "", "255": "", "401": "", "402": "", "8003": "", "8013": "",
    "01": "22 10 21|235", "8006": "22 10 21", "414": "254|7040", "415": "8020", "417": "7040",
    "8004": "7040", "8010": "8011", "8017": "8019", "8018": "8019",
}  # fmt: skip
_NEVER_ATTRIBUTES = {"03", "21", "22", "235", "254", "7040", "7041", "8011", "8014", "8019", "8020", "8200"} | {
    f"804{last}" for last in range(4)
}


def parse(address: str) -> list[Element]:
    """The elements of a Digital Link, path first.

    Raises BadCode not_digital_link (any other web address), bad_key_sequence, dl_qualifier_in_query,
    dl_attribute_not_allowed, unknown_ai, duplicate_conflict, or as element_strings.value_of.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None or not _ALLOWED.fullmatch(address):
        raise BadCode("not_digital_link")
    path = _path(match[1])
    key, qualifiers = path[0][0], [ai for ai, _ in path[1:]]
    if not any(_in_order(qualifiers, choice.split()) for choice in _KEYS[key].split("|")):
        raise BadCode("bad_key_sequence", ai=key)
    elements = path + _query(match[2] or "", key, [ai for ai, _ in path])
    refuse_contradictions(elements)
    return elements


def _exact(text: str) -> Identifier | None:
    known = identifier(text) if 2 <= len(text) <= 4 else None
    return known if known is not None and known.ai == text else None


def _path(path: str) -> list[Element]:
    """The pairs from the last primary key on; what stands before belongs to the site."""
    parts = path.split("/")[1:]
    at = len(parts) - 2
    while at >= 0 and parts[at] not in _KEYS and _exact(parts[at]) is not None:
        at -= 2
    if at < 0 or parts[at] not in _KEYS:
        raise BadCode("not_digital_link")
    return [_element(parts[i], unquote(parts[i + 1])) for i in range(at, len(parts), 2)]


def _element(ai: str, value: str) -> Element:
    known = _exact(ai)
    if known is None:
        raise BadCode("unknown_ai", ai=ai)
    return ai, whole_value(known, value)


def _query(query: str, key: str, path: list[str]) -> list[Element]:
    """The attributes behind "?"; words that are no identifiers (linkType ...) are for the web server."""
    elements: list[Element] = []
    for parameter in query.split("&"):
        ai, equals, value = parameter.partition("=")
        if not equals or not is_digits(ai):
            continue
        if ai in _KEYS[key].replace("|", " ").split():
            raise BadCode("dl_qualifier_in_query", ai=ai)
        if ai in _NEVER_ATTRIBUTES:
            raise BadCode("dl_attribute_not_allowed", ai=ai)
        if ai in path or any(ai == other for other, _ in elements):
            raise BadCode("duplicate_conflict", ai=ai)
        elements.append(_element(ai, unquote_plus(value)))
    return elements


def _in_order(some: list[str], every: list[str]) -> bool:
    rest = iter(every)
    return all(one in rest for one in some)
