// What time it is at the server: a device whose clock is wrong stamps its scans right all the same.

import island from "./island.js";

const WRONG_MS = 5000; // less is the way of an answer, and harms nothing

let ahead = 0; // of the server's clock before this device's, in ms

/** The server said that it was `at` when this device's clock showed `heard`, both in ms since 1970; NaN teaches nothing. */
export function learn(at, heard = Date.now()) {
  const off = at - heard;
  if (Math.abs(off - ahead) > WRONG_MS) ahead = Math.abs(off) > WRONG_MS ? off : 0;
}

/** @returns {number} ms since 1970 by the server's clock */
export function now() {
  return Date.now() + ahead;
}

const [page] = performance.getEntriesByType("navigation");
learn(island.now ?? NaN, Date.now() - (performance.now() - (page?.responseStart ?? 0)));
