// What every page gets. All of it only improves: without it every form and link still works.

import "htmx.org";

import { copyButtons } from "./copying";
import { facetForm } from "./facets";
import { followRun } from "./following";
import { workbenchKeys } from "./keys";
import { menu } from "./menu";
import { searchFields } from "./suggesting";

function ready(): void {
  document.documentElement.classList.add("scripted");
  copyButtons();
  facetForm();
  followRun();
  menu();
  neighbours();
  searchFields();
  workbenchKeys();
  draftForm();
}

/** The form of a draft: only who writes one loads what saves it as one types. */
function draftForm(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-draft]");
  if (form === null) return;
  void import("./editing").then(({ keepDraft }) => keepDraft(form));
}

/** The picture of a dataset's neighbours weighs more than all else here: only who scrolls there loads it. */
function neighbours(): void {
  const place = document.querySelector<HTMLElement>("[data-neighbours]");
  if (place === null) return;
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    void import("./neighbours").then(({ showNeighbours }) => showNeighbours(place, place.dataset["neighbours"] ?? ""));
  }, { rootMargin: "200px" });
  seen.observe(place);
}

// A module is deferred: the document has been read by now.
ready();
