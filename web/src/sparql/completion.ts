// What is offered while one writes: prefixes, our terms by their names in both languages,
// concepts, variables of the query, keywords. Loaded when it is first needed.

import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";

interface Term {
  name: string;
  kind: "property" | "class" | "concept";
  zh: string;
  en: string;
}

interface Terms {
  prefixes: Record<string, string>;
  terms: Term[];
}

const KEYWORDS = (
  "SELECT CONSTRUCT ASK DESCRIBE DISTINCT WHERE FROM OPTIONAL UNION MINUS FILTER BIND VALUES GRAPH " +
  "EXISTS GROUP ORDER BY HAVING LIMIT OFFSET ASC DESC AS COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT " +
  "LANG STR REGEX CONTAINS STRSTARTS COALESCE IF BOUND PREFIX"
).split(" ");

const WORD = /[?$]\w*|<[^<>\s]*|[\p{L}_][\p{L}\p{N}_-]*(:[\p{L}\p{N}_-]*)?/u;

/** Return the source of completions; texts and the address of the terms stand at the form. */
export function completeTerms(form: HTMLFormElement): CompletionSource {
  let terms: Promise<Terms> | null = null;
  const load = (): Promise<Terms> => {
    terms ??= fetch(form.dataset["terms"] ?? "").then((answer) => {
      if (!answer.ok) throw new Error(answer.statusText);
      return answer.json() as Promise<Terms>;
    });
    terms.catch(() => {
      terms = null; // asked again with the next word
    });
    return terms;
  };
  return async (context) => {
    const word = context.matchBefore(WORD);
    if (word === null && !context.explicit) return null;
    const text = word?.text ?? "";
    if (isInText(context, word?.from ?? context.pos)) return null;
    if (!context.explicit && text.length < 2 && !text.startsWith("?")) return null;
    const known = await load().catch((): Terms => ({ prefixes: {}, terms: [] }));
    return offered(form, context, word?.from ?? context.pos, text, known);
  };
}

/** Within a comment or a text nothing is completed. */
function isInText(context: CompletionContext, from: number): boolean {
  const line = context.state.doc.lineAt(from);
  const before = line.text.slice(0, from - line.from).replace(/<[^<>\s]*>/g, "");
  return before.includes("#") || (before.match(/"/g)?.length ?? 0) % 2 === 1;
}

function offered(form: HTMLFormElement, context: CompletionContext, from: number, text: string, known: Terms): CompletionResult {
  const options: Completion[] = [];
  if (text.startsWith("?") || text.startsWith("$")) {
    const names = context.state.doc.toString().match(/[?$]\w+/g) ?? [];
    for (const name of new Set(names)) {
      if (name !== text) options.push({ label: name, detail: form.dataset["variable"] ?? "" });
    }
    return { from, options, validFor: /^[?$]\w*$/ };
  }
  const wanted = text.toLowerCase();
  for (const term of known.terms) {
    const rank = matched(term, wanted);
    if (rank > 0) options.push(completionOf(form, term, rank, known.prefixes));
  }
  if (!text.includes(":") && !text.startsWith("<")) {
    for (const [prefix, iri] of Object.entries(known.prefixes)) {
      if (prefix.startsWith(wanted)) {
        options.push({ label: `${prefix}:`, detail: form.dataset["prefix"] ?? "", boost: 5, apply: withPrefix(`${prefix}:`, { [prefix]: iri }) });
      }
    }
    for (const keyword of KEYWORDS) {
      if (keyword.toLowerCase().startsWith(wanted)) {
        options.push({ label: keyword, detail: form.dataset["keyword"] ?? "", boost: 10 });
      }
    }
  }
  options.sort((one, other) => (other.boost ?? 0) - (one.boost ?? 0));
  // What matches is decided here, by the names in both languages too.
  return { from, options: options.slice(0, 60), filter: false };
}

/** 3: the name begins so; 2: a label does; 1: it is within a name or a label; 0: nowhere. */
function matched(term: Term, wanted: string): number {
  const name = term.name.toLowerCase();
  const local = name.slice(name.indexOf(":") + 1);
  const labels = [term.zh, term.en.toLowerCase()];
  if (name.startsWith(wanted) || (term.kind !== "concept" && local.startsWith(wanted))) return 3;
  if (labels.some((label) => label !== "" && label.startsWith(wanted))) return 2;
  return wanted.length > 1 && [name, ...labels].some((text) => text.includes(wanted)) ? 1 : 0;
}

function completionOf(form: HTMLFormElement, term: Term, rank: number, prefixes: Record<string, string>): Completion {
  const label = document.documentElement.lang.startsWith("zh") ? term.zh || term.en : term.en || term.zh;
  const kind = form.dataset[term.kind] ?? "";
  const concept = term.kind === "concept";
  return {
    label: term.name,
    detail: label === "" ? kind : `${label} · ${kind}`,
    boost: rank * 2 - (concept ? 3 : 0),
    ...(concept ? {} : { apply: withPrefix(term.name, prefixes) }),
  };
}

/** Write a name, and declare its prefix where the query does not. */
function withPrefix(name: string, prefixes: Record<string, string>): (view: EditorView, completion: Completion, from: number, to: number) => void {
  return (view, _completion, from, to) => {
    const prefix = name.slice(0, name.indexOf(":"));
    const iri = prefixes[prefix];
    const declared = new RegExp(`PREFIX\\s+${prefix}:`, "i").test(view.state.doc.toString());
    const head = iri === undefined || declared ? "" : `PREFIX ${prefix}: <${iri}>\n`;
    view.dispatch({
      changes: [
        { from: 0, insert: head },
        { from, to, insert: name },
      ],
      selection: { anchor: head.length + from + name.length },
      userEvent: "input.complete",
    });
  };
}
