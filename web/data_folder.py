"""The data folder of a site: whoever may read it has its customers, its people and its keys, so only its owner may."""

import os
import stat
from pathlib import Path

KEYS = ("*.token", "demo.json", "floor.toml", "readers.toml", "writer.lock")


def make(folder: Path) -> None:
    """Make the folder with mode 0700; one of ours that stands open to others is closed, and so are the keys in it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.stat()
    if found.st_uid != os.geteuid() or found.st_mode & stat.S_ISVTX:  # another's, or one that all share, as /tmp
        return
    if found.st_mode & 0o077:
        folder.chmod(0o700)
    for pattern in KEYS:
        for key in folder.glob(pattern):
            if key.is_file() and not key.is_symlink() and key.stat().st_mode & 0o077:
                key.chmod(0o600)
