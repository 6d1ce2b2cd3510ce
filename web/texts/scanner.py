"""What the scanner doctor says: what is wrong with a scanner, and which setting of it or of the computer mends it."""

from web.scanner_diagnosis import Finding
from web.scanner_guides import Guide
from web.text import N_, texts

ASK = N_(
    "Scan the six test codes of the page /doctor/scanner, or of “floor label scanner_test "
    "test=suffix” and so on, then press Ctrl+D."
)
# code -> what is wrong, and what mends it
FINDINGS = {
    "all_well": (N_("The scanner is set up right."), N_("Nothing is to be done.")),
    "nothing_heard": (
        N_("Nothing arrived."),
        N_(
            "Plug the scanner in, click into the field and scan. A scanner in serial or HID-POS mode "
            "types nothing: it needs the reader agent (readers.toml), which hears nothing where no end (CR, Enter) "
            "comes after the code."
        ),
    ),
    "suffix_missing": (
        N_("No Enter comes after the code: two codes can grow together."),
        N_("Let the scanner send a carriage return (CR, Enter) after each code."),
    ),
    "layout": (
        N_(
            "The scanner types as a {scanner} keyboard, the computer reads as a {host} one: letters "
            "and signs are swapped."
        ),
        N_(
            "Scan the set-up code for the keyboard country “{host}” in the scanner's manual, or set "
            "the computer's keyboard to {scanner}. For the reader agent, write the scanner's country "
            "into `layout`."
        ),
    ),
    "caps_lock": (
        N_("Caps Lock is on: capitals and small letters are swapped."),
        N_(
            "Press Caps Lock once. If it happens again, let the reader agent take the scanner away from the "
            "keyboard: Caps Lock then means nothing to it."
        ),
    ),
    "gs_lost": (
        N_("The separator between the parts of a GS1 code (FNC1) gets lost: lot and serial run together."),
        N_("Let the scanner send control characters, so that FNC1 leaves it as GS: as Ctrl+], F8 or Alt+029."),
    ),
    "gs_changed": (
        N_("In place of the separator of a GS1 code (FNC1) comes “{instead}”."),
        N_("In the scanner, take back the substitution for FNC1, so that it sends GS: as Ctrl+], F8 or Alt+029."),
    ),
    "aim_off": (
        N_("The scanner does not say which kind of bar code it read (AIM identifier)."),
        N_("Let the scanner send it before each code. Without it a plain number can be taken for a GS1 code."),
    ),
    "double_fire": (
        N_("{code} arrived twice for one scan."),
        N_("Let the scanner wait about 1 second before it reads the same code again, and leave presentation mode."),
    ),
    "ime": (
        N_(
            "An input method (Chinese typing) catches the scanner's keys: digits come full-width, or "
            "wait in its window."
        ),
        N_(
            "Switch the input method to English (Shift or Ctrl+Space) on this computer, or give this "
            "window a keyboard without input method. Best is the reader agent, which takes the "
            "scanner away from the keyboard."
        ),
    ),
    "extra": (
        N_("Something comes with the code “{wanted}”: “{around}”."),
        N_("In the scanner, take back prefixes and suffixes, all but the Enter; then scan again."),
    ),
    "truncated": (
        N_("Only “{heard}” arrived of “{wanted}”."),
        N_(
            "Scan slower. If it happens again: let the scanner pause longer between keys, and plug it into the "
            "computer itself, not into a hub."
        ),
    ),
    "garbled": (
        N_("“{heard}” arrived instead of “{wanted}”."),
        N_("Set the scanner back to its factory defaults, then choose “USB keyboard” by its guide, and begin again."),
    ),
    "foreign": (N_("“{heard}” is none of the six codes."), N_("Scan the codes on this page only.")),
    "not_read": (
        N_("Not read: code {numbers}."),
        N_(
            "Scan it again from nearer. If only the bars on the screen are not read, print them on "
            "paper; a laser scanner reads no screen."
        ),
    ),
}
GUIDE = N_("In the guide of {maker}: {names}")
LAYOUTS = {"us": N_("US"), "uk": N_("UK"), "de": N_("German"), "fr": N_("French")}


def told(lang: str, finding: Finding) -> tuple[str, str]:
    """What is wrong and what mends it, in a language."""
    translate = texts(lang).gettext
    about = {name: translate(LAYOUTS.get(value, value)) if value else "" for name, value in finding.about.items()}
    what, mend = FINDINGS[finding.code]
    return translate(what).format(**about), translate(mend).format(**about)


def in_guide(lang: str, guide: Guide) -> str:
    """Where a maker's guide has the setting; its names stay in the guide's language."""
    names = ", ".join(f"“{name}”" for name in guide.names)
    return texts(lang).gettext(GUIDE).format(maker=guide.maker, names=names)
