// The menu of a narrow page closes by Escape and by a click beside it, as menus do.

export function menu(): void {
  const details = document.getElementById("menu");
  if (!(details instanceof HTMLDetailsElement)) return;
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !details.contains(event.target)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    details.querySelector("summary")?.focus();
  });
}
