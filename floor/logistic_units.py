"""The next number of a parcel or pallet: its SSCC, and what its RFID tag says."""

from typing import NamedTuple

from sqlalchemy import Connection

from floor.check_digit import sscc
from floor.policy import read as read_policy
from floor.storage import series
from floor.tag_writing import encode_sscc

PARCEL, PALLET = 0, 6  # filter values of SSCC-96 (GS1 EPC Tag Data Standard, table 10-3): others, unit load
SHORTEST_PREFIX = 6  # in a tag; a company prefix of 4 or 5 digits stands for whole blocks of such (the same, 7)


class Numbered(NamedTuple):
    """`serial_number` is the number used in the site's SSCC series; `epc`: SSCC-96 as hex, to be written into a tag."""

    sscc: str
    serial_number: int
    epc: str


def next_number(db: Connection, filter: int = PARCEL) -> Numbered:
    """The number after the last one used; used up by the fact that carries it. BadCode: company_prefix is wrong."""
    prefix, number = read_policy(db, "company_prefix"), series.next_number(db, "sscc")
    code = sscc(prefix, number)
    return Numbered(code, number, encode_sscc(code, max(len(prefix), SHORTEST_PREFIX), filter))
