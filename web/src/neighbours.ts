// The neighbours of a dataset on its page: the explorer's picture of it, drawn when it comes into view.
// A step of more than looking leads to the explorer.

import { Graph } from "./graph/graph";
import { readPicture } from "./graph/model";

export async function showNeighbours(place: HTMLElement, address: string): Promise<void> {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) return; // the lists beside it say the same
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const graph = page.getElementById("graph");
  const picture = readPicture(page);
  if (graph === null || picture === null || picture.edges.length === 0) return;
  const legend = page.querySelector(".legend");
  place.replaceChildren(document.importNode(graph, true));
  if (legend !== null) place.append(document.importNode(legend, true));
  const shown = place.querySelector<HTMLElement>("#graph");
  if (shown !== null) new Graph(shown, picture, (next) => location.assign(next));
}
