"""`floor backup FILE`: one file with the database as it stands at one moment, while the service runs."""

import argparse
import hashlib
import os
import re
import tempfile
import zipfile
from pathlib import Path

import msgspec
from sqlalchemy.exc import OperationalError

from floor.storage import schema, snapshot
from floor.storage.backup import Manifest
from floor.storage.database import open_engine
from web.cli import Stop
from web.commands.site import config_argument, settings
from web.compose import clock
from web.settings import PLACES, Settings

MANIFEST, DATABASE = "manifest.json", "database"
VALUE = r"""(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^\s,}]+)"""
SECRET = re.compile(rf"""(\w*(?:password|secret|token|api_?key)["']?\s*=\s*){VALUE}""", re.IGNORECASE | re.DOTALL)
IN_URL = re.compile(r"(://[^:/@\s]+):[^@\s]+@")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a new file; only its owner may read it")
    config_argument(parser)


def run(options: argparse.Namespace) -> int:
    found = settings(options)
    if options.file.exists():
        raise Stop(f"{options.file} is there already; nothing was overwritten")
    wiring = options.config or next((place for place in PLACES if place.exists()), None)
    try:
        manifest = write(found, options.file, wiring)
    except (snapshot.ToolMissing, snapshot.ToolFailed) as error:
        raise Stop(str(error), 1) from None
    except OSError as error:
        raise Stop(f"{options.file}: {error.strerror or error}", 1) from None
    print(f"{options.file}: {manifest.counts['journal']} facts up to row {manifest.head}, hash {manifest.hash[:16]}...")
    return 0


def write(found: Settings, to: Path, wiring: Path | None = None) -> Manifest:
    """Write the backup `to` whole or not at all: the database, the wiring without its secrets, the manifest."""
    engine = open_engine(found.database_url)
    try:
        if snapshot.empty(engine) or schema.current(engine) is None:
            raise Stop("there is no database yet that could be backed up", 1)
        with tempfile.TemporaryDirectory(prefix=f".{to.name}.", dir=to.parent) as folder:
            copy, whole = Path(folder) / DATABASE, Path(folder) / "whole"
            manifest = snapshot.take(engine, copy, clock())
            manifest = msgspec.structs.replace(manifest, sha256=sha256(copy))
            _pack(whole, manifest, copy, [path for path in (wiring, _readers(found)) if path is not None])
            os.link(whole, to)  # fails where somebody has put a file there meanwhile
        return manifest
    except OperationalError as error:
        raise Stop(f"the database cannot be read: {str(error.orig).splitlines()[0]}", 1) from None
    finally:
        engine.dispose()


def _readers(found: Settings) -> Path | None:
    path = Path(found.readers)
    return path if found.readers and path.is_file() else None


def _pack(whole: Path, manifest: Manifest, copy: Path, wiring: list[Path]) -> None:
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
            for path in wiring:
                archive.writestr(path.name, without_secrets(path.read_text(encoding="utf-8")))
            archive.write(copy, DATABASE)
        file.flush()
        os.fsync(file.fileno())


def without_secrets(text: str) -> str:
    """The wiring as TOML with every password, secret, token and key blanked, also those inside addresses."""
    return IN_URL.sub(r"\1:***@", SECRET.sub(r'\1"***"', text))


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
