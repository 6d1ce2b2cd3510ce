"""Which character a key gives in four keyboard layouts. A scanner types by the country that it is set to.

Key codes are those of Linux input-event-codes.h; the tables follow the national layouts as X.Org's xkb has them.
"""

from dataclasses import dataclass

# Codes of the keys that print, row by row from the digit row down; 86 is the key left of Z on ISO keyboards.
ROWS = (41, *range(2, 14), *range(16, 28), *range(30, 41), 43, 86, *range(44, 54))
KEYPAD = dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True))
KEYPAD_SIGNS = {83: ".", 98: "/", 55: "*", 74: "-", 78: "+"}
SPACE = 57


@dataclass(frozen=True, slots=True)
class Layout:
    """Characters by key code: alone, with Shift, with AltGr. `dead` keys wait for the next letter."""

    plain: dict[int, str]
    shift: dict[int, str]
    altgr: dict[int, str]
    dead: frozenset[str] = frozenset()


def _layout(plain: str, shift: str, altgr: dict[int, str] | None = None, dead: str = "") -> Layout:
    rows = [dict(zip(ROWS, text, strict=True)) | KEYPAD | KEYPAD_SIGNS | {SPACE: " "} for text in (plain, shift)]
    return Layout(rows[0], rows[1], altgr or {}, frozenset(dead))


LAYOUTS = {
    "us": _layout(
        "`1234567890-=qwertyuiop[]asdfghjkl;'\\<zxcvbnm,./",
        '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"|>ZXCVBNM<>?',
    ),
    "uk": _layout(
        "`1234567890-=qwertyuiop[]asdfghjkl;'#\\zxcvbnm,./",
        '¬!"£$%^&*()_+QWERTYUIOP{}ASDFGHJKL:@~|ZXCVBNM<>?',
        {41: "¦", 5: "€"},
    ),
    "de": _layout(
        "^1234567890ß´qwertzuiopü+asdfghjklöä#<yxcvbnm,.-",
        "°!\"§$%&/()=?`QWERTZUIOPÜ*ASDFGHJKLÖÄ'>YXCVBNM;:_",
        {3: "²", 4: "³", 8: "{", 9: "[", 10: "]", 11: "}", 12: "\\", 16: "@", 18: "€", 27: "~", 50: "µ", 86: "|"},
        dead="^´`",
    ),
    "fr": _layout(
        "²&é\"'(-è_çà)=azertyuiop^$qsdfghjklmù*<wxcvbn,;:!",
        "²1234567890°+AZERTYUIOP¨£QSDFGHJKLM%µ>WXCVBN?./§",
        {3: "~", 4: "#", 5: "{", 6: "[", 7: "|", 8: "`", 9: "\\", 10: "^", 11: "@", 12: "]", 13: "}", 18: "€", 27: "¤"},
        dead="^¨",
    ),
}

DEAD_MARKS = {"^": "\u0302", "´": "\u0301", "`": "\u0300", "¨": "\u0308"}
