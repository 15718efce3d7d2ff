// Runs a query without leaving the page: the answer's part of the page takes the old one's place,
// and the address follows. What the page itself does with links and the form stays the same.

import type { Place } from "./editor";

type Answered = (query: string, problem: Place | null, answered: boolean) => void;

export interface Runner {
  run(): void;
  onAnswer(tell: Answered): void;
  /** The query of an address that was gone to. */
  onQuery(tell: (query: string) => void): void;
}

export function runQueries(form: HTMLFormElement, field: HTMLTextAreaElement): Runner {
  const state = document.getElementById("asking-state");
  const stop = document.getElementById("stop");
  let waiting: AbortController | null = null;
  let answered: Answered = () => {};
  let gone: (query: string) => void = () => {};

  function say(text: string | undefined): void {
    if (state !== null) state.textContent = text ?? "";
  }

  function address(): string {
    const sent = new URLSearchParams();
    for (const [name, value] of new FormData(form)) sent.append(name, String(value));
    return `${form.getAttribute("action")?.replace(/#.*/, "") ?? ""}?${sent.toString()}`;
  }

  async function show(path: string, push: boolean, bring = push): Promise<void> {
    if (path.length > Number(form.dataset["longest"])) {
      say(form.dataset["toolong"]);
      return;
    }
    waiting?.abort();
    const own = new AbortController();
    waiting = own;
    say(form.dataset["running"]);
    document.body.classList.add("waiting");
    if (stop !== null) stop.hidden = false;
    try {
      const answer = await fetch(path, { headers: { Accept: "text/html" }, signal: own.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (own !== waiting) return;
      if (push) history.pushState({ query: true }, "", path);
      take(page, answer.ok, bring);
    } catch {
      if (own !== waiting) return;
      say(own.signal.aborted ? form.dataset["stopped"] : form.dataset["unreachable"]);
    } finally {
      if (own === waiting) {
        waiting = null;
        document.body.classList.remove("waiting");
        if (stop !== null) stop.hidden = true;
      }
    }
  }

  function take(page: Document, ok: boolean, bring: boolean): void {
    const now = document.getElementById("answer");
    const next = page.getElementById("answer");
    if (now === null || next === null) {
      // An error page: it says what is wrong.
      say(page.querySelector("main p")?.textContent ?? form.dataset["failed"]);
      return;
    }
    const query = page.querySelector<HTMLTextAreaElement>("textarea[name=query]")?.value ?? field.value;
    gone(query);
    now.replaceWith(document.adoptNode(next));
    const mine = document.querySelector(".questions");
    const chosen = page.querySelector(".questions a[aria-current]")?.getAttribute("href");
    for (const link of mine?.querySelectorAll("li a") ?? []) {
      if (link.getAttribute("href") === chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    // The buttons that copy are made anew for what has come.
    document.dispatchEvent(new Event("htmx:after:swap"));
    const problem = document.getElementById("problem");
    const counted = document.querySelector("#answer caption")?.textContent;
    const reason = problem?.querySelector("p")?.textContent ?? "";
    say(problem === null ? `${form.dataset["done"] ?? ""} ${counted ?? ""}` : `${form.dataset["failed"] ?? ""} ${reason}`);
    // A result must not be looked for below the examples. What is wrong is said beside the query.
    if (bring && problem === null) document.getElementById("result")?.scrollIntoView({ block: "center" });
    const { line, column } = problem?.dataset ?? {};
    const place = line !== undefined && column !== undefined ? { line: Number(line), column: Number(column) } : null;
    answered(query, place, ok && problem === null);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void show(address(), true);
  });
  stop?.addEventListener("click", () => waiting?.abort());
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>(".questions li a, .solutions th a");
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const index = [...document.querySelectorAll(".solutions th a")].indexOf(link);
    void show(link.getAttribute("href")?.replace(/#.*/, "") ?? "", true, index < 0).then(() => {
      if (index >= 0) document.querySelectorAll<HTMLElement>(".solutions th a")[index]?.focus();
    });
  });
  addEventListener("popstate", () => void show(`${location.pathname}${location.search}`, false));

  return {
    run: () => form.requestSubmit(),
    onAnswer: (tell) => {
      answered = tell;
    },
    onQuery: (tell) => {
      gone = tell;
    },
  };
}
