// The SPARQL editor's page, and nothing else's: a query is edited, run and kept here.
// Without it the page's own form and textarea do the same.

import { createEditor } from "./sparql/editor";
import { keepHistory } from "./sparql/history";
import { runQueries } from "./sparql/running";

const form = document.querySelector<HTMLFormElement>("form#ask");
const field = form?.querySelector<HTMLTextAreaElement>("textarea[name=query]");

if (form != null && field != null) {
  const runner = runQueries(form, field);
  const editor = createEditor(form, field, () => runner.run());
  const history = keepHistory((query) => {
    editor.write(query);
    editor.focus();
  });
  runner.onAnswer((query, problem, answered) => {
    editor.mark(problem);
    if (answered) history.add(query);
  });
  runner.onQuery((query) => editor.write(query));
}
