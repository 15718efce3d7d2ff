// CodeMirror in place of the textarea, which keeps the text and is what the form sends.
//
// It stands in a shadow tree: there its styles are constructed sheets, which the strict
// Content-Security-Policy has no word against; in the document they would be <style> elements.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { EditorState, Prec, StateEffect, StateField, type Transaction } from "@codemirror/state";
import { Decoration, type DecorationSet, drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

import { completeTerms } from "./completion";

/** A place in the query, counted from 1. */
export interface Place {
  line: number;
  column: number;
}

export interface Editor {
  write(query: string): void;
  mark(place: Place | null): void;
  focus(): void;
}

const setMark = StateEffect.define<Place | null>();

/** The beginning of what the endpoint cannot take; gone with the next change. */
const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(found, transaction) {
    let next = transaction.docChanged ? Decoration.none : found;
    for (const effect of transaction.effects) {
      if (effect.is(setMark)) next = decorate(transaction.state, effect.value);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorate(state: EditorState, place: Place | null): DecorationSet {
  if (place === null || place.line > state.doc.lines) return Decoration.none;
  const line = state.doc.line(place.line);
  const from = offset(line.text, line.from, place.column);
  const whole = Decoration.line({ class: "cm-wrong-line" }).range(line.from);
  if (line.length === 0) return Decoration.set([whole]);
  // The character before the place where the line ends there.
  const before = [...state.sliceDoc(line.from, from)].at(-1) ?? "";
  const start = from >= line.to ? line.to - before.length : from;
  const character = [...state.sliceDoc(start, start + 2)][0] ?? "";
  return Decoration.set([whole, Decoration.mark({ class: "cm-wrong" }).range(start, start + character.length)]);
}

/** The endpoint counts characters, CodeMirror UTF-16 units. */
function offset(text: string, from: number, column: number): number {
  return from + [...text].slice(0, column - 1).join("").length;
}

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--deep)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--leaf)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: [tags.atom, tags.number, tags.bool], color: "var(--gold)" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--alert)" },
]);

const looks = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--sheet)", fontSize: "0.875rem" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "4px" },
  ".cm-scroller": { fontFamily: "var(--code)", lineHeight: "1.6", minHeight: "220px", maxHeight: "60vh" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--sunk)", color: "var(--quiet)", borderRight: "1px solid var(--line)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: "var(--mark)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--deep-wash)", outline: "1px solid var(--edge)" },
  ".cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--alert)" },
  ".cm-wrong-line": { backgroundColor: "var(--alert-wash)" },
  ".cm-wrong": { textDecoration: "underline wavy var(--alert) 2px", textUnderlineOffset: "3px" },
  ".cm-tooltip": { backgroundColor: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--edge)", maxWidth: "min(480px, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--code)", maxHeight: "15em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 8px", whiteSpace: "normal" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--deep)", color: "var(--on-deep)" },
  ".cm-completionDetail": { fontStyle: "normal", fontFamily: "var(--han), sans-serif", marginLeft: "1em" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
});

// Where a selection is typed over, Chromium writes the styles of what it replaces as attributes,
// which the policy forbids and reports: the change is made here instead.
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const text = event.data;
    if (event.inputType !== "insertText" || text === null || view.state.selection.main.empty) return false;
    event.preventDefault();
    const { from, to } = view.state.selection.main;
    const insert = (): Transaction =>
      view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    const handled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert));
    if (!handled) view.dispatch(insert());
    return true;
  },
});

/** Put the editor in the place of the field; `run` is what Ctrl-Enter does. */
export function createEditor(form: HTMLFormElement, field: HTMLTextAreaElement, run: () => void): Editor {
  const host = document.createElement("div");
  host.className = "editor";
  field.before(host);
  const root = host.attachShadow({ mode: "open" });
  const label = form.querySelector<HTMLLabelElement>(`label[for="${field.id}"]`);
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: field.value,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        StreamLanguage.define(sparql),
        syntaxHighlighting(colours),
        autocompletion({ override: [completeTerms(form)], icons: false }),
        EditorView.lineWrapping,
        marked,
        typedOver,
        looks,
        EditorView.contentAttributes.of({
          "aria-label": label?.textContent ?? "SPARQL",
          spellcheck: "false",
          autocapitalize: "off",
          autocorrect: "off",
          tabindex: "0",
        }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          field.value = update.state.doc.toString();
          host.classList.remove("wrong");
        }),
        // Tab leaves the editor, as it leaves every field.
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      ],
    }),
  });
  form.classList.add("edited");
  label?.addEventListener("click", (event) => {
    event.preventDefault();
    view.focus();
  });

  const editor: Editor = {
    write(query) {
      if (query === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: query } });
    },
    mark(place) {
      host.classList.toggle("wrong", place !== null);
      view.contentDOM.toggleAttribute("aria-invalid", place !== null);
      if (place === null || place.line > view.state.doc.lines) {
        view.dispatch({ effects: setMark.of(null) });
        return;
      }
      const line = view.state.doc.line(place.line);
      const at = Math.min(offset(line.text, line.from, place.column), line.to);
      view.dispatch({ effects: setMark.of(place), selection: { anchor: at }, scrollIntoView: true });
    },
    focus: () => view.focus(),
  };
  const { line, column } = field.dataset;
  if (line !== undefined && column !== undefined) editor.mark({ line: Number(line), column: Number(column) });
  return editor;
}
