"""`floor label KIND NAME=VALUE ...`: any label as ZPL or as a picture, as it would come out of the printer."""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from labels import carrier, scanner_setup, scanner_test
from labels.media import DPI, Media
from labels.preview import preview
from labels.refused import LabelRefused
from labels.scanner_setup import ScannerSetupLabel
from labels.scanner_test import ScannerTestLabel
from labels.templates import placeholders
from labels.templates.placeholders import ELEMENTS, LABELS, LINES
from labels.templates.site import TemplateRefused, load
from web.cli import Stop

# The usual stock of each label, in millimetres.
SIZES = placeholders.SIZES | {"scanner_test": (60, 40), "scanner_setup": (60, 40), "carrier": (100, 150)}
IDENTIFIER = re.compile(r"\((\d{2,4})\)", re.ASCII)  # other parentheses belong to the content
WHOLE = re.compile(r"-?\d{1,12}", re.ASCII)
YES_NO = dict.fromkeys(("yes", "true", "1"), True) | dict.fromkeys(("no", "false", "0"), False)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=sorted(SIZES))
    parser.add_argument(
        "values", nargs="*", metavar="NAME=VALUE",
        help="what stands on it; lines by the same name again, elements=(01)...(10)...; carrier: file=FILE",
    )  # fmt: skip
    parser.add_argument("--png", type=Path, metavar="FILE", help="the label as a picture (needs the extra `preview`)")
    parser.add_argument("--zpl", type=Path, metavar="FILE", help="the label as ZPL; without both, on the output")
    parser.add_argument("--size", metavar="WIDTHxHEIGHT", help="of the label in mm; else the usual of its kind")
    parser.add_argument("--dpi", type=int, choices=DPI, default=DPI[0])
    parser.add_argument("--language", choices=["zh", "en"], default="zh", help="of the captions")
    parser.add_argument("--font", type=Path, help="for letters that printers lack; else one found on this machine")
    parser.add_argument("--templates", type=Path, metavar="FOLDER", help="the site's own labels, as in floor.toml")
    parser.parse_known_args = partial(_in_any_order, parser.parse_known_args)  # type: ignore[assignment]


def _in_any_order(
    parse: Callable[..., tuple[argparse.Namespace, list[str]]], words: Sequence[str], *others: Any
) -> tuple[argparse.Namespace, list[str]]:
    """argparse takes the values before the first option only; those behind it come back as left over."""
    options, left = parse(words, *others)
    options.values += [word for word in left if not word.startswith("-")]
    return options, [word for word in left if word.startswith("-")]


def run(options: argparse.Namespace) -> int:
    try:
        media = Media(*_size(options), options.dpi, options.font, options.language)
        zpl = _zpl(options, media)
        if options.png:
            _draw(zpl, options.png)
        if options.zpl:
            options.zpl.write_bytes(zpl)
        elif not options.png:
            sys.stdout.buffer.write(zpl + b"\n")
    except (LabelRefused, TemplateRefused, OSError) as error:
        raise Stop(str(error), 1) from None
    return 0


def _size(options: argparse.Namespace) -> tuple[float, float]:
    if options.size is None:
        return SIZES[options.kind]
    told = re.fullmatch(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)", options.size)
    if told is None:
        raise Stop(f"--size {options.size}: write it as 100x150")
    return float(told[1]), float(told[2])


def _zpl(options: argparse.Namespace, media: Media) -> bytes:
    told = _told(options.values)
    if options.kind == "carrier":
        if set(told) != {"file"}:
            raise Stop("a carrier label is file=FILE and nothing else")
        return carrier.zpl(Path(told["file"][-1]).read_bytes(), media)
    if options.kind == "scanner_test":
        return scanner_test.zpl(_made(ScannerTestLabel, told), media)
    if options.kind == "scanner_setup":
        return scanner_setup.zpl(_made(ScannerSetupLabel, told), media)
    templates = load(options.templates)
    for notice in templates.notices:
        print(notice, file=sys.stderr)
    return templates.zpl(_made(LABELS[options.kind], told), media)


def _told(values: list[str]) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for value in values:
        name, sign, text = value.partition("=")
        if not sign:
            raise Stop(f"{value!r}: write it as NAME=VALUE")
        told.setdefault(name, []).append(text)
    return told


def _made(kind: type[Any], told: dict[str, list[str]]) -> Any:
    """The label's dataclass; a name that it lacks, or a value of another type, is one clear line."""
    known = {field.name: field for field in fields(kind)}
    if unknown := set(told) - set(known):
        raise Stop(f"{', '.join(sorted(unknown))}: this label has {', '.join(known)}")
    try:
        return kind(**{name: _value(name, known[name].type, texts) for name, texts in told.items()})
    except TypeError as error:
        raise Stop(str(error).partition(" ")[2]) from None


def _value(name: str, told_type: Any, texts: list[str]) -> Any:
    """What the label's dataclass wants of the field; Stop names the field that cannot be that."""
    if name in LINES:
        return tuple(texts)
    if name in ELEMENTS:
        return _elements(name, "".join(texts))
    if len(texts) > 1:
        raise Stop(f"{name}: it is told {len(texts)} times, the label has room for one")
    (text,) = texts
    shown = f"{name}={text[:40]}"
    if told_type is bool:
        if text.lower() not in YES_NO:
            raise Stop(f"{shown}: yes or no")
        return YES_NO[text.lower()]
    if told_type not in (int, int | None):
        return text
    if not WHOLE.fullmatch(text):
        raise Stop(f"{shown}: a whole number is wanted")
    return int(text)


def _elements(name: str, text: str) -> tuple[tuple[str, str], ...]:
    """Application identifiers with their contents, written (01)...(10)...; nothing of the text is left out."""
    before, *told = IDENTIFIER.split(text)
    found = tuple(zip(told[::2], told[1::2], strict=True))
    if before or not all(content for _, content in found):
        raise Stop(f"{name}={text[:40]}: write it as (01)...(10)...")
    return found


def _draw(zpl: bytes, file: Path) -> None:
    """The picture of the first label, those of others beside it as FILE-2 and so on; what they lack is said."""
    shown = preview(zpl)
    for number, png in enumerate(shown.pngs, 1):
        (file if number == 1 else file.with_stem(f"{file.stem}-{number}")).write_bytes(png)
    if shown.undrawn:
        print(f"not in the picture: {' '.join(shown.undrawn)}", file=sys.stderr)
