// Look-ups under a text field: an ARIA combobox whose list the server finds. Without it the field takes a code or name all the same.

const WAIT_MS = 180;
const LEAST = 1;

function option(found, number, field) {
  const made = document.createElement("li");
  made.id = `${field.dataset.lookupId}-${number}`;
  made.setAttribute("role", "option");
  made.lookupCode = found.code;
  const [code, name, detail] = ["strong", "span", "small"].map((tag) => document.createElement(tag));
  code.textContent = found.code;
  name.textContent = found.name;
  detail.textContent = found.detail;
  made.append(code, " ", name, detail);
  return made;
}

let lists = 0;

class Lookup {
  #timer = 0;
  #asked = null;

  constructor(field) {
    this.field = field;
    this.list = document.createElement("ul");
    lists += 1;
    field.dataset.lookupId = this.list.id = `lookup-${lists}`;
    this.list.className = "lookup";
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    field.closest("label").after(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id]])
      field.setAttribute(name, value);
    field.addEventListener("input", () => this.soon());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => this.pressed(event));
  }

  soon() {
    clearTimeout(this.#timer);
    const words = this.field.value.trim();
    if (words.length < LEAST) return void this.close();
    this.#timer = setTimeout(() => this.ask(words), WAIT_MS);
  }

  async ask(words) {
    this.#asked?.abort();
    this.#asked = new AbortController();
    try {
      const address = `${this.field.dataset.lookup}?words=${encodeURIComponent(words)}`;
      const answer = await fetch(address, { signal: this.#asked.signal, redirect: "manual" });
      if (answer.ok && document.activeElement === this.field) this.show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") this.close(); // no connection: what is typed is read by the server later
    }
  }

  show(found) {
    this.list.replaceChildren(...found.map((one, number) => option(one, number, this.field)));
    this.list.hidden = found.length === 0;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    this.field.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  get marked() {
    return this.list.querySelector("[aria-selected=true]");
  }

  mark(step) {
    const all = [...this.list.children];
    const at = all.indexOf(this.marked);
    const next = all[(at + step + all.length) % all.length] ?? all[0];
    this.marked?.removeAttribute("aria-selected");
    next.setAttribute("aria-selected", "true");
    next.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", next.id);
  }

  key(event) {
    if (event.isComposing || this.list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (event.key === "ArrowUp" && !this.marked) this.mark(0);
      this.mark(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && this.marked) {
      event.preventDefault();
      this.choose(this.marked);
    } else if (event.key === "Escape") this.close();
  }

  pressed(event) {
    const chosen = event.target.closest("[role=option]");
    if (!chosen) return;
    event.preventDefault(); // the field keeps the focus
    this.choose(chosen);
  }

  choose(chosen) {
    this.field.value = chosen.lookupCode;
    this.close();
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.field.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
  }
}

/** Gives each field with `data-lookup` (an address that answers [{code, name, detail}]) its list. */
export function lookups(within) {
  for (const field of within.querySelectorAll("input[data-lookup]:not([data-lookup-id])")) new Lookup(field);
}
