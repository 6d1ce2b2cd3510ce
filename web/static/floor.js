// Starts a page: joins the listener, the queue, the verdict strip, the banner and the live stream.

import { Banner } from "./banner.js";
import { answering, buttons, context, follow, openDialog } from "./acts.js";
import { restFocus } from "./fields.js";
import { watchFinger } from "./finger.js";
import island, { say } from "./island.js";
import { keypads } from "./keypad.js";
import { Live } from "./live.js";
import { Queue } from "./queue.js";
import { Wedge } from "./scan.js";
import { listenForUnlock } from "./sound.js";
import { Strip } from "./verdict.js";

const strip = new Strip(document.getElementById("verdict"));
const banner = new Banner(document.getElementById("network"), island.sign_in);
const queue = new Queue(island.scan);
const live = new Live(island.events, island.cursor, island.beat_ms);

/** One way for scanned codes and pressed buttons alike. `given` are members that the button itself knows. */
async function send(code, symbology, given = {}) {
  const seen = context(island.session, given);
  if (seen.refused !== undefined) {
    strip.refuse("bad_quantity", seen.refused);
    return false;
  }
  try {
    strip.noted(await queue.put({ codes: [code], symbology, ...seen }));
    return true;
  } catch {
    strip.refuse("not_kept", code);
    return false;
  }
}

function scanned(text) {
  const aim = /^\][A-Za-z][0-9A-Za-z]/.exec(text)?.[0] ?? null; // AIM identifier, ISO/IEC 15424
  const code = aim ? text.slice(aim.length) : text;
  const dialog = openDialog();
  if (answering(code, dialog)) return;
  if (dialog && dialog.dataset.scan !== "yes") {
    dialog.dataset.refused = say("answer_first", { code }); // loud where the eye is
    strip.refuse("answer_first", code);
    return;
  }
  send(code, aim);
}

listenForUnlock();
watchFinger();
new Wedge({ scan: scanned, short: (code) => strip.refuse("too_short", code) }, island.wedge).listen();
const sink = document.getElementById("sink");
if (sink) restFocus(sink);
buttons(send);
keypads();

queue.addEventListener("state", ({ detail }) => banner.queue(detail));
function judged({ detail: { verdict, scan } }) {
  strip.answer(verdict, scan);
  if (!follow(verdict)) live.refreshAll();
}

queue.addEventListener("verdict", judged);
live.addEventListener("verdict", judged);
banner.place.addEventListener("settle", ({ detail }) => queue.settleParked(detail.again));
live.addEventListener("stream", ({ detail }) => banner.stream(detail.live));
live.addEventListener("signed_out", () => banner.signedOut());
queue.start();
if (island.events && document.querySelector("[data-live]")) live.start();
