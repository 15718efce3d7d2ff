// Paints the map on a canvas: points by domain, names of topics and datasets where there is room.

import { type Cells, type Drawing, type Names, topicName } from "./data";

/** Told apart in both schemes; the domains with most datasets have one each, the rest are grey. */
export const COLOURS = [
  "#2f8c9b", "#c2702a", "#8a5a9e", "#4f9158", "#b3493a", "#5f73c4",
  "#a08a1d", "#c05a8a", "#6b8f99", "#7c6a4a", "#3fa28a", "#9a7bd0",
];
export const REST = "#8b8f8c";

export interface Window {
  /** The place of the map in the middle, and pixels of the screen for each unit of the map. */
  x: number;
  y: number;
  scale: number;
}

export interface Shown {
  window: Window;
  fitting: number;
  chosen: number;
  matched: Set<number> | null;
  off: Set<number>;
  crosshair: boolean;
}

interface Inks {
  ink: string;
  paper: string;
  alert: string;
  font: string;
}

const NAMED = 60; // datasets in view up to which they are named

export function colourOf(domain: number): string {
  return domain < 0 ? REST : (COLOURS[domain] ?? REST);
}

export class Painter {
  readonly #context: CanvasRenderingContext2D;
  readonly #order: number[];
  names: Names | null = null;

  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly drawing: Drawing,
    private readonly cells: Cells,
    private readonly english: boolean,
  ) {
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("no canvas");
    this.#context = context;
    // Points of one colour behind each other: the colour is set a dozen times and not 26,000 times.
    this.#order = drawing.x.map((_, i) => i).sort((a, b) => (drawing.domain[a] ?? -1) - (drawing.domain[b] ?? -1));
  }

  paint(shown: Shown, inks: Inks): void {
    const context = this.#context;
    const { width, height } = this.#measure();
    const { x, y, domain } = this.drawing;
    const { window: view, matched, off } = shown;
    // Few datasets are drawn larger: 26,000 dots fill the map at 2 pixels, 400 would hardly be seen.
    const whole = Math.min(5, Math.max(2, 300 / Math.sqrt(Math.max(1, x.length))));
    const size = Math.min(9, whole * Math.max(1, 0.95 * Math.sqrt(view.scale / shown.fitting)));
    context.fillStyle = inks.paper;
    context.fillRect(0, 0, width, height);
    let last = -2;
    for (const strong of matched === null ? [true] : [false, true]) {
      context.globalAlpha = strong ? 0.85 : 0.13;
      const side = strong && matched !== null ? size + 2 : size;
      last = -2;
      for (const i of this.#order) {
        if (matched !== null && matched.has(i) !== strong) continue;
        const d = domain[i] ?? -1;
        if (off.has(d < COLOURS.length ? d : COLOURS.length)) continue;
        const px = ((x[i] ?? 0) - view.x) * view.scale + width / 2;
        const py = ((y[i] ?? 0) - view.y) * view.scale + height / 2;
        if (px < -9 || py < -9 || px > width + 9 || py > height + 9) continue;
        if (d !== last) {
          context.fillStyle = colourOf(d);
          last = d;
        }
        context.fillRect(px - side / 2, py - side / 2, side, side);
      }
    }
    context.globalAlpha = 1;
    const taken: [number, number, number, number][] = [];
    this.#mark(shown, inks, width, height);
    this.#nameTopics(shown, inks, width, height, taken);
    this.#nameDatasets(shown, inks, width, height, taken);
  }

  #measure(): { width: number; height: number } {
    const canvas = this.canvas;
    const ratio = Math.min(2, devicePixelRatio || 1);
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { width, height };
  }

  #mark(shown: Shown, inks: Inks, width: number, height: number): void {
    const context = this.#context;
    context.strokeStyle = inks.alert;
    context.lineWidth = 2.5;
    if (shown.chosen >= 0) {
      const px = ((this.drawing.x[shown.chosen] ?? 0) - shown.window.x) * shown.window.scale + width / 2;
      const py = ((this.drawing.y[shown.chosen] ?? 0) - shown.window.y) * shown.window.scale + height / 2;
      context.beginPath();
      context.arc(px, py, 9, 0, 2 * Math.PI);
      context.stroke();
    }
    if (shown.crosshair) {
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(width / 2 - 10, height / 2);
      context.lineTo(width / 2 + 10, height / 2);
      context.moveTo(width / 2, height / 2 - 10);
      context.lineTo(width / 2, height / 2 + 10);
      context.stroke();
    }
  }

  #nameTopics(shown: Shown, inks: Inks, width: number, height: number, taken: [number, number, number, number][]): void {
    const nearness = shown.window.scale / shown.fitting;
    const deepest = nearness < 1.8 ? 0 : nearness < 5 ? 1 : 2;
    for (const topic of this.drawing.topics) {
      if (topic.level > deepest) continue;
      const px = (topic.x - shown.window.x) * shown.window.scale + width / 2;
      const py = (topic.y - shown.window.y) * shown.window.scale + height / 2;
      if (px < 0 || py < 0 || px > width || py > height) continue;
      const size = topic.level === 0 ? 17 : topic.level === 1 ? 14 : 12;
      this.#write(topicName(topic, this.english), px, py, size, 600, "center", inks, taken, width);
    }
    // From far away there is room for some of the next level.
    if (deepest === 2) return;
    for (const topic of this.drawing.topics) {
      if (topic.level !== deepest + 1) continue;
      const px = (topic.x - shown.window.x) * shown.window.scale + width / 2;
      const py = (topic.y - shown.window.y) * shown.window.scale + height / 2;
      if (px > 0 && py > 0 && px < width && py < height) this.#write(topicName(topic, this.english), px, py, 12, 400, "center", inks, taken, width);
    }
  }

  #nameDatasets(shown: Shown, inks: Inks, width: number, height: number, taken: [number, number, number, number][]): void {
    if (this.names === null) return;
    const view = shown.window;
    const [w, h] = [width / 2 / view.scale, height / 2 / view.scale];
    const seen: number[] = [];
    for (const i of this.cells.within(view.x - w, view.y - h, view.x + w, view.y + h)) {
      if (shown.matched !== null && !shown.matched.has(i)) continue;
      seen.push(i);
      if (seen.length > NAMED * 4) return;
    }
    for (const i of seen) {
      const px = ((this.drawing.x[i] ?? 0) - view.x) * view.scale + width / 2;
      const py = ((this.drawing.y[i] ?? 0) - view.y) * view.scale + height / 2;
      this.#write(this.title(i), px + 8, py, 12, 400, "left", inks, taken, width);
    }
  }

  title(i: number): string {
    const names = this.names;
    return (this.english ? names?.titles_en[String(i)] : undefined) ?? names?.titles[i] ?? "";
  }

  #write(
    text: string, x: number, y: number, size: number, weight: number, align: "left" | "center",
    inks: Inks, taken: [number, number, number, number][], width: number,
  ): void {
    const context = this.#context;
    const short = text.length > 26 ? `${text.slice(0, 25)}…` : text;
    context.font = `${weight} ${size}px ${inks.font}`;
    const wide = context.measureText(short).width;
    let left = align === "center" ? x - wide / 2 : x;
    left = Math.max(4, Math.min(width - wide - 4, left));
    const box: [number, number, number, number] = [left - 3, y - size * 0.7, left + wide + 3, y + size * 0.7];
    if (taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) return;
    taken.push(box);
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = inks.paper;
    context.strokeText(short, left, y);
    context.fillStyle = inks.ink;
    context.fillText(short, left, y);
  }
}
