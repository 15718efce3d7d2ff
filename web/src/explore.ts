// The explorer's page: each step is an address, so that it can be kept, shared and undone. A step
// is fetched as the page that it is; its list takes the place of the old one, and what the picture
// has in common with the one before stays where it stands.

import { Chooser } from "./graph/choosing";
import { Graph } from "./graph/graph";
import { readPicture } from "./graph/model";

interface Step {
  explored?: number;
}

let graph: Graph | null = null;
let waiting: AbortController | null = null;
let step = 0;
let last = 0;
let undo: HTMLButtonElement | null = null;
let redo: HTMLButtonElement | null = null;

function draw(): void {
  const root = document.getElementById("explore");
  const place = document.getElementById("graph");
  const picture = root === null ? null : readPicture(root);
  if (place === null || picture === null) {
    graph?.destroy();
    graph = null;
    return;
  }
  if (graph === null) {
    graph = new Graph(place, picture, (address) => void go(address));
    undo = graph.button("undo", "↶", () => history.back());
    redo = graph.button("redo", "↷", () => history.forward());
    graph.bar.prepend(undo, redo);
  } else {
    graph.element.dataset["name"] = place.dataset["name"] ?? "";
    place.replaceWith(graph.element);
    graph.show(picture);
  }
  root?.classList.add("drawn");
}

function steps(): void {
  if (undo !== null) undo.disabled = step === 0;
  if (redo !== null) redo.disabled = step >= last;
}

async function go(address: string, push = true): Promise<void> {
  waiting?.abort();
  const own = new AbortController();
  waiting = own;
  graph?.say(graph.text("loading"));
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: own.signal });
    const type = answer.headers.get("content-type") ?? "";
    if (!type.startsWith("text/html") || answer.status >= 500) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (own.signal.aborted) return;
    if (push) {
      step += 1;
      last = step;
      history.pushState({ explored: step } satisfies Step, "", address);
    }
    swap(page);
    steps();
  } catch {
    if (own.signal.aborted) return;
    if (graph === null) location.assign(address);
    else graph.say(graph.text("failed"));
  }
}

function swap(page: Document): void {
  const fresh = page.getElementById("explore");
  const old = document.getElementById("explore");
  if (fresh === null || old === null) {
    location.reload();
    return;
  }
  const inGraph = graph?.element.contains(document.activeElement) ?? false;
  document.title = page.title;
  for (const part of [".crumbs", "a.switch"]) {
    const now = page.querySelector(part);
    const before = document.querySelector(part);
    if (now !== null && before !== null) before.replaceWith(document.importNode(now, true));
  }
  old.replaceWith(document.importNode(fresh, true));
  draw();
  form();
  if (inGraph) graph?.focus();
}

function form(): void {
  const found = document.querySelector<HTMLFormElement>("form.ways");
  if (found === null) return;
  const kinds: Record<string, string> = JSON.parse(found.dataset["kinds"] ?? "{}") as Record<string, string>;
  const send = (): void => {
    const query = new URLSearchParams();
    for (const field of found.querySelectorAll<HTMLInputElement>("input[name]")) {
      const iri = field.dataset["iri"];
      // A name stands for the thing that it was chosen as, unless it was changed since.
      const value = iri !== undefined && iri !== "" ? iri : field.value.trim();
      if (value !== "") query.set(field.name, value);
    }
    void go(`${found.getAttribute("action") ?? ""}?${query}`);
  };
  for (const field of found.querySelectorAll<HTMLInputElement>("#at, #to")) {
    if (field.dataset["iri"] === "") delete field.dataset["iri"];
    new Chooser(field, found.dataset["names"] ?? "", found.dataset["label"] ?? "", kinds, send);
  }
  found.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
}

document.addEventListener("click", (event) => {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest<HTMLAnchorElement>("#explore a[href]");
  if (link === null || link.pathname !== "/explore" || link.origin !== location.origin) return;
  event.preventDefault();
  void go(link.href);
});

window.addEventListener("popstate", (event) => {
  step = (event.state as Step | null)?.explored ?? 0;
  void go(location.href, false);
});

history.replaceState({ ...(history.state as object | null), explored: 0 } satisfies Step, "");
draw();
form();
steps();
