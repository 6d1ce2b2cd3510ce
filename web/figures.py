"""How money, prices and percentages read: with the places of their currency (ISO 4217), and as fields take them back."""

from collections.abc import Callable, Mapping

from floor.ledger.currencies import PLACES

_MICRO = 6


def _split(number: int, places: int) -> tuple[str, str, str]:
    sign, digits = ("-", -number) if number < 0 else ("", number)
    whole, rest = divmod(digits, 10**places)
    return sign, str(whole), str(rest).rjust(places, "0") if places else ""


def money(minor: int | None, currency: str) -> str:
    """An amount in minor units: 123450 CNY is 1,234.50; None is an empty text."""
    if minor is None:
        return ""
    sign, whole, rest = _split(minor, PLACES.get(currency, 2))
    return f"{sign}{int(whole):,}" + (f".{rest}" if rest else "")


def money_typed(minor: int | None, currency: str) -> str:
    """The same as a field takes it back: no commas, nothing for nothing."""
    return money(minor, currency).replace(",", "") if minor else ""


def price(micro: int | None, currency: str) -> str:
    """A price in 10^-6 of the unit, with at least the currency's places: 12340000 CNY is 12.34, 1234500 is 1.2345."""
    if micro is None:
        return ""
    _, whole, rest = _split(micro, _MICRO)
    rest = rest.rstrip("0").ljust(PLACES.get(currency, 2), "0")
    return f"{int(whole):,}" + (f".{rest}" if rest else "")


def price_typed(micro: int | None, currency: str) -> str:
    return price(micro, currency).replace(",", "")


def percent(basis_points: int | None) -> str:
    """1/100 of a percent as a percentage without its sign: 1300 is 13, 250 is 2.5."""
    if basis_points is None:
        return ""
    sign, whole, rest = _split(basis_points, 2)
    rest = rest.rstrip("0")
    return f"{sign}{whole}" + (f".{rest}" if rest else "")


FILTERS: Mapping[str, Callable[..., str]] = {
    "money": money, "money_typed": money_typed, "price": price, "price_typed": price_typed, "percent": percent,
}  # fmt: skip
