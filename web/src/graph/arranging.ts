// Where things stand. What was there stays, and what is new finds room around what it belongs to.

import type { Core, NodeSingular, Position } from "cytoscape";

import type { Picture } from "./model";

const NEAR = 130;
const APART = 230; // stations of a way
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

/** Put the things that have no place yet in a ring around what they are joined to, by relation. */
export function placesOf(picture: Picture, known: Map<string, Position>): Map<string, Position> {
  const places = new Map([...known, ...stations(picture, known)]);
  const beside = new Map<string, string[]>();
  const add = (of: string, id: string): void => void beside.set(of, [...(beside.get(of) ?? []), id]);
  for (const edge of picture.edges) add(edge.source, edge.target);
  for (const cluster of picture.clusters) add(cluster.of, cluster.id);
  const waiting = [...new Set([...picture.nodes.map((n) => n.id), ...beside.keys()])];
  for (const id of waiting) {
    const middle = places.get(id) ?? { x: 90 * places.size, y: 0 };
    places.set(id, middle);
    const fresh = (beside.get(id) ?? []).filter((one) => !places.has(one));
    const radius = NEAR + 7 * fresh.length;
    fresh.forEach((one, i) => {
      const angle = (2 * Math.PI * i) / fresh.length ;
      places.set(one, { x: middle.x + radius * Math.cos(angle), y: middle.y + radius * Math.sin(angle) });
    });
  }
  return places;
}

/** Put the stations of a way in a row, unless they stand somewhere already. */
export function stations(picture: Picture, known: Map<string, Position>): Map<string, Position> {
  const way = picture.nodes.some((one) => one.role === "goal")
    ? picture.nodes.filter((one) => ["start", "way", "goal"].includes(one.role))
    : [];
  if (way.every((one) => known.has(one.id))) return new Map();
  const upright = window.innerWidth < 640;
  return new Map(way.map((one, i) => [one.id, upright ? { x: 0, y: APART * 0.75 * i } : { x: APART * i, y: 0 }]));
}

export function arrange(cy: Core, fixed: Map<string, Position>, done: () => void): void {
  const constraint: { nodeId: string; position: Position }[] = [];
  cy.nodes().forEach((node: NodeSingular) => {
    if (fixed.has(node.id())) constraint.push({ nodeId: node.id(), position: node.position() });
  });
  const moving = !STILL.matches && cy.nodes().length <= 150;
  const options = {
    name: "fcose",
    quality: "default",
    randomize: false,
    animate: moving,
    animationDuration: 350,
    fit: true,
    padding: 24,
    nodeDimensionsIncludeLabels: true,
    uniformNodeDimensions: false,
    packComponents: true,
    idealEdgeLength: 120,
    nodeRepulsion: 9_000,
    nodeSeparation: 90,
    edgeElasticity: 0.4,
    gravity: 0.2,
    numIter: 1_500,
    ...(constraint.length > 0 ? { fixedNodeConstraint: constraint } : {}),
  };
  if (constraint.length === cy.nodes().length) {
    cy.fit(undefined, 24);
    done();
    return;
  }
  const layout = cy.layout(options as unknown as Parameters<Core["layout"]>[0]);
  layout.one("layoutstop", done);
  layout.run();
}
