// Keys of the workbench (docs/workbench.md). They only add to Tab and Enter: every line is a link,
// and whoever does not want single keys switches them off on the page of keys (WCAG 2.1.4).

const OFF = "atlas.keys";
const WAYS: Record<string, string> = {
  w: "/workbench",
  h: "/workbench/held",
  m: "/workbench/my-datasets",
  c: "/workbench/calendar",
};
const GOING = 1500; // milliseconds between the two keys of a way

function isOn(): boolean {
  try {
    return localStorage.getItem(OFF) !== "off";
  } catch {
    return true; // nothing is kept in this browser
  }
}

function types(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select"));
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("main [data-row]")];
}

function move(step: number): void {
  const all = rows();
  const line = document.activeElement?.closest("tr");
  const here = all.findIndex((row) => row.closest("tr") === line);
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
  // At either end the focus stays: nobody is led around in a circle.
  all[Math.min(Math.max(next, 0), all.length - 1)]?.focus();
}

function choose(): void {
  const box = document.activeElement?.closest("tr")?.querySelector<HTMLInputElement>("input[type=checkbox]");
  box?.click();
}

/** The address of another page of the workbench, in the language of this one where that was chosen. */
function go(path: string): void {
  const lang = new URLSearchParams(location.search).get("lang");
  location.assign(lang === null ? path : `${path}?lang=${encodeURIComponent(lang)}`);
}

export function workbenchKeys(): void {
  if (!location.pathname.startsWith("/workbench")) return;
  let since = -GOING;
  document.addEventListener("keydown", (event) => {
    if (!isOn() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || types(event.target)) return;
    const way = WAYS[event.key];
    if (event.timeStamp - since < GOING && way !== undefined) {
      event.preventDefault();
      go(way);
      return;
    }
    since = event.key === "g" ? event.timeStamp : -GOING;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "x") choose();
    else if (event.key === "?") go("/workbench/keys");
    else if (event.key === "/") {
      const first = document.querySelector<HTMLElement>(".desk-filter select, .desk-filter input:not([type=hidden])");
      if (first === null) return;
      event.preventDefault();
      first.focus();
    }
  });
  keySwitch();
}

function keySwitch(): void {
  const place = document.querySelector<HTMLElement>("[data-keys]");
  if (place === null) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second";
  const label = (): void => {
    button.textContent = (isOn() ? place.dataset["on"] : place.dataset["off"]) ?? "";
  };
  button.addEventListener("click", () => {
    try {
      localStorage.setItem(OFF, isOn() ? "off" : "on");
    } catch {
      return; // nothing can be kept
    }
    label();
  });
  label();
  place.append(button);
}
