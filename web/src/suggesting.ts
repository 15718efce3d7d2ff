// Suggestions while typing: the combobox pattern of the ARIA Authoring Practices, list autocomplete
// with manual selection. The field stays an ordinary search field: Enter searches for what it says.

import { makeCombobox } from "./combobox";

interface Suggestion {
  text: string;
  kind: string;
  url?: string | null;
  detail?: string | null;
}

const PAUSE = 90; // milliseconds without a key before the server is asked
const SHORTEST = 1; // one Chinese character is a word already

export function searchFields(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-suggest]")) {
    const input = form.querySelector<HTMLInputElement>('input[type="search"]');
    if (input !== null) new Combobox(form, input);
  }
}

class Combobox {
  readonly #list = document.createElement("ul");
  readonly #address: string;
  readonly #kinds: Record<string, string>;
  #found: Suggestion[] = [];
  #active = -1;
  #timer = 0;
  #asked: AbortController | null = null;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly input: HTMLInputElement,
  ) {
    this.#address = form.dataset["suggest"] ?? "";
    this.#kinds = JSON.parse(form.dataset["kinds"] ?? "{}") as Record<string, string>;
    makeCombobox(input, this.#list, `${input.id}-suggestions`, form.dataset["label"] ?? "");
    form.append(this.#list);
    input.addEventListener("input", () => this.#later());
    // While an input method composes, the field already holds its letters (停车c, xin'neng'yuan):
    // they are asked about like any others. Some browsers tell of them before the field has them.
    input.addEventListener("compositionupdate", () => this.#later());
    input.addEventListener("compositionend", () => this.#later());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.#close());
    // Before the blur, which would take the list away from under the pointer.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const item = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (item !== null) this.#choose(Number(item.dataset["index"]));
    });
  }

  #later(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#ask(), PAUSE);
  }

  async #ask(): Promise<void> {
    const text = this.input.value.trim();
    this.#stopAsking();
    if (text.length < SHORTEST) {
      this.#close();
      return;
    }
    const asked = new AbortController();
    this.#asked = asked;
    const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
    const query = new URLSearchParams({ q: text, limit: "8", lang });
    try {
      const answer = await fetch(`${this.#address}?${query}`, {
        headers: { Accept: "application/json" },
        signal: asked.signal,
      });
      if (!answer.ok) {
        this.#close();
        return;
      }
      const body = (await answer.json()) as { suggestions?: Suggestion[] };
      this.#show(body.suggestions ?? []);
    } catch {
      // Asked anew or closed meanwhile; else there is no network, and the field works as it is.
      if (!asked.signal.aborted) this.#close();
    }
  }

  #show(found: Suggestion[]): void {
    if (document.activeElement !== this.input) return;
    this.#found = found;
    this.#active = -1;
    this.#list.replaceChildren(...found.map((one, index) => this.#option(one, index)));
    this.#list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  #option(one: Suggestion, index: number): HTMLLIElement {
    const item = document.createElement("li");
    item.id = `${this.#list.id}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset["index"] = String(index);
    const text = document.createElement("span");
    text.textContent = one.text;
    const kind = document.createElement("span");
    kind.className = "kind";
    kind.textContent = one.detail ?? this.#kinds[one.kind] ?? "";
    item.append(text, kind);
    return item;
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return; // arrows and Enter choose among the input method's characters
    if (event.key === "Escape" && !this.#list.hidden) {
      this.#close();
      event.preventDefault();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (this.#list.hidden) {
        if (event.key === "ArrowDown") void this.#ask();
      } else {
        this.#move(event.key === "ArrowDown" ? 1 : -1);
      }
      event.preventDefault();
    } else if (event.key === "Enter" && this.#active >= 0) {
      event.preventDefault();
      this.#choose(this.#active);
    }
  }

  #move(step: number): void {
    this.#stopAsking(); // a list that one moves in holds still
    const size = this.#found.length + 1; // one place more: the field itself
    this.#active = ((this.#active + 1 + step + size) % size) - 1;
    for (const [index, item] of [...this.#list.children].entries()) {
      item.setAttribute("aria-selected", String(index === this.#active));
      if (index === this.#active) {
        this.input.setAttribute("aria-activedescendant", item.id);
        item.scrollIntoView({ block: "nearest" });
      }
    }
    if (this.#active < 0) this.input.removeAttribute("aria-activedescendant");
  }

  #choose(index: number): void {
    const one = this.#found[index];
    if (one === undefined) return;
    this.#close();
    if (one.url != null && one.url !== "") {
      const address = new URL(one.url, location.href);
      // A language that was chosen by hand goes along, as it does with every link.
      const lang = this.form.elements.namedItem("lang");
      if (lang instanceof HTMLInputElement) address.searchParams.set("lang", lang.value);
      location.assign(address.href);
      return;
    }
    this.input.value = one.text;
    this.form.requestSubmit();
  }

  #stopAsking(): void {
    window.clearTimeout(this.#timer);
    this.#asked?.abort();
  }

  #close(): void {
    this.#stopAsking(); // an answer on its way must not open the list again
    this.#list.hidden = true;
    this.#active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
