// The one way of a scan to the server: first onto this device's disk, then out, one at a time, in order, until it is answered.

import { learn, now } from "./clock.js";
import { Store } from "./store.js";

const BACK_OFF_MS = [500, 1000, 2000, 4000, 5000];
const SEND_MS = 4000; // half-dead wifi stalls requests for minutes
const LOOK_MS = 5000;

/** @returns {string} a UUID of version 7 (RFC 9562, 5.7); `crypto.randomUUID` is missing on plain HTTP */
export function uuid7(at = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(at / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** One name per tab, kept over reloads: a verdict is shown where its scan was made. */
function tabName() {
  const name = sessionStorage.getItem("tab") ?? uuid7();
  sessionStorage.setItem("tab", name);
  return name;
}

export class Queue extends EventTarget {
  // Events: "state" {waiting, parked, sending: "ok"|"retry"|"sign_in"} and "verdict" {verdict, scan}.
  #store = new Store();
  #tab = tabName();
  #born = now();
  #others = new BroadcastChannel("floor-queue");
  #draining = false;
  #again = false;
  #failures = 0;
  #timer = 0;
  state = { waiting: 0, parked: [], sending: "ok" };

  constructor(url) {
    super();
    this.url = url;
  }

  start() {
    this.#others.onmessage = ({ data }) => this.#heard(data);
    const drain = () => this.drain();
    for (const kind of ["pageshow", "online"]) window.addEventListener(kind, drain);
    document.addEventListener("visibilitychange", drain);
    window.addEventListener("pagehide", () => this.#store.release(this.#tab).catch(() => {}));
    setInterval(() => this.state.sending !== "sign_in" && this.drain(), LOOK_MS);
    this.#count().then(drain);
  }

  /** Keeps the scan on disk, then sends. Rejects only when it could not be kept. */
  async put({ codes, symbology = null, session = null, note = null, line = null, quantity = null }) {
    const at = new Date(now()).toISOString();
    const scan = { id: uuid7(), codes, symbology, at, session, note, line, quantity, tab: this.#tab };
    scan.seq = await this.#store.keep(scan);
    await this.#count();
    this.#tell({ put: true });
    this.drain();
    return scan;
  }

  async settleParked(again) {
    await this.#store.unpark(again);
    await this.#count();
    this.drain();
  }

  async drain() {
    this.#again = true;
    if (this.#draining) return;
    this.#draining = true;
    clearTimeout(this.#timer);
    try {
      while (this.#again) {
        this.#again = false;
        await this.#alone(() => this.#sendAll());
      }
    } catch {
      this.#later(); // the disk was busy or full: look again
    } finally {
      this.#draining = false;
    }
  }

  /** Only one tab of a device sends; on plain HTTP there are no Web Locks, so a row on disk stands for one. */
  async #alone(work) {
    if (navigator.locks) {
      return navigator.locks.request("floor-queue", { ifAvailable: true }, (lock) => (lock ? work() : null));
    }
    if (!(await this.#store.lease(this.#tab))) return null;
    try {
      return await work();
    } finally {
      await this.#store.release(this.#tab);
    }
  }

  async #sendAll() {
    for (let scan = await this.#store.first(); scan; scan = await this.#store.first()) {
      if (!navigator.locks && !(await this.#store.lease(this.#tab))) return;
      const { verdict, outcome, status } = await this.#send(scan);
      if (outcome === "sign_in") {
        this.#again = false; // whoever asked meanwhile has this answer, too
        return this.#sending("sign_in");
      }
      if (outcome === "retry") return this.#later();
      if (verdict) await this.#store.drop(scan.seq);
      else await this.#store.park(scan, status);
      this.#failures = 0;
      this.state.sending = "ok";
      await this.#count();
      if (verdict) this.#answered(verdict, scan);
      this.#tell({ counted: true });
    }
    if (this.state.sending !== "ok") this.#sending("ok");
  }

  async #send({ tab, ...scan }) {
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        headers: { "content-type": "application/json", "accept-language": document.documentElement.lang },
        body: JSON.stringify(scan),
        redirect: "manual",
        cache: "no-store",
        signal: AbortSignal.timeout(SEND_MS),
      });
      const { status } = answer;
      if (status === 401 || answer.type === "opaqueredirect") return { outcome: "sign_in" };
      if (status === 200) {
        const verdict = await answer.json(); // what is no JSON comes from something between us and the server
        if (typeof verdict?.code !== "string") return { outcome: "retry" };
        learn(Date.parse(answer.headers.get("date")));
        return { verdict };
      }
      if (status >= 400 && status < 500 && ![408, 425, 429].includes(status)) return { outcome: "park", status };
      return { outcome: "retry" };
    } catch {
      return { outcome: "retry" };
    }
  }

  #later() {
    const wait = BACK_OFF_MS[Math.min(this.#failures, BACK_OFF_MS.length - 1)];
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.drain(), wait);
    this.#sending("retry");
  }

  #sending(sending) {
    this.state = { ...this.state, sending };
    this.dispatchEvent(new CustomEvent("state", { detail: this.state }));
    this.#tell({ sending });
  }

  async #count() {
    const [waiting, parked] = [await this.#store.waiting(), await this.#store.parked()];
    this.state = { ...this.state, waiting, parked };
    this.dispatchEvent(new CustomEvent("state", { detail: this.state }));
  }

  #answered(verdict, scan) {
    const ownOrOrphan = scan.tab === this.#tab || Date.parse(scan.at) < this.#born;
    if (ownOrOrphan) this.dispatchEvent(new CustomEvent("verdict", { detail: { verdict, scan } }));
    else this.#tell({ verdict, scan });
  }

  #tell(message) {
    this.#others.postMessage(message);
  }

  #heard({ put, counted, sending, verdict, scan }) {
    if (put) this.drain();
    if (counted || put) this.#count();
    if (sending && sending !== this.state.sending) {
      this.state = { ...this.state, sending };
      this.dispatchEvent(new CustomEvent("state", { detail: this.state }));
    }
    if (verdict && scan.tab === this.#tab) this.dispatchEvent(new CustomEvent("verdict", { detail: { verdict, scan } }));
  }
}
