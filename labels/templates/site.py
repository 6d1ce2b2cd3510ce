"""A site's templates: a folder of files in ZPL, read and checked once, each in the place of one of our labels."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labels.elements import checked_digits
from labels.media import DPI, Media
from labels.refused import LabelRefused
from labels.templates.fill import filled
from labels.templates.part import Part
from labels.templates.placeholders import CODES, DRAWN, LABELS, LINES, Coded, Value, kind_of, values
from labels.templates.template import Template, read

NAMED = re.compile(r"([a-z]+)(?:@(\d{3}))?\.(?:zpl|prn)", re.ASCII)
NAME_IT = f"not taken; name a template after its label ({', '.join(LABELS)}), with @300 or @600 for these dpi, and .zpl or .prn"
SIZE_SLACK = 1.02  # exports round the label's size up
Key = tuple[str, int]  # kind, dpi


class TemplateRefused(ValueError):
    """Templates that cannot be used: a line for each finding, with file, line and column."""


class Templates:
    """The labels of a site: its own where there is a template for the printer's resolution, ours otherwise.

    `notices`: what a person should look at on paper, a line each with file, line and column.
    """

    def __init__(self, found: dict[Key, Template] | None = None, notices: Sequence[str] = ()) -> None:
        self.found, self.notices = found or {}, tuple(notices)

    def zpl(self, label: Any, media: Media) -> bytes:
        """Any label but the scanner's tests as ZPL; LabelRefused where a content is wrong or does not fit."""
        kind = kind_of(label)
        template = self.found.get((kind, media.dpi))
        if template is None:
            drawn: bytes = DRAWN[kind](label, media)
            return drawn
        return _filled(template, label, media)


def load(folder: Path | None) -> Templates:
    """Every KIND.zpl (203 dpi) and KIND@DPI.zpl in the folder, .prn as well; without a folder our own labels.

    Raises TemplateRefused with all findings of all files, or where a .zpl has a name that is none of ours.
    """
    found: dict[Key, Template] = {}
    notices: list[str] = []
    complaints = [] if folder is None or folder.is_dir() else [f"{folder}: no such folder"]
    files: dict[Key, Path] = {}
    for file in _visible(folder) if folder and not complaints else ():
        key = _named(file)
        if key is None:
            (complaints if file.suffix.lower() == ".zpl" else notices).append(f"{file}: {NAME_IT}")
        elif key in files:
            complaints.append(f"{file}: {files[key].name} is for the same label: keep one of them")
        else:
            files[key] = file
    for key, file in files.items():
        try:
            template, findings = read(key[0], file.read_bytes(), key[1])
        except OSError as error:
            complaints.append(f"{file}: {error.strerror}")
            continue
        complaints += [f"{file}:{finding}" for finding in findings]
        if template:
            found[key] = template
            notices += [f"{file}:{notice}" for notice in template.notices]
    if complaints:
        raise TemplateRefused("\n".join(complaints))
    return Templates(found, notices)


def _visible(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if not file.name.startswith(".") and not file.is_dir())


def _named(file: Path) -> Key | None:
    """The label and the resolution for which a file is meant by its name; None where it is no template's."""
    named = NAMED.fullmatch(file.name.lower())
    key = (named[1], int(named[2] or 203)) if named else ("", 0)
    return key if key[0] in LABELS and key[1] in DPI else None


def _filled(template: Template, label: Any, media: Media) -> bytes:
    told = values(label, media)
    _examine(template, told)
    size = b"^PW%d^LL%d" % (media.dots(media.width_mm), media.dots(media.height_mm))
    head = b"^XA^LH0,0^FWN^LRN^PMN^PON^CI%s%s" % (template.code_page, size)
    parts = (filled(part, told, media) if isinstance(part, Part) else _verbatim(part, media) for part in template.parts)
    return b"".join([head, *parts, b"^XZ"])


def _verbatim(part: bytes, media: Media) -> bytes:
    """Refuses a template that was drawn for larger stock than is in the printer."""
    for name, room in ((b"PW", media.dots(media.width_mm)), (b"LL", media.dots(media.height_mm))):
        sizes = [int(size) for size in re.findall(rb"\^%s(\d+)" % name, part)]
        if max(sizes, default=0) > room * SIZE_SLACK:
            raise LabelRefused("does_not_fit", f"the template's ^{name.decode()}{max(sizes)} on a label of {room} dots")
    return part


def _examine(template: Template, told: dict[str, Value]) -> None:
    """The number must be right and stand on the label; lines of an address are never left out."""
    names = {name for part in template.parts if isinstance(part, Part) for name in part.names}
    if "sscc" in told:
        checked_digits(str(told["sscc"]), 18, "SSCC")
    codes = [told[name] for name in names & set(CODES[template.kind])]
    if not any(code.elements if isinstance(code, Coded) else code for code in codes):
        raise LabelRefused("bad_content", f"none of {', '.join(CODES[template.kind])} is there for the bars")
    for name in LINES & told.keys():
        lines = told[name]
        assert isinstance(lines, tuple)
        places = [place for place in range(1, 13) if f"{name}_{place}" in names]
        if places and name not in names and len(lines) > max(places):
            raise LabelRefused("does_not_fit", f"{len(lines)} lines of {name}, the template has {max(places)}")
