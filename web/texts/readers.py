"""How a scanner or gate is, in words: its state and its troubles, by the stable codes of devices/seat.py."""

from web.text import N_, texts

STATES = {
    "starting": N_("starting"),
    "ready": N_("ready"),
    "gone": N_("not plugged in"),
    "failed": N_("broken, tries again"),
    "silent": N_("its agent has stopped reporting: is the machine on?"),
}
TROUBLES = {
    "line": N_("not plugged in, or no broker answers"),
    "source": N_("its driver broke"),
    "sender": N_("its sending broke"),
    "server": N_("does not reach the server"),
    "spool": N_("refuses scans: its spool or disk is full"),
    "orphan": N_("scans of a reader that was renamed or taken out wait unsent"),
    "torn": N_("unreadable lines were set aside"),
    "gatelog": N_("unreadable lines were set aside"),
    "parked": N_("scans lie aside that the server did not understand"),
    "framing": N_("what it sends makes no code: see its suffix, dialect and speed"),
    "tell": N_("cannot beep or shine"),
    "clock": N_("its clock is wrong"),
    "gate_silent": N_("silent: goods may pass unseen"),
    "radio": N_("the gate's radio is off"),
    "antennas": N_("an antenna is disconnected"),
    "not_reading": N_("the gate does not read: goods may pass unseen"),
    "alarm": N_("the gate reports an error or a warning"),
    "message": N_("a message could not be read"),
    "report": N_("a report could not be read"),
    "stale": N_("old reads were refused: a backlog, or a wrong clock"),
    "no_time": N_("reads without a time were refused: nobody knows how old they are"),
    "bad_time": N_("what it reads bears no time"),
    "overflow": N_("too many tags at once"),
    "missed": N_("events of the gate never came"),
    "lost": N_("reads were lost in the gate"),
    "dropped": N_("the broker dropped messages"),
    "inbox": N_("too many messages at once"),
    "topics": N_("the broker refuses its topics"),
    "lamps": N_("its lamps cannot be switched"),
}

TAKEN = {
    "scans": N_("scans"),
    "reads": N_("tag reads"),
    "passages": N_("passages"),
}
COUNTS = {
    "disarmed": N_("read while not armed"),
    "stale": N_("too old"),
    "no_time": N_("without a time"),
    "stray": N_("strays"),
    "weak": N_("too weak"),
    "faint": N_("read too seldom"),
    "turned": N_("turned back"),
    "overflow": N_("too many at once"),
    "missed": N_("never came"),
    "lost": N_("lost in the gate"),
    "dropped": N_("dropped by the broker"),
    "inbox": N_("not taken in time"),
}


def counted(lang: str, counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """(code, words, number) of what a reader has refused or lost since it started."""
    translate = texts(lang).gettext
    return [(code, translate(COUNTS.get(code, code)), n) for code, n in counts.items() if code not in TAKEN]


def taken(lang: str, counts: dict[str, int]) -> list[tuple[str, int]]:
    """(words, number) of what a reader has read since it started."""
    translate = texts(lang).gettext
    return [(translate(words), counts[code]) for code, words in TAKEN.items() if code in counts]


def condition(lang: str, state: str, troubles: tuple[str, ...] | list[str]) -> str:
    """The state and the troubles of a reader in one line; codes without words show as themselves."""
    translate = texts(lang).gettext
    said = [translate(TROUBLES[code]) if code in TROUBLES else code for code in troubles if code != "line"]
    head = translate(STATES[state]) if state in STATES else state
    if said and state == "ready":
        return ("；" if lang == "zh" else "; ").join(said)
    return ("；" if lang == "zh" else "; ").join([head, *said])
