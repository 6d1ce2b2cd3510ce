// Live updates: the stream says what changed, the page fetches that piece afresh. No rights leak through the stream.
// Phones wake up with streams that look open and are dead, so silence is what counts, not the stream's own state.

import { lifted } from "./finger.js";
import { swap } from "./swap.js";

const REOPEN_MS = [500, 1000, 2000, 5000, 10000];
const FETCH_MS = 8000;
const SETTLE_MS = 150; // a busy list is fetched at most this often

/** `list` are the words of `data-live`: a subject such as "note:17", or "note:*" for all of a kind. */
export function concerns(list, subject) {
  const kind = `${subject.split(":")[0]}:*`;
  return (list ?? "").split(/\s+/).some((word) => word === subject || word === kind || word === "*");
}

export class Live extends EventTarget {
  // Events: "stream" {live: boolean}, "signed_out", "swapped" {element}, "verdict" {verdict, scan}.
  #stream = null;
  #timer = 0;
  #tries = 0;
  #busy = new Map(); // data-src -> whether it is wanted again

  constructor(url, cursor, beatMs) {
    super();
    Object.assign(this, { url, cursor, beatMs });
  }

  start() {
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#close() : this.#wake()));
    window.addEventListener("pagehide", () => this.#close());
    window.addEventListener("pageshow", (event) => event.persisted && this.#wake());
    if (!document.hidden) this.#open();
  }

  #wake() {
    this.#tries = 0;
    this.#open();
    this.refreshAll();
  }

  #open() {
    this.#close();
    const stream = new EventSource(`${this.url}?last=${encodeURIComponent(this.cursor)}`);
    this.#stream = stream;
    stream.onopen = () => this.#alive();
    stream.onmessage = (event) => this.#changed(event);
    stream.addEventListener("beat", () => this.#alive());
    stream.addEventListener("verdict", ({ data }) => this.#heard(JSON.parse(data)));
    stream.addEventListener("reset", (event) => this.#reset(event));
    stream.onerror = () => {
      this.dispatchEvent(new CustomEvent("stream", { detail: { live: false } }));
      if (stream.readyState === EventSource.CLOSED && stream === this.#stream) this.#reopen(); // it never tries again itself
    };
    this.#watch();
  }

  #close() {
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = null;
  }

  #alive() {
    this.#tries = 0;
    this.dispatchEvent(new CustomEvent("stream", { detail: { live: true } }));
    this.#watch();
  }

  #watch() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#silent(), 3 * this.beatMs);
  }

  #silent() {
    this.dispatchEvent(new CustomEvent("stream", { detail: { live: false } }));
    this.#open();
    this.refreshAll();
  }

  #reopen() {
    clearTimeout(this.#timer);
    const wait = REOPEN_MS[Math.min(this.#tries, REOPEN_MS.length - 1)];
    this.#tries += 1;
    this.#timer = setTimeout(() => {
      this.#open();
      this.refreshAll();
    }, wait);
  }

  #changed(event) {
    const { subject, id } = JSON.parse(event.data);
    this.cursor = event.lastEventId || id || this.cursor;
    this.#alive();
    setTimeout(() => this.refresh(subject), SETTLE_MS);
  }

  /** A reader without a screen has scanned at this page's station. */
  #heard({ verdict, codes }) {
    this.#alive();
    this.dispatchEvent(new CustomEvent("verdict", { detail: { verdict, scan: { codes } } }));
  }

  /** The journal began anew (a restored backup): old cursors mean nothing. */
  #reset(event) {
    this.cursor = JSON.parse(event.data).id;
    this.#open();
    this.refreshAll();
  }

  refresh(subject) {
    for (const element of document.querySelectorAll("[data-live][data-src]")) {
      if (concerns(element.dataset.live, subject)) this.#fetch(element);
    }
  }

  refreshAll() {
    for (const element of document.querySelectorAll("[data-live][data-src]")) this.#fetch(element);
  }

  async #fetch(element) {
    const { src } = element.dataset;
    if (this.#busy.has(src)) return void this.#busy.set(src, true);
    this.#busy.set(src, false);
    try {
      await this.#renew(element, src);
    } catch {
      element.setAttribute("data-stale", ""); // fetched again with the next event, beat loss or wake-up
    }
    const again = this.#busy.get(src);
    this.#busy.delete(src);
    const now = document.querySelector(`[data-src="${CSS.escape(src)}"]`);
    if (again && now) await this.#fetch(now);
  }

  async #renew(element, src) {
    const answer = await fetch(src, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(FETCH_MS) });
    if (answer.status === 401 || answer.type === "opaqueredirect") return void this.dispatchEvent(new Event("signed_out"));
    if (!answer.ok) throw new Error(String(answer.status));
    const html = await answer.text();
    const open = element.querySelector("dialog[open]");
    if (open) await new Promise((closed) => open.addEventListener("close", closed, { once: true }));
    await lifted();
    if (!element.isConnected) return undefined;
    const detail = { element: swap(element, html) };
    return void this.dispatchEvent(new CustomEvent("swapped", { detail }));
  }
}
