"""What became of a print job and what a printer says, in words: only a label that the printer has proven is called printed."""

from typing import Any

from floor.words import JobState
from web.text import N_, texts
from web.texts.verdicts import word

STATES = {
    JobState.QUEUED: N_("waits for its turn"),
    JobState.SENT: N_("sent, not proven yet"),
    JobState.PRINTED: N_("printed"),
    JobState.UNCONFIRMED: N_("sent, but nobody knows whether it came out: look at the printer"),
    JobState.FAILED: N_("not printed: {reason}"),
    JobState.CANCELLED: N_("given up"),
}
WAITS = {
    JobState.QUEUED: N_("waits, the printer says: {reason}"),
    JobState.SENT: N_("with the printer, which says: {reason}. Once that is mended it prints by itself"),
}
HELD = N_("waits: the printer is held")
TONES = {
    JobState.PRINTED: "ok",
    JobState.FAILED: "bad",
    JobState.UNCONFIRMED: "warn",
    JobState.CANCELLED: "",
}
SAID = {
    "": N_("ready"),
    "paper_out": N_("out of paper"),
    "ribbon_out": N_("out of ribbon"),
    "head_open": N_("its head is open"),
    "paused": N_("paused"),
    "buffer_full": N_("its memory is full"),
    "partial_format": N_("half a label is in its memory"),
    "ram_corrupt": N_("its memory is damaged: switch it off and on"),
    "under_temperature": N_("its head is too cold"),
    "over_temperature": N_("its head is too hot"),
    "diagnostic_mode": N_("in test mode: switch it off and on"),
    "unknown_status": N_("something that this program does not know"),
    "busy": N_("busy"),
    "held": N_("held by a person"),
    "unreachable": N_("not reachable: switched off, or no network"),
    "silent": N_("no answer"),
    "no_reply": N_("no answer"),
    "incomplete": N_("only half an answer"),
    "unreadable_status": N_("an answer that makes no sense"),
    "malformed": N_("an answer that makes no sense"),
    "no_way_back": N_("it cannot answer at all"),
    "cut_off": N_("the connection broke while printing"),
    "not_proven": N_("it took the label but did not count it"),
    "not_printed": N_("nothing came out"),
    "wrong_language": N_("it does not speak ZPL"),
    "bad_settings": N_("its entry in floor.toml is wrong"),
    "head_over_temperature": N_("its head is too hot"),
    "cutter_fault": N_("its cutter is stuck"),
    "motor_over_temperature": N_("its motor is too hot"),
    "bad_head_element": N_("its head is worn: some dots no longer print"),
    "head_detection_error": N_("it does not find its head"),
    "invalid_firmware_configuration": N_("its firmware is set up wrongly"),
    "thermistor_open": N_("its head's thermometer is broken"),
    "unknown_error": N_("something that this program does not know"),
    "given_up": N_("given up by a person"),
    "label_dead": N_("its parcel was given up"),
}


def said(lang: str, reason: str) -> str:
    """What a printer said, in words; what is no known word stays as it is."""
    return texts(lang).gettext(SAID[reason]) if reason in SAID else word(lang, reason)


def job_text(lang: str, job: Any, waits: str = "") -> str:
    """The job's state; `waits` is what keeps one that is under way."""
    if waits == "held" and job.state == JobState.QUEUED:
        text = HELD
    elif waits and waits != "held" and job.state in WAITS:
        text = WAITS[job.state]
    else:
        text = STATES[job.state]
    return texts(lang).gettext(text).format(reason=said(lang, waits or job.outcome)).rstrip(" :：")


def job_tone(job: Any) -> str:
    return TONES.get(job.state, "info")
