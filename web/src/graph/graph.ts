// A picture of the graph that one works with, by mouse, touch and keys. What it shows, and where
// each step leads, the page says; the list below it says the same.

import cytoscape, { type Core, type NodeSingular, type Position } from "cytoscape";
import fcose from "cytoscape-fcose";

import { arrange, placesOf, stations } from "./arranging";
import { coloursOf, stylesheet } from "./looks";
import { type Cluster, type Picture, type Thing, worded } from "./model";
import { png, save, svg } from "./saving";

cytoscape.use(fcose);

const DARK = window.matchMedia("(prefers-color-scheme: dark)");
const LONGEST = 30; // characters of a name; the panel has it all
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class Graph {
  readonly element: HTMLElement;
  readonly cy: Core;
  readonly #stage = document.createElement("div");
  readonly #panel = document.createElement("div");
  readonly #status = document.createElement("p");
  readonly bar = document.createElement("div");
  #picture: Picture = { nodes: [], edges: [], clusters: [] };
  #chosen = "";

  constructor(
    element: HTMLElement,
    picture: Picture,
    private readonly travel: (address: string) => void,
  ) {
    this.element = element;
    const help = document.createElement("p");
    help.id = "graph-help";
    help.className = "hidden";
    help.textContent = this.text("help");
    this.bar.className = "graph-bar";
    this.#stage.className = "stage __________cytoscape_container";
    this.#stage.tabIndex = 0;
    this.#stage.setAttribute("role", "application");
    this.#stage.setAttribute("aria-label", this.text("name"));
    this.#stage.setAttribute("aria-describedby", help.id);
    this.#panel.className = "graph-panel";
    this.#status.className = "hidden";
    this.#status.setAttribute("role", "status");
    element.replaceChildren(this.bar, this.#stage, this.#panel, help, this.#status);
    element.hidden = false;
    // cytoscape would add a style element, which the policy forbids, were this one not there.
    if (document.getElementById("__________cytoscape_stylesheet") === null) {
      const there = document.createElement("meta");
      there.id = "__________cytoscape_stylesheet";
      document.head.append(there);
    }
    this.cy = cytoscape({
      container: this.#stage,
      style: stylesheet(coloursOf(element)),
      layout: { name: "preset" },
      minZoom: 0.08,
      maxZoom: 3,
      boxSelectionEnabled: false,
      selectionType: "single",
      autounselectify: true,
      hideEdgesOnViewport: false,
      textureOnViewport: picture.nodes.length > 120,
      pixelRatio: picture.nodes.length > 200 ? 1 : "auto",
    });
    this.#listen();
    this.button("nearer", "+", () => this.#zoom(1.3));
    this.button("away", "−", () => this.#zoom(1 / 1.3));
    this.button("all", "⤢", () => this.cy.animate({ fit: { eles: this.cy.elements(), padding: 24 }, duration: 200 }));
    this.button("arrange", "⟲", () => arrange(this.cy, stations(this.#picture, new Map()), () => {}));
    this.button("svg", "SVG", () => save("graph.svg", svg(this.cy, coloursOf(element), this.text("name"))));
    this.button("png", "PNG", () => save("graph.png", png(this.cy, coloursOf(element))));
    this.show(picture);
  }

  text(name: string): string {
    return this.element.dataset[name] ?? "";
  }

  say(text: string): void {
    this.#status.textContent = text;
  }

  button(name: string, sign: string, act: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second";
    button.title = this.text(name);
    button.setAttribute("aria-label", this.text(name));
    button.textContent = sign;
    button.addEventListener("click", act);
    this.bar.append(button);
    return button;
  }

  /** Show another picture: what both have stays where it is. */
  show(picture: Picture): void {
    this.#picture = picture;
    const known = new Map<string, Position>();
    this.cy.nodes().forEach((node) => {
      known.set(node.id(), { ...node.position() });
    });
    const ids = new Set([...picture.nodes, ...picture.clusters].map((one) => one.id));
    const kept = new Map([...known].filter(([id]) => ids.has(id)));
    const places = placesOf(picture, kept);
    const at = (id: string): { position: Position } | object => {
      const position = places.get(id);
      return position === undefined ? {} : { position };
    };
    this.cy.batch(() => {
      this.cy.elements().remove();
      this.cy.add([
        ...picture.nodes.map((one) => ({
          group: "nodes" as const,
          data: { ...one, text: label(one) },
          ...at(one.id),
        })),
        ...picture.clusters.map((one) => ({
          group: "nodes" as const,
          classes: "cluster",
          data: { id: one.id, kind: "cluster", text: `+${one.count}` },
          ...at(one.id),
        })),
        ...picture.edges.map((one) => ({
          group: "edges" as const,
          classes: this.#onWay(one.source) && this.#onWay(one.target) ? "way" : "",
          data: { ...one, text: one.why === "" ? one.label : `${one.label}\n${shortened(one.why, 60)}` },
        })),
        ...picture.clusters.map((one) => ({
          group: "edges" as const,
          classes: "loose",
          data: { id: `${one.id} edge`, source: one.of, target: one.id, text: one.label },
        })),
      ]);
    });
    this.#choose(ids.has(this.#chosen) ? this.#chosen : "", false);
    this.element.dataset["ready"] = "no";
    const row = stations(picture, kept);
    const fixed = row.size > 0 ? row : kept.size > 1 ? kept : new Map<string, Position>();
    arrange(this.cy, fixed, () => (this.element.dataset["ready"] = "yes"));
    this.say(worded(this.text("shown"), { count: picture.nodes.length }));
  }

  focus(): void {
    this.#stage.focus({ preventScroll: true });
  }

  destroy(): void {
    this.cy.destroy();
  }

  #onWay(id: string): boolean {
    const roles = new Map(this.#picture.nodes.map((one) => [one.id, one.role]));
    const goal = [...roles.values()].includes("goal");
    return goal && ["start", "way", "goal"].includes(roles.get(id) ?? "");
  }

  #listen(): void {
    this.cy.on("tap", "node", (event) => this.#choose((event.target as NodeSingular).id(), true));
    this.cy.on("tap", (event) => {
      if (event.target === this.cy) this.#choose("", false);
    });
    this.cy.on("dbltap", "node", (event) => this.#open((event.target as NodeSingular).id()));
    this.cy.on("tap", "node.cluster", (event) => this.#open((event.target as NodeSingular).id()));
    this.#stage.addEventListener("keydown", (event) => this.#key(event));
    DARK.addEventListener("change", () => this.cy.style(stylesheet(coloursOf(this.element))));
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) this.#go(arrow);
    else if (event.key === "Enter" && this.#chosen !== "") this.#open(this.#chosen);
    else if (event.key === "+" || event.key === "=") this.#zoom(1.3);
    else if (event.key === "-") this.#zoom(1 / 1.3);
    else if (event.key === "0") this.cy.fit(undefined, 24);
    else if (event.key === "Escape" && this.#chosen !== "") this.#choose("", false);
    else return;
    event.preventDefault();
  }

  /** Choose the nearest thing in a direction; the first key chooses the start. */
  #go([dx, dy]: [number, number]): void {
    const from = this.cy.getElementById(this.#chosen);
    if (from.empty()) {
      const first = this.#picture.nodes[0];
      if (first !== undefined) this.#choose(first.id, true);
      return;
    }
    const here = from.nodes()[0]?.position() ?? { x: 0, y: 0 };
    let best: NodeSingular | undefined;
    let least = Infinity;
    this.cy.nodes().forEach((node) => {
      const x = node.position("x") - here.x;
      const y = node.position("y") - here.y;
      const along = x * dx + y * dy;
      const beside = Math.abs(x * dy) + Math.abs(y * dx);
      // Within 60 degrees of the direction; what lies straight ahead counts as nearer.
      if (along <= 0 || beside > along * 1.73) return;
      const distance = along + 2 * beside;
      if (distance < least) [best, least] = [node, distance];
    });
    if (best !== undefined) this.#choose(best.id(), true);
  }

  #zoom(factor: number): void {
    const chosen = this.cy.getElementById(this.#chosen).nodes()[0];
    const middle = chosen?.renderedPosition() ?? { x: this.cy.width() / 2, y: this.cy.height() / 2 };
    this.cy.zoom({ level: this.cy.zoom() * factor, renderedPosition: middle });
  }

  #open(id: string): void {
    const cluster = this.#picture.clusters.find((one) => one.id === id);
    const thing = this.#picture.nodes.find((one) => one.id === id);
    const address = cluster?.open ?? thing?.collapse ?? thing?.expand;
    if (address != null) this.travel(address);
  }

  #choose(id: string, tell: boolean): void {
    this.cy.elements(".chosen, .told").removeClass("chosen told");
    this.#chosen = id;
    const thing = this.#picture.nodes.find((one) => one.id === id);
    const cluster = this.#picture.clusters.find((one) => one.id === id);
    const node = this.cy.getElementById(id);
    node.addClass("chosen").connectedEdges().addClass("told");
    if (node.nonempty()) this.#bringIn(node.nodes()[0]);
    this.#panel.replaceChildren(
      ...(thing !== undefined ? this.#about(thing) : cluster !== undefined ? this.#rest(cluster) : [paragraph(this.text("choose"), "quiet")]),
    );
    if (!tell) return;
    if (cluster !== undefined) this.say(worded(this.text("more"), { count: cluster.count, relation: cluster.label }));
    else if (thing !== undefined) {
      const kind = thing.detail === "" ? thing.kindName : `${thing.kindName}, ${thing.detail}`;
      const count = node.connectedEdges().length;
      this.say(worded(this.text("selected"), { name: thing.name, kind, count }));
    }
  }

  /** A thing that is chosen by keys must be seen. */
  #bringIn(node: NodeSingular | undefined): void {
    const at = node?.renderedPosition();
    if (at === undefined || node === undefined) return;
    const outside = at.x < 20 || at.y < 20 || at.x > this.cy.width() - 20 || at.y > this.cy.height() - 40;
    if (outside) this.cy.center(node);
  }

  #about(thing: Thing): HTMLElement[] {
    const name = paragraph(thing.name, "name");
    name.lang = /[一-鿿]/.test(thing.name) ? "zh-CN" : document.documentElement.lang;
    const kind = paragraph(thing.detail === "" ? thing.kindName : `${thing.kindName} · ${thing.detail}`, "quiet");
    const actions = document.createElement("p");
    actions.className = "actions";
    const steps: [string, string | null][] = [
      ["page", thing.page],
      ["expand", thing.collapse === null ? thing.expand : null],
      ["collapse", thing.collapse],
      ["start", thing.role === "start" ? null : thing.start],
      ["way", thing.way],
    ];
    for (const [text, address] of steps) {
      if (address === null) continue;
      const link = document.createElement("a");
      link.href = address;
      link.textContent = this.text(text);
      actions.append(link);
    }
    return [name, kind, actions];
  }

  #rest(cluster: Cluster): HTMLElement[] {
    const told = paragraph(worded(this.text("more"), { count: cluster.count, relation: cluster.label }), "name");
    if (cluster.open === null) return [told];
    const actions = document.createElement("p");
    actions.className = "actions";
    const link = document.createElement("a");
    link.href = cluster.open;
    link.textContent = this.text("open");
    actions.append(link);
    return [told, actions];
  }
}

function label(thing: Thing): string {
  const name = shortened(thing.name, LONGEST);
  return thing.detail === "" ? name : `${name}\n${shortened(thing.detail, 22)}`;
}

function shortened(text: string, most: number): string {
  const signs = [...text];
  return signs.length <= most ? text : `${signs.slice(0, most - 1).join("")}…`;
}

function paragraph(text: string, name: string): HTMLParagraphElement {
  const made = document.createElement("p");
  made.className = name;
  made.textContent = text;
  return made;
}
