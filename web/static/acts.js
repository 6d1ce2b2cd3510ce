// What a person does on the page besides scanning: buttons that stand for printed commands, quantities typed, dialogs answered.

const TWICE_MS = 400; // a finger that taps twice means once

function whole(text) {
  const digits = text.normalize("NFKC").trim(); // full-width digits of a Chinese keyboard are digits too
  return /^\d{1,9}$/.test(digits) ? Number(digits) : null;
}

function numberOrText(text) {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : text || null;
}

/** What the person saw at the moment of the scan: note and line of the page, a quantity typed for the next scan.
 *  A quantity that is none comes back as `refused`. */
export function context(session, given) {
  const field = given.quantity === undefined ? document.querySelector("input[data-scan-quantity]") : null;
  const text = given.quantity ?? field?.value ?? "";
  const quantity = text === "" ? null : whole(text);
  if (text !== "" && quantity === null) return { refused: text };
  if (field) field.value = field.defaultValue;
  const seen = (name) => numberOrText(document.querySelector(`[data-${name}]`)?.dataset[name]);
  return { session, note: seen("note"), line: seen("line"), quantity };
}

export function openDialog() {
  return [...document.querySelectorAll("dialog[open]")].at(-1) ?? null;
}

/** Gives the scan to a field that asked for it (`data-scan="field"`): sign-in, search. @returns {boolean} whether one did */
export function answering(code, dialog) {
  const field = (dialog ?? document).querySelector("input[data-scan=field]:enabled");
  if (!field?.checkVisibility()) return false; // one in a closed <details> asks for nothing
  field.value = code;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  if (field.dataset.scanThen === "submit") field.form.requestSubmit();
  else document.getElementById(field.dataset.scanThen)?.focus();
  return true;
}

/** `<template data-when="opened" data-go="/pick/{note}">`: where the page goes after a verdict. @returns {boolean} */
export function follow(verdict) {
  for (const { dataset } of document.querySelectorAll("template[data-when][data-go]")) {
    if (!dataset.when.split(/\s+/).includes(verdict.code)) continue;
    const known = { ...verdict.fields, note: verdict.note?.id ?? verdict.fields?.note };
    const path = dataset.go.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(known[name] ?? ""));
    if (!/^\/(?!\/)/.test(path)) continue;
    if (path === location.pathname) return false;
    location.assign(path);
    return true;
  }
  return false;
}

async function pressed(button, event, send) {
  event.preventDefault();
  const { code, quantity, quantityFrom } = button.dataset;
  const now = event.timeStamp;
  if (now - (button.pressedAt ?? -Infinity) < TWICE_MS) return;
  button.pressedAt = now;
  const field = quantityFrom && document.getElementById(quantityFrom);
  const taken = await send(code, null, { quantity: field ? field.value : (quantity ?? "") });
  if (taken) button.closest("dialog")?.close();
}

/** @param {(code: string, symbology: null, given: object) => Promise<boolean>} send */
export function buttons(send) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-code], [data-open], [data-close]");
    if (!button) return;
    if (button.dataset.open) {
      event.preventDefault();
      document.getElementById(button.dataset.open)?.showModal();
    } else if (button.dataset.close !== undefined) {
      event.preventDefault();
      button.closest("dialog")?.close();
    } else pressed(button, event, send);
  });
  document.addEventListener("close", ({ target }) => delete target.dataset.refused, { capture: true });
}
