// The order form, livelier: lines come and go without a round trip, figures and stock follow what is typed. All sums are the server's.

import { lookups } from "./lookup.js";

const WAIT_MS = 250;
const form = document.getElementById("order-form");
const lines = document.getElementById("lines");
let timer = 0;
let asked = null;
let sent = false;

function rows() {
  return [...lines.querySelectorAll("[data-row]")];
}

function isBlank(row) {
  return [...row.querySelectorAll("input")].every((field) => field.value.trim() === "");
}

/** A scan goes into the first line without an item. */
function scanTarget() {
  for (const field of lines.querySelectorAll("[name=line_item]")) field.removeAttribute("data-scan");
  const free = rows().find((row) => row.querySelector("[name=line_item]").value === "") ?? addLine();
  free.querySelector("[name=line_item]").dataset.scan = "field";
}

function addLine() {
  const made = document.getElementById("line").content.firstElementChild.cloneNode(true);
  lines.append(made);
  lookups(made);
  return made;
}

function removeLine(row) {
  if (rows().length === 1) addLine();
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  next?.querySelector("input")?.focus();
  scanTarget();
  soon();
}

function show(place, text) {
  if (place && place.textContent !== text) place.textContent = text;
}

function showWrong(place, text) {
  if (!place) return;
  show(place, text);
  place.hidden = !text;
}

function markWrong(field, wrong) {
  if (wrong) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

function showRow(row, cell) {
  for (const name of ["name", "net", "stock"]) show(row.querySelector(`[data-show=${name}]`), cell[name]);
  row.querySelector("[data-show=stock]").dataset.tone = cell.tone;
  row.querySelector("[data-placeholder=list]").placeholder = cell.list;
  const quiet = isBlank(row) || (cell.field === "quantity" && row.querySelector("[name=line_quantity]").value === "");
  showWrong(row.querySelector("[data-show=wrong]"), quiet ? "" : cell.wrong);
  for (const field of row.querySelectorAll("input"))
    markWrong(field, !quiet && field.name === `line_${cell.field}`);
}

function showAll(told, seen) {
  for (const [name, text] of Object.entries(told.customer)) show(form.querySelector(`[data-customer=${name}]`), text);
  for (const [name, text] of Object.entries(told.totals)) show(form.querySelector(`[data-total=${name}]`), text);
  for (const place of form.querySelectorAll("[data-head]")) {
    const field = place.querySelector("input");
    const text = field.value === "" ? "" : (told.wrong[place.dataset.head] ?? "");
    showWrong(place.querySelector("[data-show=wrong]"), text);
    markWrong(field, text !== "");
  }
  told.rows.forEach((cell, number) => seen[number]?.isConnected && showRow(seen[number], cell));
}

async function figures() {
  asked?.abort();
  asked = new AbortController();
  const seen = rows();
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.figures, { method: "POST", body, signal: asked.signal, redirect: "manual" });
    if (answer.ok) showAll(await answer.json(), seen);
  } catch (error) {
    if (error.name !== "AbortError") form.dataset.stale = ""; // asked again with the next change; the server judges at the end
    return;
  }
  delete form.dataset.stale;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(figures, WAIT_MS);
}

form.addEventListener("input", soon);
form.addEventListener("change", (event) => {
  if (event.target.name === "line_item") scanTarget();
  soon();
});
form.addEventListener("chosen", (event) => {
  event.target.closest("[data-row]")?.querySelector("[name=line_quantity]").focus();
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !(event.target instanceof HTMLInputElement)) return;
  event.preventDefault(); // Enter in a field is no sending
  const row = event.target.closest("[data-row]");
  if (!row) return;
  const next = row.nextElementSibling ?? (isBlank(row) ? row : addLine());
  next.querySelector("[name=line_item]").focus();
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.add !== undefined) {
    event.preventDefault();
    addLine().querySelector("input").focus();
  } else if (button?.dataset.remove !== undefined) {
    event.preventDefault();
    removeLine(button.closest("[data-row]"));
  }
});
form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault(); // the form's id makes a second one harmless; this only spares it
  sent = true;
  setTimeout(() => (sent = false), 2000);
});
window.addEventListener("pageshow", (event) => event.persisted && (sent = false));

form.querySelector("[data-figures-button]").hidden = true;
lookups(form);
scanTarget();
