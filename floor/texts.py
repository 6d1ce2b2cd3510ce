"""What people type: trimmed, of a bearable length, nothing in it that a database or a printer chokes on."""

import unicodedata

from floor.refusal import Refusal

MOST_ID = 2**31 - 1


def text(field: str, value: str, most: int = 200) -> str:
    """The text in NFC without surrounding blanks; `text_too_long` or `bad_text` names the field."""
    value = unicodedata.normalize("NFC", value.strip())
    if len(value) > most:
        raise Refusal("text_too_long", field=field, max=most)
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in value):
        raise Refusal("bad_text", field=field)
    return value


def reason(value: str) -> str:
    """A reason that somebody must give."""
    given = text("reason", value)
    if not given:
        raise Refusal("reason_missing")
    return given


def whole(code: str, value: int, least: int, most: int, *, called: str = "value", **told: str) -> int:
    """The number where it is whole and within the bounds, else a refusal `code`, whose words know it as `called`."""
    if type(value) is not int or not least <= value <= most:
        raise Refusal(code, **{called: str(value)[:20]}, min=least, max=most, **told)
    return value
