"""Languages: catalogues read straight from the .po files, so that no compiled file is built, shipped or forgotten.

Source texts are English. `python -m web.text` takes the texts out of code and templates again and lists those that
lack Chinese.
"""

import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOM = Path(__file__).resolve().parent
# `zh`, not zh_Hans_CN: only the plain name is found for zh, zh-CN, zh-Hans and zh-Hans-CN alike.
LANGUAGES = ("zh", "en")
HTML_LANG = {"zh": "zh-Hans", "en": "en"}
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
TEMPLATE_OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}


def N_(text: str) -> str:
    """Mark `text` for the catalogues; it is translated later, in the reader's language."""
    return text


# What the page scripts say by themselves: the server is not there to say it.
SCRIPT_TEXTS = {
    "noted": N_("Noted, {n} waiting"),
    "noted_scan": N_("Noted: {code}"),
    "offline": N_("No connection. Go on scanning."),
    "stale": N_("No connection. The page may be old."),
    "sign_in": N_("Sign in to send what is waiting"),
    "sign_in_link": N_("Sign in"),
    "parked": N_("{n} set aside: {code} was not understood ({status})"),
    "send_again": N_("Send again"),
    "remove": N_("Remove"),
    "remove_sure": N_("Remove for good?"),
    "seen": N_("Seen"),
    "answer_first": N_("Answer the question on the screen first, then scan {code} again."),
    "too_short": N_("Only {code} was read. Scan it again."),
    "bad_quantity": N_("{code} is not a whole number. Enter the pieces as digits."),
    "not_kept": N_("This device cannot keep scans: {code} was not taken. Call for help."),
    "leave_anyway": N_("{n} scans are still waiting on this device. Press again to leave all the same."),
}


def _read(lang: str) -> Catalog:
    with (ROOM / "locales" / lang / "LC_MESSAGES" / "floor.po").open("rb") as file:
        return read_po(file, locale=lang, domain="floor")


@cache
def texts(lang: str) -> Translations:
    """The translations of `lang` ("zh" or "en"); a text without one comes back in English."""
    compiled = BytesIO()
    write_mo(compiled, _read(lang))
    compiled.seek(0)
    return Translations(compiled, domain="floor")


@lru_cache(256)  # a handheld says the same with each scan
def negotiate(accept_language: str, default: str = "zh") -> str:
    """The language for an `Accept-Language` header (RFC 9110, 12.5.4); `default` where nothing fits."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), tag.strip().replace("-", "_")))
        except ValueError:
            continue
    tags = [tag for weight, tag in sorted(wanted, key=lambda pair: pair[0]) if weight < 0]
    return negotiate_locale(tags, LANGUAGES) or default


def script_texts(lang: str) -> dict[str, str]:
    """The few texts that the page scripts show, for the JSON island."""
    translate = texts(lang).gettext
    return {key: translate(text) for key, text in SCRIPT_TEXTS.items()}


@cache
def environment(lang: str) -> Environment:
    """Jinja for the pages in `lang`: escaped, strict, with `lang` and `html_lang` known everywhere."""
    jinja = Environment(
        loader=FileSystemLoader(ROOM / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.policies["ext.i18n.trimmed"] = True
    jinja.install_gettext_translations(texts(lang), newstyle=True)  # type: ignore[attr-defined]
    jinja.globals.update(lang=lang, html_lang=HTML_LANG[lang])
    return jinja


def extracted() -> Catalog:
    """Every text of code and templates, freshly read."""
    catalog = Catalog(domain="floor", project="floor", charset="utf-8")
    found = extract_from_dir(ROOM, METHODS, TEMPLATE_OPTIONS, KEYWORDS, comment_tags=("Translators:",))
    for name, _, message, comments, context in found:
        catalog.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return catalog


def missing(catalog: Catalog) -> Iterator[str]:
    """The texts of `catalog` that have no translation or only a doubtful one."""
    for message in catalog:
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and (message.fuzzy or not all(forms)):
            yield message.id if isinstance(message.id, str) else message.id[0]


def renew(lang: str) -> Catalog:
    """Bring the catalogue of `lang` up to date; a translation whose text went away is kept, in case it comes back."""
    catalog = _read(lang)
    for message in catalog.obsolete.values():
        catalog[message.id] = message
    catalog.obsolete.clear()
    catalog.msgid_bugs_address, catalog.last_translator, catalog.language_team = "", "", ""
    catalog.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    with (ROOM / "locales" / lang / "LC_MESSAGES" / "floor.po").open("wb") as file:
        write_po(file, catalog, width=120, include_lineno=False, sort_output=True, omit_header=False)
    return catalog


def main() -> int:
    """Renew both catalogues; print each text that lacks Chinese; exit code 1 if any does."""
    renew("en")
    lacking = list(missing(renew("zh")))
    for text in lacking:
        print(f"no Chinese for: {text}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
