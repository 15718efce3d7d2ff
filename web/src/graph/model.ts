// A picture of the graph as the page gives it (catalog_service/explorer/drawing.py).

export interface Thing {
  id: string;
  name: string;
  detail: string;
  kind: string;
  kindName: string;
  role: string;
  page: string | null;
  expand: string | null;
  collapse: string | null;
  start: string;
  way: string | null;
}

export interface Joined {
  id: string;
  source: string;
  target: string;
  relation: string;
  label: string;
  why: string;
}

/** Neighbours that are not shown one by one. */
export interface Cluster {
  id: string;
  of: string;
  relation: string;
  label: string;
  count: number;
  open: string | null;
}

export interface Picture {
  nodes: Thing[];
  edges: Joined[];
  clusters: Cluster[];
}

export function readPicture(root: ParentNode): Picture | null {
  const text = root.querySelector("#graph-data")?.textContent;
  return text == null ? null : (JSON.parse(text) as Picture);
}

/** Put values in the place of their names: "{count} more". */
export function worded(text: string | undefined, values: Record<string, string | number>): string {
  return (text ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
