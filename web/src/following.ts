// The progress of a run under way. Without script the page loads itself anew instead.

interface Progress {
  status: string;
  pages: number;
  read: number | null;
  total: number | null;
}

export function followRun(): void {
  const card = document.querySelector<HTMLElement>("[data-follow]");
  const address = card?.dataset["follow"];
  if (card == null || address === undefined) return;
  const events = new EventSource(address);
  const told = (event: MessageEvent<string>): Progress => JSON.parse(event.data) as Progress;
  events.addEventListener("progress", (event) => show(card, told(event)));
  events.addEventListener("end", (event) => {
    events.close();
    show(card, told(event));
    location.reload(); // the report is whole now
  });
}

function show(card: HTMLElement, progress: Progress): void {
  const numbers = { pages: progress.pages, read: progress.read, total: progress.total };
  for (const [name, number] of Object.entries(numbers)) {
    const place = card.querySelector(`[data-progress=${name}]`);
    if (place !== null && number !== null) place.textContent = String(number);
  }
  const bar = card.querySelector("progress");
  if (bar === null || progress.total === null) return;
  bar.max = Math.max(progress.total, 1);
  bar.value = progress.read ?? 0;
}
