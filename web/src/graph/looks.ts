// How things look: each kind has a shape, a colour and a sign. Everything else follows the page's
// custom properties, so that the picture is dark where the page is.

import type { StylesheetJson } from "cytoscape";

interface Look {
  shape: string;
  colour: string;
}

/** As in catalog_service/site/static/kinds; white signs are readable on each, in both schemes. */
export const KINDS: Record<string, Look> = {
  dataset: { shape: "round-rectangle", colour: "#2f7480" },
  organization: { shape: "ellipse", colour: "#8a5a9e" },
  theme: { shape: "diamond", colour: "#a8651b" },
  district: { shape: "hexagon", colour: "#3f7d4e" },
  library: { shape: "pentagon", colour: "#5668b0" },
  field: { shape: "round-rectangle", colour: "#6d7277" },
  "key-item": { shape: "octagon", colour: "#b3493a" },
};

export interface Colours {
  ink: string;
  quiet: string;
  paper: string;
  edge: string;
  deep: string;
  alert: string;
  font: string;
}

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const value = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: value("ink"),
    quiet: value("quiet"),
    paper: value("sheet"),
    edge: value("edge"),
    deep: value("deep"),
    alert: value("alert"),
    font: style.fontFamily,
  };
}

export const SIZE = 34;

export function stylesheet(colours: Colours): StylesheetJson {
  const kinds = Object.entries(KINDS).map(([kind, look]) => ({
    selector: `node[kind="${kind}"]`,
    style: {
      shape: look.shape as "ellipse",
      "background-color": look.colour,
      "background-image": `/static/kinds/${kind}-sign.svg`,
      "background-fit": "none" as const,
      "background-width": "66%",
      "background-height": kind === "field" ? "100%" : "66%",
    },
  }));
  return [
    {
      selector: "node",
      style: {
        width: SIZE,
        height: SIZE,
        label: "data(text)",
        color: colours.ink,
        "font-family": colours.font,
        "font-size": 12,
        "min-zoomed-font-size": 7,
        "text-valign": "bottom",
        "text-margin-y": 4,
        "text-wrap": "wrap",
        "text-max-width": "124px",
        "text-overflow-wrap": "anywhere",
        "text-background-color": colours.paper,
        "text-background-opacity": 0.85,
        "text-background-padding": "1px",
        "border-width": 0,
        "border-color": colours.ink,
        "overlay-opacity": 0,
      },
    },
    ...kinds,
    { selector: 'node[kind="field"]', style: { width: 40, height: 22 } },
    {
      selector: "node.cluster",
      style: {
        shape: "octagon",
        "background-color": colours.paper,
        "border-width": 1.5,
        "border-style": "dashed",
        "border-color": colours.quiet,
        "text-valign": "center",
        "text-margin-y": 0,
        "text-background-opacity": 0,
        "text-max-width": "60px",
        width: 42,
        height: 42,
        "font-size": 11,
      },
    },
    { selector: 'node[role="start"], node[role="goal"]', style: { width: 52, height: 52, "font-size": 14, "font-weight": "bold" } },
    { selector: 'node[role="expanded"], node[role="way"]', style: { width: 42, height: 42 } },
    {
      selector: "edge",
      style: {
        width: 1.5,
        "line-color": colours.edge,
        "curve-style": "straight",
        "overlay-opacity": 0,
        "font-family": colours.font,
        "font-size": 11,
        "min-zoomed-font-size": 7,
        color: colours.ink,
        "text-wrap": "wrap",
        "text-max-width": "150px",
        "text-overflow-wrap": "anywhere",
        "text-background-color": colours.paper,
        "text-background-opacity": 0.9,
        "text-background-padding": "2px",
      },
    },
    { selector: "edge.loose", style: { "line-style": "dashed" } },
    { selector: "edge.way", style: { width: 4, "line-color": colours.deep, label: "data(text)" } },
    { selector: "edge.told", style: { width: 2.5, "line-color": colours.deep, label: "data(text)" } },
    { selector: "node.chosen", style: { "border-width": 4, "border-color": colours.alert, "border-style": "solid" } },
  ] as StylesheetJson;
}
