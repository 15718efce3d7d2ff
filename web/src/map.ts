// The map of the catalogue: from the whole to one dataset, by mouse, touch and keys. The table below
// it has its topics for those who cannot see it.

import { Cells, type Drawing, load, type Matches, type Names, topicName } from "./map/data";
import { COLOURS, colourOf, Painter, REST, type Shown } from "./map/painting";

const NEAREST = 60; // how many times nearer than the whole one can come
const KEPT_AFTER = 400; // milliseconds until the address has the place
const TOUCHED = 14; // pixels within which a point is meant
const DARK = window.matchMedia("(prefers-color-scheme: dark)");
const english = document.documentElement.lang.startsWith("en");

function worded(text: string | undefined, values: Record<string, string | number>): string {
  return (text ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

class CatalogMap {
  readonly #stage = document.createElement("div");
  readonly #canvas = document.createElement("canvas");
  readonly #panel = document.createElement("div");
  readonly #state = document.getElementById("map-state");
  readonly #cells: Cells;
  readonly #painter: Painter;
  readonly #shown: Shown;
  readonly #pointers = new Map<number, { x: number; y: number }>();
  #moved = 0;
  #waiting = false;
  #told = 0;
  #keeping = 0;

  constructor(
    private readonly element: HTMLElement,
    private readonly drawing: Drawing,
  ) {
    const help = document.createElement("p");
    help.id = "map-help";
    help.className = "hidden";
    help.textContent = this.#text("help");
    const bar = document.createElement("div");
    bar.className = "graph-bar";
    this.#stage.className = "stage";
    this.#stage.tabIndex = 0;
    this.#stage.setAttribute("role", "application");
    this.#stage.setAttribute("aria-label", this.#text("name"));
    this.#stage.setAttribute("aria-describedby", help.id);
    this.#panel.className = "graph-panel";
    this.#stage.append(this.#canvas);
    element.replaceChildren(bar, this.#stage, this.#panel, help);
    element.hidden = false;
    this.#cells = new Cells(drawing);
    this.#painter = new Painter(this.#canvas, drawing, this.#cells, english);
    const fitting = this.#fitting();
    const middle = drawing.size / 2;
    this.#shown = {
      window: { x: middle, y: middle, scale: fitting },
      fitting,
      chosen: -1,
      matched: null,
      off: new Set(),
      crosshair: false,
    };
    this.#readPlace();
    for (const [name, sign, act] of [
      ["nearer", "+", () => this.#zoom(1.6)],
      ["away", "−", () => this.#zoom(1 / 1.6)],
      ["all", "⤢", () => this.#all()],
    ] as const) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "second";
      button.title = this.#text(name);
      button.setAttribute("aria-label", this.#text(name));
      button.textContent = sign;
      button.addEventListener("click", act);
      bar.append(button);
    }
    this.#listen();
    this.#legend();
    this.#choose(-1);
    this.#paint();
    element.dataset["ready"] = "yes";
  }

  named(names: Names): void {
    if (names.version !== this.drawing.version) return;
    this.#painter.names = names;
    this.element.dataset["named"] = "yes";
    if (this.#shown.chosen >= 0) this.#choose(this.#shown.chosen);
    this.#later();
  }

  match(found: Matches | null): void {
    this.#shown.matched = found === null || found.version !== this.drawing.version ? null : new Set(found.numbers);
    if (this.#state !== null) {
      this.#state.textContent =
        found === null ? "" : worded(this.element.dataset["found"], { total: found.total, count: found.numbers.length });
    }
    this.#later();
  }

  #text(name: string): string {
    return this.element.dataset[name] ?? "";
  }

  #fitting(): number {
    const side = Math.min(this.#stage.clientWidth || 600, this.#stage.clientHeight || 600);
    return side / this.drawing.size;
  }

  #listen(): void {
    const stage = this.#stage;
    stage.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      stage.setPointerCapture(event.pointerId);
      this.#pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
      this.#moved = 0;
    });
    stage.addEventListener("pointermove", (event) => this.#move(event));
    const end = (event: PointerEvent): void => {
      const known = this.#pointers.delete(event.pointerId);
      if (known && event.type === "pointerup" && this.#moved < 5 && this.#pointers.size === 0) this.#touch(event);
      this.#keepPlace();
    };
    stage.addEventListener("pointerup", end);
    stage.addEventListener("pointercancel", end);
    stage.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.#zoom(Math.exp(-event.deltaY * 0.0016), event.offsetX, event.offsetY);
      },
      { passive: false },
    );
    stage.addEventListener("dblclick", (event) => this.#zoom(2.2, event.offsetX, event.offsetY));
    stage.addEventListener("keydown", (event) => this.#key(event));
    stage.addEventListener("focus", () => this.#cross(stage.matches(":focus-visible")));
    stage.addEventListener("blur", () => this.#cross(false));
    DARK.addEventListener("change", () => this.#later());
    new ResizeObserver(() => {
      this.#shown.fitting = this.#fitting();
      this.#later();
    }).observe(stage);
  }

  #cross(shown: boolean): void {
    this.#shown.crosshair = shown;
    this.#later();
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = { x: event.offsetX, y: event.offsetY };
    const view = this.#shown.window;
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    if (other === undefined) {
      view.x -= (now.x - before.x) / view.scale;
      view.y -= (now.y - before.y) / view.scale;
    } else {
      const distance = (p: { x: number; y: number }): number => Math.max(1, Math.hypot(p.x - other.x, p.y - other.y));
      this.#zoom(distance(now) / distance(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
    }
    this.#pointers.set(event.pointerId, now);
    this.#later();
  }

  #zoom(factor: number, x = this.#stage.clientWidth / 2, y = this.#stage.clientHeight / 2): void {
    const { window: view, fitting } = this.#shown;
    const scale = Math.min(fitting * NEAREST, Math.max(fitting * 0.7, view.scale * factor));
    const [dx, dy] = [x - this.#stage.clientWidth / 2, y - this.#stage.clientHeight / 2];
    view.x += dx / view.scale - dx / scale;
    view.y += dy / view.scale - dy / scale;
    view.scale = scale;
    this.#keepPlace();
    this.#later();
  }

  #all(): void {
    Object.assign(this.#shown.window, { x: this.drawing.size / 2, y: this.drawing.size / 2, scale: this.#shown.fitting });
    this.#keepPlace();
    this.#later();
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const view = this.#shown.window;
    const step = (0.2 * this.#stage.clientHeight) / view.scale;
    this.#shown.crosshair = true;
    if (event.key === "ArrowLeft") view.x -= step;
    else if (event.key === "ArrowRight") view.x += step;
    else if (event.key === "ArrowUp") view.y -= step;
    else if (event.key === "ArrowDown") view.y += step;
    else if (event.key === "+" || event.key === "=") this.#zoom(1.6);
    else if (event.key === "-") this.#zoom(1 / 1.6);
    else if (event.key === "0") this.#all();
    else if (event.key === "Enter") this.#choose(this.#cells.nearest(view.x, view.y, this.#stage.clientHeight / 2 / view.scale, this.#shown.matched ?? undefined));
    else return;
    event.preventDefault();
    this.#keepPlace();
    this.#later();
    this.#tell();
  }

  #touch(event: PointerEvent): void {
    const view = this.#shown.window;
    const x = (event.offsetX - this.#stage.clientWidth / 2) / view.scale + view.x;
    const y = (event.offsetY - this.#stage.clientHeight / 2) / view.scale + view.y;
    this.#choose(this.#cells.nearest(x, y, TOUCHED / view.scale, this.#shown.matched ?? undefined));
  }

  /** Say what is in view, when the keys rest. */
  #tell(): void {
    window.clearTimeout(this.#told);
    this.#told = window.setTimeout(() => {
      const { window: view } = this.#shown;
      const [w, h] = [this.#stage.clientWidth / 2 / view.scale, this.#stage.clientHeight / 2 / view.scale];
      let count = 0;
      for (const i of this.#cells.within(view.x - w, view.y - h, view.x + w, view.y + h)) count += i < 0 ? 0 : 1;
      const deepest = view.scale / this.#shown.fitting < 1.8 ? 0 : view.scale / this.#shown.fitting < 5 ? 1 : 2;
      const distance = (t: { x: number; y: number }): number => (t.x - view.x) ** 2 + (t.y - view.y) ** 2;
      const near = this.drawing.topics.filter((t) => t.level <= deepest).sort((a, b) => distance(a) - distance(b))[0];
      if (this.#state !== null) this.#state.textContent = worded(this.element.dataset["view"], { count, topic: near === undefined ? "" : topicName(near, english) });
    }, 400);
  }

  #choose(i: number): void {
    this.#shown.chosen = i;
    this.#later();
    if (i < 0) {
      const hint = document.createElement("p");
      hint.className = "quiet";
      hint.textContent = this.#text("choose");
      this.#panel.replaceChildren(hint);
      return;
    }
    const domain = this.drawing.domains[this.drawing.domain[i] ?? -1];
    const name = document.createElement("p");
    name.className = "name";
    name.textContent = this.#painter.title(i);
    if (/[一-鿿]/.test(name.textContent)) name.lang = "zh-CN";
    const kind = document.createElement("p");
    kind.className = "quiet";
    kind.textContent = domain === undefined ? this.#text("none") : domain.label[english ? "en" : "zh"];
    const actions = document.createElement("p");
    actions.className = "actions";
    const path = this.#painter.names?.paths[i];
    if (path !== undefined) {
      const [start, query] = this.#text("dataset").split("?");
      const page = document.createElement("a");
      page.href = `${start}${path}${query === undefined ? "" : `?${query}`}`;
      page.textContent = this.#text("page");
      const explore = document.createElement("a");
      const address = new URL(this.#text("link"), location.href);
      address.searchParams.set("at", this.#painter.names?.titles[i] ?? "");
      explore.href = address.href;
      explore.textContent = this.#text("explore");
      actions.append(page, explore);
    }
    this.#panel.replaceChildren(name, kind, actions);
    this.#panel.setAttribute("role", "status");
  }

  #legend(): void {
    const list = document.getElementById("map-legend");
    if (list === null) return;
    const shownDomains: [number, string, number][] = this.drawing.domains
      .slice(0, COLOURS.length)
      .map((one, i) => [i, one.label[english ? "en" : "zh"], one.count]);
    const rest = this.drawing.domains.slice(COLOURS.length).reduce((sum, one) => sum + one.count, 0);
    if (rest > 0) shownDomains.push([COLOURS.length, this.#text("others"), rest]);
    const none = this.drawing.domain.filter((d) => d < 0).length;
    if (none > 0) shownDomains.push([-1, this.#text("none"), none]);
    list.replaceChildren(
      ...shownDomains.map(([number, name, count]) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "toggle";
        button.setAttribute("aria-pressed", "true");
        const dot = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        dot.setAttribute("viewBox", "0 0 12 12");
        dot.setAttribute("width", "12");
        dot.setAttribute("height", "12");
        dot.setAttribute("aria-hidden", "true");
        const square = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        square.setAttribute("width", "12");
        square.setAttribute("height", "12");
        square.setAttribute("fill", number < 0 || number >= COLOURS.length ? REST : colourOf(number));
        dot.append(square);
        const told = document.createElement("span");
        told.className = "count";
        told.textContent = count.toLocaleString("en");
        button.append(dot, ` ${name} `, told);
        button.addEventListener("click", () => {
          const off = this.#shown.off;
          if (!off.delete(number)) off.add(number);
          button.setAttribute("aria-pressed", String(!off.has(number)));
          button.classList.toggle("off", off.has(number));
          this.#later();
        });
        item.append(button);
        return item;
      }),
    );
  }

  /**
   * The place stands in the address, so that it can be shared; it makes no steps to go back. Browsers
   * let a page change its address a few times a second, and some throw beyond that.
   */
  #keepPlace(): void {
    if (this.#keeping !== 0) return;
    this.#keeping = window.setTimeout(() => {
      this.#keeping = 0;
      const { window: view, fitting } = this.#shown;
      const hash = `#${Math.round(view.x)},${Math.round(view.y)},${(view.scale / fitting).toFixed(2)}`;
      history.replaceState(history.state, "", `${location.pathname}${location.search}${hash}`);
    }, KEPT_AFTER);
  }

  #readPlace(): void {
    const found = /^#(-?\d+),(-?\d+),([\d.]+)$/.exec(location.hash);
    if (found === null) return;
    const [x, y, nearness] = found.slice(1).map(Number) as [number, number, number];
    const scale = this.#shown.fitting * Math.min(NEAREST, Math.max(0.7, nearness || 1));
    Object.assign(this.#shown.window, { x, y, scale });
  }

  #later(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#paint();
    });
  }

  #paint(): void {
    const style = getComputedStyle(this.element);
    this.#painter.paint(this.#shown, {
      ink: style.getPropertyValue("--ink").trim(),
      paper: style.getPropertyValue("--sheet").trim(),
      alert: style.getPropertyValue("--alert").trim(),
      font: style.fontFamily,
    });
  }
}

async function begin(element: HTMLElement): Promise<void> {
  const drawing = await load<Drawing>(element.dataset["map"] ?? "");
  const map = new CatalogMap(element, drawing);
  const form = document.querySelector<HTMLFormElement>("form.map-filter");
  const field = form?.querySelector<HTMLInputElement>("input[name=q]");
  let asked: AbortController | null = null;
  const find = async (): Promise<void> => {
    const text = field?.value.trim() ?? "";
    asked?.abort();
    const own = new AbortController();
    asked = own;
    const address = new URL(location.href);
    if (text === "") address.searchParams.delete("q");
    else address.searchParams.set("q", text);
    history.replaceState(history.state, "", address);
    try {
      map.match(text === "" ? null : await load<Matches>(`${element.dataset["matches"]}?${new URLSearchParams({ q: text })}`, own.signal));
    } catch {
      if (!own.signal.aborted) form?.submit(); // the list of results says it all
    }
  };
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void find();
  });
  field?.addEventListener("search", () => void find());
  if (field != null && field.value !== "") void find();
  map.named(await load<Names>(element.dataset["names"] ?? ""));
}

const place = document.getElementById("map");
if (place !== null) {
  begin(place).catch(() => {
    const state = document.getElementById("map-state");
    if (state !== null) state.textContent = place.dataset["failed"] ?? "";
  });
}
