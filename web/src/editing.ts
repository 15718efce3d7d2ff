// A draft saves itself as one types, and what the rules find stands beside its field. Without
// script the button saves, and the page that follows shows the same.

interface Note {
  severity: string;
  label: string;
  rule: string;
  text: string;
}

interface Answer {
  version: number;
  nodes: Record<string, string>;
  notes: Record<string, Note[]>;
  summary: string;
}

const PAUSE = 1200; // milliseconds after the last key

export function keepDraft(form: HTMLFormElement): void {
  new Draft(form).begin();
}

class Draft {
  private waiting: number | undefined;
  private under: Promise<void> | null = null;
  private again = false;
  private stopped = false;

  constructor(private readonly form: HTMLFormElement) {}

  begin(): void {
    this.form.dataset["draft"] = "kept";
    this.form.addEventListener("input", (event) => {
      if ((event.target as HTMLElement).id !== "paste") this.later();
    });
    this.form.addEventListener("change", () => this.later());
    this.form.addEventListener("paste", (event) => this.pasted(event));
    // The button sends the whole page: what saves itself must not overtake it.
    this.form.addEventListener("submit", () => {
      this.stopped = true;
      window.clearTimeout(this.waiting);
    });
  }

  private later(): void {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.save(), PAUSE);
  }

  private save(): void {
    if (this.stopped) return;
    if (this.under !== null) {
      this.again = true;
      return;
    }
    this.under = this.send().finally(() => {
      this.under = null;
      if (this.again) {
        this.again = false;
        this.later();
      }
    });
  }

  private async send(): Promise<void> {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string" && name !== "paste") body.append(name, value);
    }
    body.set("action", "autosave");
    this.tell(this.form.dataset["saving"] ?? "");
    try {
      // Not the property of this name: that is the buttons, which are named so, too.
      const answer = await fetch(this.form.getAttribute("action") ?? location.pathname, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
      });
      if (answer.status === 409) {
        this.elsewhere();
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      this.show((await answer.json()) as Answer);
    } catch {
      this.tell(this.form.dataset["failed"] ?? "");
    }
  }

  private show(answer: Answer): void {
    const version = this.form.querySelector<HTMLInputElement>("input[name=version]");
    if (version !== null) version.value = String(answer.version);
    for (const [name, node] of Object.entries(answer.nodes)) {
      const hidden = this.form.elements.namedItem(`${name}@`);
      if (hidden instanceof HTMLInputElement) hidden.value = node;
    }
    for (const list of this.form.querySelectorAll<HTMLElement>("[data-notes]")) {
      const notes = answer.notes[list.dataset["notes"] ?? ""] ?? [];
      list.replaceChildren(...notes.map(shown));
    }
    const summary = document.querySelector("[data-check]");
    if (summary !== null) {
      const found = new DOMParser().parseFromString(answer.summary, "text/html").querySelector("[data-check]");
      if (found !== null) summary.replaceWith(found);
    }
    this.tell(this.form.dataset["saved"] ?? "");
  }

  /** Somebody else saved meanwhile: both stand in the draft now, and only the page can show it. */
  private elsewhere(): void {
    this.stopped = true;
    const place = this.form.querySelector("[data-status]");
    if (place === null) return;
    const link = document.createElement("a");
    link.href = location.pathname + location.search;
    link.textContent = this.form.dataset["load"] ?? "";
    place.replaceChildren(`${this.form.dataset["elsewhere"] ?? ""} `, link);
  }

  private tell(text: string): void {
    const place = this.form.querySelector("[data-status]");
    if (place !== null && !this.stopped) place.textContent = text;
  }

  /** Cells that were copied from a spreadsheet become rows of the table. */
  private pasted(event: ClipboardEvent): void {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.closest("[data-table]") === null) return;
    const text = event.clipboardData?.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "") ?? "";
    if (!text.includes("\t") && !text.includes("\n")) return;
    event.preventDefault();
    const place = this.form.querySelector<HTMLTextAreaElement>("#paste");
    const button = place?.closest("details")?.querySelector<HTMLButtonElement>("button");
    if (place == null || button == null) return;
    // The server reads the rows: as pasted, they may hold quotes and headings.
    place.value = text;
    button.click();
  }
}

function shown(note: Note): HTMLLIElement {
  const line = document.createElement("li");
  line.className = note.severity.toLowerCase();
  const strong = document.createElement("strong");
  strong.textContent = `${note.label}: `;
  const link = document.createElement("a");
  link.className = "small";
  link.href = `/rules/${encodeURIComponent(note.rule)}${location.search.includes("lang=") ? location.search.replace(/.*(lang=\w+).*/, "?$1") : ""}`;
  link.textContent = note.rule;
  line.append(strong, `${note.text} `, link);
  return line;
}
