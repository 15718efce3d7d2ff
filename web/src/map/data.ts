// The map as the service gives it (/api/v1/map): places and domains first, names when they are here.

export interface Topic {
  x: number;
  y: number;
  level: number;
  label: string;
  label_en: string;
  count: number;
  domain: number;
}

/** What a topic is called; in Chinese where it has no English. */
export function topicName(topic: Topic, english: boolean): string {
  return english && topic.label_en !== "" ? topic.label_en : topic.label;
}

export interface Domain {
  iri: string;
  label: { zh: string; en: string };
  count: number;
}

export interface Drawing {
  version: string;
  size: number;
  domains: Domain[];
  x: number[];
  y: number[];
  domain: number[];
  topics: Topic[];
}

export interface Names {
  version: string;
  titles: string[];
  titles_en: Record<string, string>;
  paths: string[];
}

export interface Matches {
  version: string;
  total: number;
  numbers: number[];
}

export async function load<T>(address: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, ...(signal === undefined ? {} : { signal }) });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as T;
}

/** Points by cells of the plane, so that what is near a place is found at once. */
export class Cells {
  static readonly SIDE = 96;
  readonly #cells: number[][] = [];

  constructor(
    private readonly drawing: Drawing,
  ) {
    for (let i = 0; i < Cells.SIDE ** 2; i++) this.#cells.push([]);
    drawing.x.forEach((x, i) => this.#cells[this.#cell(x, drawing.y[i] ?? 0)]?.push(i));
  }

  #cell(x: number, y: number): number {
    const side = (value: number): number =>
      Math.max(0, Math.min(Cells.SIDE - 1, Math.floor((value / (this.drawing.size + 1)) * Cells.SIDE)));
    return side(y) * Cells.SIDE + side(x);
  }

  /** The numbers of the points in a rectangle of the map. */
  *within(x0: number, y0: number, x1: number, y1: number): Generator<number> {
    const { x, y } = this.drawing;
    const first = this.#cell(x0, y0);
    const last = this.#cell(x1, y1);
    const [c0, r0] = [first % Cells.SIDE, Math.floor(first / Cells.SIDE)];
    const [c1, r1] = [last % Cells.SIDE, Math.floor(last / Cells.SIDE)];
    for (let r = r0; r <= r1; r++) {
      for (let c = c0; c <= c1; c++) {
        for (const i of this.#cells[r * Cells.SIDE + c] ?? []) {
          const [px, py] = [x[i] ?? 0, y[i] ?? 0];
          if (px >= x0 && px <= x1 && py >= y0 && py <= y1) yield i;
        }
      }
    }
  }

  /** The point nearest to a place within a distance; -1 for none. */
  nearest(x: number, y: number, distance: number, among?: Set<number>): number {
    let best = -1;
    let least = distance ** 2;
    for (const i of this.within(x - distance, y - distance, x + distance, y + distance)) {
      if (among !== undefined && !among.has(i)) continue;
      const square = ((this.drawing.x[i] ?? 0) - x) ** 2 + ((this.drawing.y[i] ?? 0) - y) ** 2;
      if (square <= least) [best, least] = [i, square];
    }
    return best;
  }
}
