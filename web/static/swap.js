// Puts fresh HTML of the server in the place of old, and keeps what the person has under the fingers: focus, half-typed fields.

const policy = window.trustedTypes?.createPolicy("floor", { createHTML: (html) => html }) ?? { createHTML: (html) => html };

function nameOf(field) {
  if (field.id) return `#${CSS.escape(field.id)}`;
  return field.name ? `${field.localName}[name="${CSS.escape(field.name)}"]` : null;
}

function changed(field) {
  if (field instanceof HTMLSelectElement) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  if (["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

function carryField(field, fresh, focused) {
  const name = nameOf(field);
  const radio = field.type === "radio" ? `[value="${CSS.escape(field.value)}"]` : "";
  const twin = name && fresh.querySelector(name + radio);
  if (!twin) return;
  if (changed(field) || field === focused) {
    twin.value = field.value;
    twin.checked = field.checked;
  }
}

function carryFocus(focused, fresh) {
  const code = focused.dataset?.code && `[data-code="${CSS.escape(focused.dataset.code)}"]`;
  const name = nameOf(focused) ?? code ?? (focused.href && `a[href="${CSS.escape(focused.getAttribute("href"))}"]`);
  const twin = name && fresh.querySelector(name);
  if (!twin) return;
  twin.focus({ preventScroll: true });
  if (typeof focused.selectionStart === "number") twin.setSelectionRange(focused.selectionStart, focused.selectionEnd);
}

function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  for (const field of old.querySelectorAll("input, select, textarea")) carryField(field, fresh, focused);
  for (const box of old.querySelectorAll("details[open][id]")) fresh.querySelector(`#${CSS.escape(box.id)}`)?.setAttribute("open", "");
  old.replaceWith(fresh);
  if (focused) carryFocus(focused, fresh);
}

/** The first element of `html` takes the place of `old`; any further one that of the page's element with its id.
 *  @param {Element} old @param {string} html @returns {Element} what stands in the place of `old` now */
export function swap(old, html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  const [fresh, ...others] = template.content.children;
  if (!fresh) return old;
  replace(old, fresh);
  for (const other of others) {
    const standing = other.id && document.getElementById(other.id);
    if (standing) replace(standing, other);
  }
  return fresh;
}
