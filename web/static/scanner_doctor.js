// The scanner doctor's ear: takes down what each scan types, how it ends, and whether an input method had its hands on it.

import { GS, comesLater, isEnd, letterOf } from "./keys.js";
import { swap } from "./swap.js";

const SILENCE_MS = 1000; // after the last key: no end will come
const REPEAT_MS = 800; // after a scan: a second one is the scanner's own
const ear = document.getElementById("ear");
const codes = [...document.querySelectorAll("#doctor [data-test]")];
const heard = [];
let at = 0;
let text = "";
let composed = false;
let alt = "";
let timer = 0;
let last = 0; // when the last key was pressed, by its own clock
let stepped = false; // whether the next code was shown since

/** The page was busy, not the scanner silent: what was taken for a whole code goes on with this key. */
function rejoin(event) {
  const before = heard.at(-1);
  if (text || ear.value || !before || before.ended || before.composed || event.timeStamp - last > SILENCE_MS) return;
  heard.pop();
  document.getElementById("heard").lastElementChild.remove();
  text = before.text;
  ear.value = text.replaceAll(GS, "");
  if (stepped) show(at - 1);
}

function show(number) {
  codes.forEach((code, each) => (code.hidden = each !== number));
  at = number;
}

function arrived(ended) {
  clearTimeout(timer);
  const typed = ear.value.trim();
  // What an input method put in counts, not the keys below it; else the keys, which know the separator.
  const whole = composed || text.replaceAll(GS, "") !== typed ? typed || text : text;
  ear.value = "";
  text = "";
  if (whole) {
    heard.push({ text: whole, ended, composed });
    const line = document.createElement("li");
    line.textContent = whole.replaceAll(GS, "␝") + (ended ? " ⏎" : "");
    document.getElementById("heard").append(line);
  }
  composed = stepped = false;
  if (heard.length) timer = setTimeout(next, REPEAT_MS);
}

function next() {
  if (at >= codes.length) return;
  stepped = true;
  show(at + 1);
  if (at >= codes.length) tell();
  ear.focus();
}

async function tell() {
  for (const done of document.querySelectorAll("#doctor .codes, #skip")) done.hidden = true;
  const answer = await fetch("/doctor/scanner", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ heard }),
  });
  swap(document.getElementById("findings"), await answer.text());
}

function keydown(event) {
  rejoin(event);
  last = event.timeStamp;
  if (isEnd(event)) {
    event.preventDefault();
    if (event.isComposing) return; // the input method takes it: its text follows
    if (text || ear.value) arrived(true);
    return;
  }
  clearTimeout(timer);
  timer = setTimeout(arrived, SILENCE_MS, false);
  if (event.key === "Alt") alt = "";
  if (event.altKey && /^Numpad\d$/.test(event.code)) {
    alt += event.code[6];
    return void event.preventDefault();
  }
  if (event.key === "Process") composed = true;
  const letter = comesLater(event) ? null : letterOf(event, "F8");
  if (letter === GS) event.preventDefault();
  text += letter ?? "";
}

const ears = {
  keydown,
  keyup(event) {
    if (event.key === "Alt" && alt) text += String.fromCharCode(Number(alt) % 65536);
    if (event.key === "Alt") alt = "";
  },
  compositionstart: () => (composed = true),
  compositionend: () => setTimeout(arrived, 0, true),
  beforeinput: () => {},
  input: () => {},
};
// On the window, before the page's own listener for scans: here a scan is looked at, not sent.
for (const [kind, take] of Object.entries(ears)) {
  window.addEventListener(kind, (event) => {
    if (event.target !== ear) return;
    event.stopPropagation();
    take(event);
  }, { capture: true });
}
document.getElementById("skip").addEventListener("click", next);
ear.focus();
