// The picture as a file: PNG as it is drawn, SVG written here from the same positions.

import type { Core, NodeSingular } from "cytoscape";

import { type Colours, KINDS } from "./looks";

const MARGIN = 80;

export function save(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function png(cy: Core, colours: Colours): Blob {
  return cy.png({ output: "blob", full: true, scale: 2, bg: colours.paper, maxWidth: 8_000, maxHeight: 8_000 });
}

export function svg(cy: Core, colours: Colours, title: string): Blob {
  const box = cy.elements().boundingBox();
  const view = [box.x1 - MARGIN, box.y1 - MARGIN, box.w + 2 * MARGIN, box.h + 2 * MARGIN].map(Math.round);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view.join(" ")}" font-family="${text(colours.font)}">`,
    `<title>${text(title)}</title><desc>${text(location.href)}</desc>`,
    `<rect x="${view[0]}" y="${view[1]}" width="${view[2]}" height="${view[3]}" fill="${colours.paper}"/>`,
  ];
  cy.edges(":visible").forEach((edge) => {
    const from = edge.sourceEndpoint();
    const to = edge.targetEndpoint();
    const strong = edge.hasClass("way");
    parts.push(
      `<path d="M${round(from.x)} ${round(from.y)}L${round(to.x)} ${round(to.y)}" stroke="${strong ? colours.deep : colours.edge}" stroke-width="${strong ? 4 : 1.5}"${edge.hasClass("loose") ? ' stroke-dasharray="5 4"' : ""}/>`,
    );
    if (strong) {
      const middle = edge.midpoint();
      parts.push(label(String(edge.data("text")), middle.x, middle.y, 11, colours.ink));
    }
  });
  cy.nodes(":visible").forEach((node) => {
    parts.push(mark(node, colours));
  });
  parts.push("</svg>");
  return new Blob([parts.join("\n")], { type: "image/svg+xml" });
}

function mark(node: NodeSingular, colours: Colours): string {
  const { x, y } = node.position();
  const [w, h] = [node.width() / 2, node.height() / 2];
  const size = Number(node.numericStyle("font-size"));
  const words = String(node.data("text"));
  if (node.hasClass("cluster")) {
    return `<circle cx="${round(x)}" cy="${round(y)}" r="${w}" fill="${colours.paper}" stroke="${colours.quiet}" stroke-dasharray="4 3"/>${label(words, x, y - 6, size, colours.ink)}`;
  }
  const look = KINDS[String(node.data("kind"))];
  const fill = look?.colour ?? colours.quiet;
  return shaped(look?.shape ?? "ellipse", x, y, w, h, fill) + label(words, x, y + h + size + 2, size, colours.ink);
}

function shaped(shape: string, x: number, y: number, w: number, h: number, fill: string): string {
  if (shape === "ellipse") return `<ellipse cx="${round(x)}" cy="${round(y)}" rx="${w}" ry="${h}" fill="${fill}"/>`;
  if (shape === "round-rectangle")
    return `<rect x="${round(x - w)}" y="${round(y - h)}" width="${2 * w}" height="${2 * h}" rx="5" fill="${fill}"/>`;
  const corners = { diamond: 4, pentagon: 5, hexagon: 6, octagon: 8 }[shape] ?? 6;
  const turn = shape === "octagon" ? Math.PI / 8 : shape === "hexagon" ? 0 : -Math.PI / 2;
  const points = Array.from({ length: corners }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return `${round(x + w * Math.cos(angle))},${round(y + h * Math.sin(angle))}`;
  });
  return `<polygon points="${points.join(" ")}" fill="${fill}"/>`;
}

function label(words: string, x: number, y: number, size: number, fill: string): string {
  const lines = words.split("\n").map((line, i) => `<tspan x="${round(x)}" dy="${i === 0 ? 0 : size * 1.25}">${text(line)}</tspan>`);
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${fill}" text-anchor="middle">${lines.join("")}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function text(value: string): string {
  return value.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c);
}
