// Hears scanners that type like keyboards, with no field focused: one listener on the document, timed by the events' own clock.
// A scan never presses a button, never stays in a half-typed field, and is never swallowed.

import { comesLater, isEnd, isModifier, letterOf } from "./keys.js";
import { Keeping, isSink, textField } from "./fields.js";

const SETTINGS = {
  slow_ms: 60, // a gap over this is slow; at most a quarter may be
  gap_ms: 120, // a gap over this starts anew
  min: 4, // letters, with Enter or Tab at the end
  silent_min: 6, // letters, ended by silence
  silent_ms: 120, // 0: this site's scanners all send an end
  gs_key: "F8",
  prefix: null, // a key such as "F9" that the scanners send first: surer than any timing
  wide: false, // texts committed whole may hold signs above U+00FF (Chinese in QR codes)
};
const SURE_MS = 2000;
const ENDS_KNOWN_MS = 1000; // silence is waited for so long once the scanner was seen to send an end
const PERSON_PASTES_MS = 10000;

class Burst {
  constructor(at, field, sure) {
    Object.assign(this, { text: "", last: at, gaps: 0, slow: 0, sure, field, tail: false });
    this.kept = field ? new Keeping(field) : null;
  }

  add(letter, at, slowMs) {
    if (this.text) this.gaps += 1;
    if (this.text && at - this.last > slowMs) this.slow += 1;
    this.text += letter;
    this.last = at;
  }

  get even() {
    return this.sure || this.slow <= this.gaps / 4;
  }
}

export class Wedge {
  /** @param {{scan: (code: string) => void, short: (code: string) => void}} ears @param {object} settings */
  constructor(ears, settings = {}) {
    this.ears = ears;
    this.settings = { ...SETTINGS, ...settings };
    this.burst = null;
    this.alt = null; // digits typed on the keypad while Alt is down
    this.awaited = false; // Android: the letter comes with the next beforeinput
    this.ended = -Infinity; // the end of a scan that came without waiting for its Enter
    this.hushed = -Infinity; // the last letter of a scan that silence ended
    this.pasted = -Infinity; // when a person asked to paste
    this.composing = false;
    this.blank = false; // a blank was held back: its keyup must not press a button either
    this.timer = 0;
  }

  listen(target = document) {
    for (const kind of ["keydown", "keyup", "beforeinput", "input", "contextmenu", "compositionstart", "compositionend"]) {
      target.addEventListener(kind, (event) => this[`on_${kind}`](event), { capture: true });
    }
  }

  on_keydown(event) {
    const at = event.timeStamp;
    if (event.repeat) return void (this.burst && !this.burst.field && event.preventDefault());
    if (isEnd(event)) return this.end(event);
    if (event.key === this.settings.prefix) {
      this.burst = new Burst(at, textField(event.target), true);
      return stop(event);
    }
    if (event.key === "Alt") return void (this.alt = "");
    if (this.alt !== null && /^Numpad\d$/.test(event.code)) {
      this.alt += event.code[6];
      if (this.burst && at - this.burst.last <= this.settings.gap_ms) this.burst.last = at;
      return event.preventDefault();
    }
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyV") this.pasted = at;
    const letter = letterOf(event, this.settings.gs_key);
    this.awaited = letter === null && comesLater(event);
    if (letter !== null) this.letter(letter, event);
    else if (!this.awaited && !isModifier(event)) this.burst = null; // arrows, Backspace: a person
  }

  on_keyup(event) {
    if (event.key === "Alt") {
      const digits = this.alt;
      this.alt = null;
      if (digits) this.letter(String.fromCharCode(Number(digits) % 65536), event);
    }
    if (event.key === " " && this.blank) {
      this.blank = false;
      event.preventDefault();
    }
  }

