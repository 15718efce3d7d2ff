// On a wide screen a ticked facet is applied at once; on a phone the sheet has its own button.

const WIDE = window.matchMedia("(min-width: 801px)");

export function facetForm(): void {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement || input instanceof HTMLSelectElement)) return;
    const form = input.form;
    if (form?.id === "facets" && WIDE.matches) form.requestSubmit();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && location.hash === "#facets") location.hash = "#found";
  });
}
