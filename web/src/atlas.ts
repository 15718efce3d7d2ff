// What every page gets. All of it only improves: without it every form and link still works.

import "htmx.org";

import { copyButtons } from "./copying";
import { facetForm } from "./facets";
import { followRun } from "./following";
import { menu } from "./menu";
import { searchFields } from "./suggesting";

function ready(): void {
  document.documentElement.classList.add("scripted");
  copyButtons();
  facetForm();
  followRun();
  menu();
  searchFields();
}

// A module is deferred: the document has been read by now.
ready();
