// The network banner: how many scans are noted but not answered, what is set aside, whether the page may be old.

import { say } from "./island.js";
import { play } from "./sound.js";

const QUIET_MS = 400; // an answer that comes at once needs no banner

export class Banner {
  /** @param {HTMLElement} place the empty role=status region @param {string} signIn address of the sign-in page */
  constructor(place, signIn) {
    this.place = place;
    this.signIn = signIn;
    this.state = { waiting: 0, parked: [], sending: "ok" };
    this.live = true;
    this.leaving = false;
    this.timer = 0;
    this.sure = false;
    this.guardLeaving();
  }

  queue(state) {
    const wasSending = this.state.sending;
    if (state.waiting > this.state.waiting && state.sending !== "ok") play("noted");
    this.state = state;
    if (!state.parked.length) this.sure = false;
    clearTimeout(this.timer);
    const quiet = state.sending === "ok" && wasSending === "ok" && this.place.hidden;
    if (quiet && state.waiting && !state.parked.length && this.live) this.timer = setTimeout(() => this.draw(), QUIET_MS);
    else this.draw();
  }

  stream(live) {
    if (live === this.live) return;
    this.live = live;
    this.draw();
  }

  signedOut() {
    this.queue({ ...this.state, sending: "sign_in" });
  }

  draw() {
    const { waiting, parked, sending } = this.state;
    const parts = [];
    if (sending === "sign_in") parts.push(this.words("sign_in"), this.link());
    else if (sending === "retry") parts.push(this.words("offline"));
    else if (!this.live) parts.push(this.words("stale"));
    if (waiting) parts.push(this.words("noted", { n: waiting }));
    if (parked.length) parts.push(...this.aside(parked));
    if (this.leaving && waiting) parts.push(this.words("leave_anyway", { n: waiting }));
    this.place.dataset.state = parked.length ? "parked" : this.live && sending === "ok" ? "ok" : sending;
    this.place.dataset.waiting = String(waiting);
    this.place.replaceChildren(...parts);
    this.place.hidden = parts.length === 0;
  }

  words(key, fields) {
    const part = document.createElement("span");
    part.textContent = say(key, fields);
    return part;
  }

  link() {
    const link = document.createElement("a");
    link.href = this.signIn;
    link.textContent = say("sign_in_link");
    return link;
  }

  aside(parked) {
    const { codes, status } = parked[0];
    const words = this.words("parked", { n: parked.length, code: codes.join(" "), status });
    return [words, this.button("send_again"), this.button(this.sure ? "remove_sure" : "remove")];
  }

  button(key) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = say(key);
    button.addEventListener("click", () => {
      if (key === "remove") {
        this.sure = true;
        return this.draw();
      }
      return this.place.dispatchEvent(new CustomEvent("settle", { detail: { again: key === "send_again" } }));
    });
    return button;
  }

  /** Signing out with scans still here takes a second press. */
  guardLeaving() {
    document.addEventListener("submit", (event) => {
      if (!event.target.matches("form[data-leaves]") || !this.state.waiting || this.leaving) return;
      event.preventDefault();
      this.leaving = true;
      this.draw();
    });
  }
}
