// One's own queries, kept in this browser alone, and only where one asked for it.

const KEY = "atlas.sparql.queries";
const MOST = 30;

export interface History {
  add(query: string): void;
}

export function keepHistory(open: (query: string) => void): History {
  const place = document.getElementById("history");
  if (place === null) return { add: () => {} };
  let kept = read();

  const list = document.createElement("ul");
  list.className = "plain";
  const remember = document.createElement("input");
  remember.type = "checkbox";
  remember.id = "remember";
  remember.checked = kept !== null;
  const label = document.createElement("label");
  label.htmlFor = remember.id;
  label.append(remember, ` ${place.dataset["remember"] ?? ""}`);
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "second";
  clear.textContent = place.dataset["clear"] ?? "";
  place.append(label, list, clear);
  place.hidden = false;

  function show(): void {
    clear.hidden = kept === null || kept.length === 0;
    list.replaceChildren(
      ...(kept ?? []).map((query) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "kept";
        button.textContent = shortened(query);
        button.title = query;
        button.addEventListener("click", () => open(query));
        item.append(button);
        return item;
      }),
    );
    if (kept !== null && kept.length === 0) {
      const none = document.createElement("li");
      none.className = "quiet";
      none.textContent = place?.dataset["empty"] ?? "";
      list.append(none);
    }
  }

  function change(next: string[] | null): void {
    kept = next;
    write(next);
    show();
  }

  remember.addEventListener("change", () => change(remember.checked ? [] : null));
  clear.addEventListener("click", () => {
    change([]);
    remember.focus();
  });
  show();
  return {
    add(query) {
      if (kept !== null) change([query, ...kept.filter((one) => one !== query)].slice(0, MOST));
    },
  };
}

/** The first words that are no prefix and no comment. */
function shortened(query: string): string {
  const words = query
    .split("\n")
    .filter((line) => !/^\s*(PREFIX\b|#|$)/i.test(line))
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
  return words.length > 70 ? `${words.slice(0, 69)}…` : words;
}

function read(): string[] | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === "string") : null;
  } catch {
    return null; // storage is barred, or holds something else
  }
}

function write(queries: string[] | null): void {
  try {
    if (queries === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(queries));
  } catch {
    // Storage is barred or full: the list holds until the page is left.
  }
}
