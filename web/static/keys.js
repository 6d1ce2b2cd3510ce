// What one key event means for a scanner that pretends to be a keyboard: a letter, a group separator, an end, or nothing.

export const GS = "\u001d";

const DIGITS_SHIFTED = ")!@#$%^&*(";
const US = {
  Minus: "-_", Equal: "=+", BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", Semicolon: ";:", Quote: "'\"",
  Backquote: "`~", Comma: ",<", Period: ".>", Slash: "/?", Space: "  ",
  NumpadDecimal: "..", NumpadAdd: "++", NumpadSubtract: "--", NumpadMultiply: "**", NumpadDivide: "//",
};
const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock", "Fn"]);
const ENDS = new Set(["Enter", "NumpadEnter", "Tab"]);

/** @param {string} code @param {boolean} shift @returns {string|null} the letter of a US keyboard */
export function usLetter(code, shift) {
  if (/^Key[A-Z]$/.test(code)) return shift ? code[3] : code[3].toLowerCase();
  if (/^Digit\d$/.test(code)) return shift ? DIGITS_SHIFTED[Number(code[5])] : code[5];
  if (/^Numpad\d$/.test(code)) return code[6];
  return code in US ? US[code][shift ? 1 : 0] : null;
}

/** An input method took the key, or the device named none: only the place of the key is known. */
function nameless(event) {
  return event.isComposing || event.keyCode === 229 || ["Process", "Unidentified", undefined].includes(event.key);
}

/** Android sends 229 without a place; the letter comes with the `beforeinput` that follows. */
export function comesLater(event) {
  return event.keyCode === 229 && !event.code;
}

export function isEnd(event) {
  if (event.shiftKey || event.ctrlKey || event.metaKey) return false;
  return ENDS.has(event.key) || (nameless(event) && ENDS.has(event.code));
}

export function isModifier(event) {
  return MODIFIERS.has(event.key);
}

/** @returns {string|null} the one character that this keydown stands for */
export function letterOf(event, gsKey) {
  const command = (event.ctrlKey && !event.getModifierState("AltGraph")) || event.metaKey;
  if (event.key === gsKey) return GS;
  if (command) return event.code === "BracketRight" || event.key === "]" ? GS : null;
  if (event.key !== undefined && [...event.key].length === 1) return event.key; // also with altKey: some firmware sets it always
  return nameless(event) && event.code ? usLetter(event.code, event.shiftKey) : null;
}
