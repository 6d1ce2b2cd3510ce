"""Every change carries an id made by its caller; the same id and content gets the stored answer, other content is refused."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import Column, LargeBinary, Text, bindparam, select
from sqlmodel import Field, SQLModel

from floor.refusal import Refusal
from floor.storage.database import CLUSTERED, Utc, table
from floor.storage.prepared import Prepared
from floor.storage.record import Tx

# Made by whoever asks; printable, as PostgreSQL stores no NUL and nobody reads what cannot be shown.
Id = Annotated[str, msgspec.Meta(min_length=8, max_length=64, pattern=r"\A[!-~]+( [!-~]+)*\Z")]


class Request(SQLModel, table=True):
    """Working table: the answer that each request got."""

    __tablename__ = "request"
    __table_args__ = CLUSTERED
    id: str = Field(sa_column=Column(Text, primary_key=True))
    digest: str
    reply: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: datetime = Field(sa_column=Column(Utc, nullable=False))


REQUEST = table(Request)
_seen = Prepared(select(REQUEST.c.digest, REQUEST.c.reply).where(REQUEST.c.id == bindparam("key")))
_canonical = msgspec.json.Encoder(order="deterministic").encode


def digest(content: Any) -> str:
    """SHA-256 of the canonical JSON of what was asked, without device, token and time of sending."""
    return hashlib.sha256(_canonical(content)).hexdigest()


def answered(tx: Tx, id: str, digest: str) -> bytes | None:
    """The stored reply to this request, None where it is new; `request_id_reused` where the content differs."""
    found = tx.appends.replies.get(id)
    if found is None:
        row = _seen.first(tx.db, key=id)
        if row is None:
            return None
        found = (row.digest, row.reply)
    if found[0] != digest:
        raise Refusal("request_id_reused", id=id)
    return found[1]


def answer_to(tx: Tx, id: str) -> bytes | None:
    """The stored reply to a request, whatever it said; None where there is none."""
    found = tx.appends.replies.get(id)
    if found is not None:
        return found[1]
    row = _seen.first(tx.db, key=id)
    return None if row is None else bytes(row.reply)


def keep(tx: Tx, id: str, digest: str, reply: bytes) -> bytes:
    """Store `reply` as the answer to `id`, in the commit of the change itself."""
    tx.appends.replies[id] = (digest, reply)
    tx.appends.requests.append({"id": id, "digest": digest, "reply": reply, "at": tx.now})
    return reply


def once(tx: Tx, id: str, digest: str, act: Callable[[Tx], bytes]) -> bytes:
    """Run `act` unless `id` was answered before."""
    stored = answered(tx, id, digest)
    return keep(tx, id, digest, act(tx)) if stored is None else stored
