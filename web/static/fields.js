// Text fields beside the scanner: which element takes typing, how a half-typed field gets its text back, where the focus rests.

const NOT_TYPED = new Set(["button", "submit", "reset", "checkbox", "radio", "image", "file", "range", "color", "hidden"]);

export function isSink(target) {
  return target instanceof HTMLElement && target.id === "sink";
}

/** @returns {HTMLElement|null} `target` if a person can type into it; the sink is none */
export function textField(target) {
  if (!(target instanceof HTMLElement) || isSink(target) || target.disabled || target.readOnly) return null;
  if (target instanceof HTMLInputElement) return NOT_TYPED.has(target.type) ? null : target;
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement ? target : null;
}

function caret(field) {
  try {
    return [field.selectionStart, field.selectionEnd];
  } catch {
    return [null, null]; // number and date fields have none
  }
}

/** What stood in a field before a scanner typed into it. */
export class Keeping {
  constructor(field) {
    this.field = field;
    this.value = field.value;
    [this.start, this.end] = caret(field);
  }

  /** @param {boolean} composing an input method is at work: it would write its half-made word over what we put back */
  giveBack(composing) {
    const field = this.field;
    if (composing) field.blur();
    field.value = this.value;
    if (composing) field.focus();
    if (this.start !== null && field.setSelectionRange) field.setSelectionRange(this.start, this.end);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Gives the sink the focus whenever nobody else has it: committed text then has a target, and no soft keyboard opens. */
export function restFocus(sink) {
  const rest = () => {
    const nobody = !document.activeElement || document.activeElement === document.body;
    if (nobody && !document.querySelector("dialog:modal")) sink.focus({ preventScroll: true });
  };
  document.addEventListener("focusout", () => setTimeout(rest));
  document.addEventListener("click", () => setTimeout(rest));
  document.addEventListener("close", () => setTimeout(rest), { capture: true });
  window.addEventListener("focus", rest);
  window.addEventListener("pageshow", rest);
  rest();
}
