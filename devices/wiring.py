"""Reads readers.toml: which readers hang on this machine, and where their scans go."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

import msgspec

from devices.adapters import SettingsError, fit, open_dialect, source_file
from devices.connection import address

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
Seconds = Annotated[float, msgspec.Meta(gt=0)]


class Stanza(msgspec.Struct, frozen=True):
    """One `[[reader]]`: its name, kind and token, and the settings of its kind, checked."""

    name: str
    kind: str
    token: str
    settings: Any


class Wiring(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file. `server` is the address of the web role, `spool` a folder that outlives the process."""

    server: str
    spool: Path
    readers: list[Stanza]
    spool_limit: int = 20_000
    health_s: float = 5.0
    timeout_s: float = 10.0
    ca: str | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    server: str
    spool: Annotated[str, msgspec.Meta(pattern=r"\A[^\x00]+\Z")]
    reader: list[dict[str, Any]]
    token: str | None = None
    token_file: str | None = None
    spool_limit: Annotated[int, msgspec.Meta(ge=1)] = 20_000
    health_s: Seconds = 5.0
    timeout_s: Seconds = 10.0
    ca: str | None = None


def read(path: Path) -> Wiring:
    """The wiring in the file `path`. Raises SettingsError that names the file, the stanza and the key."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None
    return wiring(table, str(path))


def wiring(table: dict[str, Any], where: str = "readers.toml") -> Wiring:
    """The wiring of an already read table. Raises SettingsError."""
    file = fit(_File, table, where)
    try:
        address(file.server)
    except ValueError:
        raise SettingsError(
            f"{where}: server must begin with http:// or https:// and a host, and is {file.server!r}"
        ) from None
    token = _token(file.token, file.token_file, where)
    readers = [_stanza(one, token, f"{where}, reader {number}") for number, one in enumerate(file.reader, 1)]
    _no_two_alike(readers, where)
    return Wiring(
        server=file.server.rstrip("/"),
        spool=Path(file.spool),
        readers=readers,
        spool_limit=file.spool_limit,
        health_s=file.health_s,
        timeout_s=file.timeout_s,
        ca=file.ca,
    )


def _no_two_alike(readers: list[Stanza], where: str) -> None:
    """Names are unique, and so are the clients of one broker: it throws out the one when the other of that id comes."""
    clients: dict[tuple[str, int, str], str] = {}
    names: set[str] = set()
    for stanza in readers:
        if stanza.name in names:
            raise SettingsError(f'{where}: two readers are named "{stanza.name}"')
        names.add(stanza.name)
        client = getattr(stanza.settings, "client_id", None)
        if client is None:
            continue
        key = (stanza.settings.host.lower(), stanza.settings.port, client)
        if key in clients:
            both = f'"{clients[key]}" and "{stanza.name}"'
            raise SettingsError(f'{where}: the readers {both} have one client_id "{client}" at one broker')
        clients[key] = stanza.name


def _stanza(table: dict[str, Any], token: str | None, where: str) -> Stanza:
    table = dict(table)
    name, kind = table.pop("name", None), table.pop("kind", None)
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise SettingsError(f"{where}: name must be letters, digits, dot, dash or underscore, and is {name!r}")
    where = f'{where} "{name}"'
    own = _token(table.pop("token", None), table.pop("token_file", None), where) or token
    if not own:
        raise SettingsError(f"{where}: no token, neither here nor at the top of the file")
    try:
        file = source_file(str(kind))
        settings = fit(file.Settings, table, where)
        if hasattr(file, "HEARS"):
            open_dialect(settings.dialect, file.HEARS, settings.options)
    except ValueError as error:  # a SettingsError, or a text that is none for the line (UnicodeError)
        raise SettingsError(str(error) if where in str(error) else f"{where}: {error}") from None
    return Stanza(name, str(kind), own, settings)


def _token(token: object, token_file: object, where: str) -> str | None:
    if token is not None and token_file is not None:
        raise SettingsError(f"{where}: give token or token_file, not both")
    if token_file is not None:
        try:
            token = Path(str(token_file)).read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:  # no ASCII, or no path
            raise SettingsError(f"{where}: token_file: {error}") from None
    if token is not None and (not isinstance(token, str) or not token.isascii() or not token.isprintable()):
        raise SettingsError(f"{where}: token must be printable ASCII")
    return token or None
