// A button beside each snippet that copies it. Made here, for without script it could do nothing.

const SHOWN_FOR = 2_000; // milliseconds

export function copyButtons(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button.copy");
    if (button !== null) void copy(button);
  });
  addButtons(document);
  document.addEventListener("htmx:after:swap", () => addButtons(document));
}

function addButtons(root: ParentNode): void {
  for (const snippet of root.querySelectorAll<HTMLElement>("[data-copy]")) {
    if (snippet.querySelector("button.copy") !== null) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = snippet.dataset["copy"] ?? "";
    snippet.append(button);
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const snippet = button.closest<HTMLElement>("[data-copy]");
  const text = snippet?.querySelector("pre, code, blockquote")?.textContent;
  if (snippet === null || text == null) return;
  const done = await write(text.trim());
  button.textContent = (done ? snippet.dataset["copied"] : snippet.dataset["failed"]) ?? "";
  // Told to those who cannot see the button change.
  button.setAttribute("aria-live", "polite");
  window.setTimeout(() => {
    button.textContent = snippet.dataset["copy"] ?? "";
  }, SHOWN_FOR);
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or not a secure origin: the text can still be selected
  }
}
