// Names of things while one types: the combobox pattern of the ARIA Authoring Practices. Each is
// told with its kind and what tells it from others of the same name, and stands for one thing.

import { makeCombobox } from "../combobox";

interface Named {
  iri: string;
  kind: string;
  label: { zh: string; en: string };
  detail: { zh: string; en: string };
}

const PAUSE = 120; // milliseconds without a key before the server is asked

/** Give a field a list of things; `chosen` is called when one was taken from it. */
export class Chooser {
  readonly #list = document.createElement("ul");
  #found: Named[] = [];
  #active = -1;
  #timer = 0;
  #asked: AbortController | null = null;

  constructor(
    private readonly input: HTMLInputElement,
    private readonly address: string,
    label: string,
    private readonly kinds: Record<string, string>,
    private readonly chosen: () => void,
  ) {
    makeCombobox(input, this.#list, `${input.id}-things`, label);
    input.after(this.#list);
    input.addEventListener("input", (event) => {
      delete input.dataset["iri"];
      window.clearTimeout(this.#timer);
      if (!(event as InputEvent).isComposing) this.#timer = window.setTimeout(() => void this.#ask(), PAUSE);
    });
    input.addEventListener("compositionend", () => {
      this.#timer = window.setTimeout(() => void this.#ask(), PAUSE);
    });
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.#close());
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const item = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (item !== null) this.#take(Number(item.dataset["index"]));
    });
  }

  async #ask(): Promise<void> {
    const text = this.input.value.trim();
    this.#asked?.abort();
    if (text === "") {
      this.#close();
      return;
    }
    const own = new AbortController();
    this.#asked = own;
    try {
      const answer = await fetch(`${this.address}?${new URLSearchParams({ q: text.slice(0, 100), limit: "10" })}`, {
        headers: { Accept: "application/json" },
        signal: own.signal,
      });
      if (answer.ok) this.#show(((await answer.json()) as { nodes: Named[] }).nodes);
    } catch {
      if (!own.signal.aborted) this.#close(); // without a network the field takes a name all the same
    }
  }

  #show(found: Named[]): void {
    if (document.activeElement !== this.input) return;
    this.#found = found;
    this.#active = -1;
    const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
    this.#list.replaceChildren(
      ...found.map((one, index) => {
        const item = document.createElement("li");
        item.id = `${this.#list.id}-${index}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset["index"] = String(index);
        const name = document.createElement("span");
        name.textContent = one.label[lang];
        const told = document.createElement("span");
        told.className = "kind";
        told.textContent = [this.kinds[one.kind] ?? "", one.detail[lang]].filter(Boolean).join(" · ");
        item.append(name, told);
        return item;
      }),
    );
    this.#list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const open = !this.#list.hidden;
    if (event.key === "Escape" && open) this.#close();
    else if (event.key === "ArrowDown" && !open) void this.#ask();
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && open) this.#move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" && open && this.#active >= 0) this.#take(this.#active);
    else return;
    event.preventDefault();
  }

  #move(step: number): void {
    this.#asked?.abort();
    const size = this.#found.length + 1; // one place more: the field itself
    this.#active = ((this.#active + 1 + step + size) % size) - 1;
    for (const [index, item] of [...this.#list.children].entries()) {
      item.setAttribute("aria-selected", String(index === this.#active));
      if (index !== this.#active) continue;
      this.input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    }
    if (this.#active < 0) this.input.removeAttribute("aria-activedescendant");
  }

  #take(index: number): void {
    const one = this.#found[index];
    if (one === undefined) return;
    const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
    this.input.value = one.label[lang];
    this.input.dataset["iri"] = one.iri;
    this.#close();
    this.chosen();
  }

  #close(): void {
    window.clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#list.hidden = true;
    this.#active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
