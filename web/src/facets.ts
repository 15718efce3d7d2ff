// On a wide screen a ticked facet is applied at once; on a phone the sheet has its own button.

const WIDE = window.matchMedia("(min-width: 801px)");

export function facetForm(): void {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement || input instanceof HTMLSelectElement)) return;
    const form = input.form;
    if (form?.id === "facets" && WIDE.matches) form.requestSubmit();
  });
  // The sheet is open while the address names it, and an address that script sets closes nothing:
  // on a phone the form is sent as it would be without script, before htmx hears of it.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (form instanceof HTMLFormElement && form.id === "facets" && !WIDE.matches)
        event.stopPropagation();
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && location.hash === "#facets") location.hash = "#found";
  });
}
