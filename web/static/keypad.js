// Big keys for gloves beside a number field: digits, back, one more, one less. `data-keys` names the field's id.

function pressed(key, field) {
  if (key === "back") return field.value.slice(0, -1);
  if (key === "+" || key === "-") return String(Math.max(1, (Number(field.value) || 1) + (key === "+" ? 1 : -1)));
  return field.value + key;
}

export function keypads() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-keys] [data-key]");
    const field = button && document.getElementById(button.closest("[data-keys]").dataset.keys);
    if (!field) return;
    const typed = pressed(button.dataset.key, field);
    if (field.maxLength > 0 && typed.length > field.maxLength) return;
    field.value = typed;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
