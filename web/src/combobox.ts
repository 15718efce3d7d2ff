/** What a field with a list of things below it says to assistive technology (ARIA's combobox). */
export function makeCombobox(input: HTMLInputElement, list: HTMLElement, id: string, label: string): void {
  list.id = id;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  list.hidden = true;
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", id],
    ["autocomplete", "off"],
  ] as const) {
    input.setAttribute(name, value);
  }
}
