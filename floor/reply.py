"""The answer to a scan: a stable verdict with its fields, its sound, how far the note is and what comes next."""

from typing import Any, Literal

import msgspec

Sound = Literal["ok", "error", "done", "double"]


class Progress(msgspec.Struct, kw_only=True):
    """How far a note is, in units."""

    id: int
    state: str
    units: int
    done_units: int


class Next(msgspec.Struct, kw_only=True):
    """The next step: `quantity` of `item` from `bin`; `line` is the note's line."""

    bin: str
    item: str
    code: str
    quantity: int
    unit: str
    line: int
    lot: str


class ItemVerdict(msgspec.Struct, kw_only=True):
    """The verdict on one code of a gate passage."""

    code: str
    verdict: str
    fields: dict[str, Any]


class Reply(msgspec.Struct, kw_only=True):
    """What POST /scan answers, but for the text, which is made in the reader's language when it is sent."""

    id: str = ""
    accepted: bool = True
    code: str
    fields: dict[str, Any] = {}
    sound: Sound = "ok"
    items: list[ItemVerdict] | None = None
    note: Progress | None = None
    next: Next | None = None


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Reply).decode