  on_beforeinput(event) {
    const text = event.data ?? event.dataTransfer?.getData("text/plain") ?? "";
    if (this.awaited && event.inputType === "insertText" && [...text].length === 1) {
      this.awaited = false;
      return this.letter(text, event);
    }
    const pastedByPerson = !isSink(event.target) && event.timeStamp - this.pasted < PERSON_PASTES_MS;
    const whole = event.inputType === "insertText" || (event.inputType === "insertFromPaste" && !pastedByPerson);
    const fresh = !this.burst || event.timeStamp - this.burst.last > this.settings.gap_ms;
    const typing = !isSink(event.target) && (event.target.type === "password" || nearest(event.target) === "no");
    const narrow = this.settings.wide || [...text].every((sign) => sign <= "\u00ff");
    if (whole && fresh && narrow && !typing && text.length >= this.settings.min) this.committed(text, event);
    return undefined;
  }

  on_input(event) {
    if (isSink(event.target) && !event.isComposing) event.target.value = "";
  }

  on_contextmenu(event) {
    this.pasted = event.timeStamp;
  }

  on_compositionstart() {
    this.composing = true;
  }

  on_compositionend() {
    this.composing = false;
  }

  letter(letter, event) {
    const at = event.timeStamp;
    const old = this.burst;
    const late = old && at - old.last > (old.sure ? SURE_MS : this.settings.gap_ms);
    if (late) this.silent(old); // the page was busy: the next scan came before the silence was noticed
    if (!this.burst) {
      this.burst = new Burst(at, textField(event.target), false);
      this.burst.tail = at - this.hushed <= this.settings.gap_ms; // no silence after all: the keys came late
    }
    const first = this.burst.text === "" && !this.burst.sure;
    this.burst.add(letter, at, this.settings.slow_ms);
    if (!this.burst.field && !(letter === " " && first)) {
      event.preventDefault(); // a lone blank still presses the focused button
      this.blank = letter === " ";
    }
    this.arm(this.burst);
  }

  /** Waits for silence. The clock only ever ends a scan: whether letters belong together is told by their own times. */
  arm(burst) {
    clearTimeout(this.timer);
    const wait = localStorage.getItem("wedge-ends") ? ENDS_KNOWN_MS : this.settings.silent_ms;
    if (!this.settings.silent_ms || burst.sure) return;
    const due = performance.now() + wait;
    this.timer = setTimeout(() => {
      if (this.burst !== burst) return;
      if (performance.now() - due > 40) this.arm(burst); // the page was busy: keys may still be on their way
      else if (this.isHushed(burst)) this.silent(burst);
    }, wait);
  }

  isHushed(burst) {
    const { silent_ms: on, silent_min: min } = this.settings;
    return on && burst.text.length >= min && burst.even && !burst.sure;
  }

  /** Silence after `burst`: a scan if the scanner sends no end, else nothing. */
  silent(burst) {
    this.burst = null;
    if (!this.isHushed(burst)) return;
    this.hushed = burst.last;
    this.found(burst);
  }

  end(event) {
    const at = event.timeStamp;
    const burst = this.burst;
    this.burst = null;
    if (burst && burst.text && (burst.sure || at - burst.last <= this.settings.gap_ms) && burst.even) {
      if (burst.sure || burst.text.length >= this.settings.min) {
        stop(event);
        burst.last = at;
        localStorage.setItem("wedge-ends", "yes");
        return this.found(burst);
      }
      if (!burst.field && burst.text.length > 1 && burst.slow === 0 && at - burst.last <= this.settings.slow_ms) {
        stop(event); // no person types so fast: the rest of a code got lost, and its Enter must press nothing
        return this.ears.short(burst.text);
      }
    }
    if (at - this.ended <= this.settings.gap_ms) stop(event); // CR LF, or the Enter of a text committed whole
    return undefined;
  }

  committed(text, event) {
    const kept = textField(event.target) ? new Keeping(event.target) : null;
    event.preventDefault();
    kept?.giveBack(this.composing);
    this.ended = event.timeStamp;
    this.burst = null;
    for (const line of text.split(/[\r\n\t]+/)) if (line) this.ears.scan(line);
  }

  found(burst) {
    clearTimeout(this.timer);
    burst.kept?.giveBack(this.composing);
    this.ended = burst.last;
    if (burst.tail) this.ears.short(burst.text);
    else this.ears.scan(burst.text);
  }
}

/** The nearest `data-scan` around a field: "no" means that texts put in whole are typing here (office forms, PINs). */
function nearest(target) {
  return target.closest?.("[data-scan]")?.dataset.scan;
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
