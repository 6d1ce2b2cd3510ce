// The last scan and its verdict, always in sight: sign, words, coloured edge, sound. A refusal stays until the next good
// scan or a tap, over reloads too; neither a kept scan nor a double wipes it away.

import { say } from "./island.js";
import { play } from "./sound.js";

const SIGNS = { ok: "✓", done: "✓", error: "✕", double: "⚠", noted: "…" };
const LASTING = new Set(["error", "double"]);

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

export class Strip {
  /** @param {HTMLElement} place the empty role=alert region of the page */
  constructor(place) {
    this.place = place;
    this.last = JSON.parse(sessionStorage.getItem("verdict") ?? "null");
    if (this.last) this.draw();
    place.addEventListener("click", () => this.seen());
  }

  /** The server's answer to `scan`. */
  answer(verdict, scan) {
    const double = verdict.code === "double_fire" || verdict.sound === "double";
    if (double && this.red && this.last.state === "error") return play("error");
    const counted = double && !verdict.fields?.first; // else the first of the two was refused
    const state = counted ? "double" : verdict.accepted ? verdict.sound : "error";
    this.show({ state, text: verdict.text || verdict.code, code: verdict.code, scanned: scan.codes.join(" ") });
    return play(state in SIGNS ? state : "error");
  }

  /** A refusal of this device itself: nothing was sent. */
  refuse(key, code) {
    this.show({ state: "error", text: say(key, { code }), code: key, scanned: code });
    play("error");
  }

  /** Kept on disk, not yet answered. Never called "ok". */
  noted(scan) {
    if (this.red) return;
    this.show({ state: "noted", text: say("noted_scan", { code: scan.codes.join(" ") }), code: "", scanned: "" });
  }

  get red() {
    return this.last !== null && LASTING.has(this.last.state) && !this.last.seen;
  }

  seen() {
    if (!this.red) return;
    this.last.seen = true;
    this.draw();
  }

  show(last) {
    this.last = last;
    this.draw();
  }

  draw() {
    const { state, text, code, scanned, seen } = this.last;
    sessionStorage.setItem("verdict", JSON.stringify(this.last));
    this.place.dataset.state = seen ? "seen" : state;
    const words = element("p", "verdict-words", text);
    const small = element("p", "verdict-code", [scanned, code].filter(Boolean).join(" · "));
    const body = element("div", "verdict-body", "");
    body.append(words, small);
    const sign = element("span", "verdict-sign", SIGNS[state] ?? SIGNS.error);
    sign.setAttribute("aria-hidden", "true");
    this.place.replaceChildren(sign, body);
    if (!this.red) return;
    const button = element("button", "verdict-seen", say("seen"));
    button.type = "button";
    this.place.append(button);
  }
}
