// The scanner doctor's ear: takes down what each scan types, how it ends, and whether an input method had its hands on it.

import { GS, comesLater, isEnd, letterOf } from "./keys.js";

const SILENCE_MS = 400; // after the last key: no end will come
const REPEAT_MS = 800; // after a scan: a second one is the scanner's own
const ear = document.getElementById("ear");
const codes = [...document.querySelectorAll("#doctor [data-test]")];
const heard = [];
let at = 0;
let text = "";
let composed = false;
let alt = "";
let timer = 0;

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
  composed = false;
  if (heard.length) timer = setTimeout(next, REPEAT_MS);
}

function next() {
  if (at >= codes.length) return;
  codes[at].hidden = true;
  at += 1;
  if (at < codes.length) codes[at].hidden = false;
  else tell();
  ear.focus();
}

async function tell() {
  document.getElementById("skip").hidden = true;
  const answer = await fetch("/doctor/scanner", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ heard }),
  });
  document.getElementById("findings").innerHTML = await answer.text(); // ours, escaped by the server
}

function keydown(event) {
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
