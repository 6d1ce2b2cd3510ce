"""What people type into forms becomes exact numbers and days: full-width digits and thousands' commas too, never a float."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import Field

from floor.refusal import Refusal

Number = Annotated[int, Field(ge=0, le=2**31 - 1)]  # a document's, in an address or form: no column holds more
_NUMBER = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,30})?(?:\.([0-9]{0,30}))?")
_MICRO = 6


def clean(value: str) -> str:
    """Compatibility forms made plain (１２ is 12, ，is a comma), outer blanks gone."""
    return unicodedata.normalize("NFKC", value).strip()


def number(value: str, places: int) -> int:
    """The typed decimal as an integer of 10^-places: "1,234.5" with two places is 123450. Refuses bad_number."""
    found = _NUMBER.fullmatch(clean(value).removeprefix("¥").strip())
    whole, rest = found.groups() if found else (None, None)
    rest = (rest or "").rstrip("0")
    if not (whole or rest) or len(rest) > places:
        raise Refusal("bad_number", value=value[:40], places=places)
    return int((whole or "0").replace(",", "") + rest.ljust(places, "0"))


def price_micro(value: str) -> int | None:
    """A typed price in 10^-6 of the currency's unit; None where nothing was typed."""
    return number(value, _MICRO) if clean(value) else None


def basis_points(value: str) -> int | None:
    """A typed percentage in 1/100 of a percent; None where nothing was typed."""
    return number(clean(value).removesuffix("%").strip(), 2) if clean(value) else None


def day(value: str) -> date | None:
    """A typed ISO date, or None for none. Refuses bad_day."""
    if not clean(value):
        return None
    try:
        return date.fromisoformat(clean(value))
    except ValueError:
        raise Refusal("bad_day", value=value[:40]) from None


def page_of(query: Mapping[str, str]) -> int:
    """The page that an address asks for, at least 1; what is no number is the first."""
    asked = query.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 1


def whole_of(query: Mapping[str, str], name: str) -> int:
    """A document's number among the members of an address or form; 0 where there is none."""
    asked = clean(query.get(name, ""))
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
