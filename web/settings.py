"""floor.toml: the wiring of one site. Unknown keys and wrong types are one clear line, never a stack trace."""

import socket
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

DATABASES = ("sqlite:///", "postgresql+psycopg://")  # the two that the house runs on, with their drivers


class SettingsError(Exception):
    """What is wrong in the settings, in one line that names the file and the key."""


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Web(Strict, frozen=True, kw_only=True):
    """Where the pages are served; `origin` is what browsers type, where a proxy stands in front."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8080
    origin: str = ""
    body_limit: Annotated[int, msgspec.Meta(ge=1024)] = 262_144


class Ledger(Strict, frozen=True, kw_only=True):
    """`embedded`, or the name of a link (web/links/X.py) that stands in its place, with its settings."""

    kind: str = "embedded"
    settings: dict[str, Any] = {}


class Printer(Strict, frozen=True, kw_only=True):
    """A label printer: `transport` is a file of labels/transports, `settings` its own; the media that is in it.

    `language` is that of the captions: zh needs a font with Chinese letters on this machine, en none at all.
    `rfid`: it writes the tag in each parcel's and pallet's label (SSCC-96).
    """

    transport: str = "tcp"
    settings: dict[str, Any] = {}
    width_mm: Annotated[float, msgspec.Meta(gt=0)] = 100.0
    height_mm: Annotated[float, msgspec.Meta(gt=0)] = 150.0
    dpi: int = 203
    language: Literal["zh", "en"] = "zh"
    rfid: bool = False


class Settings(Strict, frozen=True, kw_only=True):
    """The whole file. `database` empty: SQLite in the data folder. `readers`: the readers.toml of this machine, if any.

    `paper_printer`: the CUPS queue that prints papers; empty: they are downloaded.
    `templates`: a folder of the site's own labels as .zpl (labels/README.md); empty: ours.
    """

    data: str = "data"
    database: str = ""
    readers: str = ""
    font: str = ""
    templates: str = ""
    paper_printer: str = ""
    roles: tuple[Literal["web", "courier", "readers"], ...] = ("web", "courier", "readers")
    web: Web = Web()
    ledger: Ledger = Ledger()
    printers: dict[str, Printer] = {}

    @property
    def folder(self) -> Path:
        return Path(self.data)

    @property
    def database_url(self) -> str:
        # Not by floor.storage: a station PC that runs readers alone loads no database.
        return self.database or f"sqlite:///{self.folder / 'floor.db'}"

    @property
    def origin(self) -> str:
        """What browsers type: as set, else by the address that we listen on, or this machine's own where that is all."""
        host = own_address() if self.web.host in ("0.0.0.0", "::") else self.web.host
        return self.web.origin or f"http://{host}:{self.web.port}"

    @property
    def only_here(self) -> bool:
        """Whether only this machine can open `origin`."""
        return self.web.origin == "" and self.web.host in ("127.0.0.1", "localhost", "::1")


def own_address() -> str:
    """This machine's address as others in its network see it; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: an address of nobody
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])


PLACES = (Path("floor.toml"), Path("/etc/floor/floor.toml"))


def read(path: Path | None) -> Settings:
    """The settings in `path`; without one, of ./floor.toml or /etc/floor/floor.toml, else the defaults."""
    if path is None:
        path = next((place for place in PLACES if place.exists()), None)
        if path is None:
            return Settings()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        found = msgspec.convert(table, Settings)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"{path}: {error}") from None
    if found.database and not any(found.database.removeprefix(kind) not in ("", found.database) for kind in DATABASES):
        scheme = found.database.partition(":")[0][:40]
        wanted = "sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME"
        raise SettingsError(f"{path}: database: {scheme!r} is none that this runs on; it is {wanted}, or left out")
    return found
