"""What became of a print job, in words: only a label that the printer has proven is called printed."""

from typing import Any

from floor.words import JobState
from web.text import N_, texts
from web.texts.verdicts import word

STATES = {
    JobState.QUEUED: N_("waits for its turn"),
    JobState.PRINTED: N_("printed"),
    JobState.UNCONFIRMED: N_("sent, but nobody knows whether it came out: look at the printer"),
    JobState.FAILED: N_("not printed: {reason}"),
    JobState.CANCELLED: N_("given up"),
}
WAITS = N_("waits, the printer says: {reason}")
TONES = {JobState.PRINTED: "ok", JobState.FAILED: "bad", JobState.UNCONFIRMED: "warn", JobState.CANCELLED: ""}
SAID = {
    "paper_out": N_("out of labels"),
    "ribbon_out": N_("out of ribbon"),
    "head_open": N_("its head is open"),
    "paused": N_("paused"),
    "busy": N_("busy"),
    "unreachable": N_("not reachable: switched off, or no network"),
    "no_reply": N_("no answer"),
    "incomplete": N_("only half an answer"),
    "no_way_back": N_("it cannot answer at all"),
    "cut_off": N_("the connection broke while printing"),
    "not_proven": N_("it took the label but did not count it"),
    "not_printed": N_("nothing came out"),
    "wrong_language": N_("it does not speak ZPL"),
    "malformed": N_("an answer that makes no sense"),
    "head_over_temperature": N_("its head is too hot"),
    "cutter_fault": N_("its cutter is stuck"),
    "given_up": N_("given up by a person"),
}


def said(lang: str, reason: str) -> str:
    """What a printer said, in words; what is no known word stays as it is."""
    return texts(lang).gettext(SAID[reason]) if reason in SAID else word(lang, reason)


def job_text(lang: str, job: Any, waits: str = "") -> str:
    """The job's state; `waits` is the last error of one that is still to be carried."""
    text = WAITS if waits and job.state == JobState.QUEUED else STATES[job.state]
    return texts(lang).gettext(text).format(reason=said(lang, waits or job.outcome)).rstrip(" :：")


def job_tone(job: Any) -> str:
    return TONES.get(job.state, "info")
