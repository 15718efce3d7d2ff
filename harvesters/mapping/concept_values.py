"""Values that become a link: to a concept of a vocabulary, or to another dataset."""

from __future__ import annotations

from harvesters.errors import VALUE_NOT_READ
from harvesters.mapping.literal_values import short_name
from harvesters.mapping.mapped_value import EMPTY, MappedValue, line, typed_term, unmapped_value
from harvesters.mapping.mapping_files import Target
from harvesters.mapping.related_datasets import dataset_id, linked
from harvesters.mapping.target_mapper import ValueMapper
from harvesters.mapping.value_parsing import as_list, as_text, split_outside_brackets
from harvesters.mapping.web_addresses import Problem, address, addresses, is_web
from harvesters.mapping.wrapped_values import shown
from harvesters.privacy.personal_data import clean_text
from ontology.ntriples import iri
from ontology.record import mint_iri
from ontology.terms import SHD
from ontology.unmapped_values import schemes_of
from ontology.vocabulary import Known, Unknown, Vocabulary


class ConceptValues:
    """Mapping functions for the targets of one source whose values become links."""

    def __init__(self, vocabulary: Vocabulary, *, base_iri: str, source: str) -> None:
        self._vocabulary = vocabulary
        self._base = base_iri
        self._source = source

    def maker(self, target: Target) -> ValueMapper | None:
        """Return the mapping function for a target; None where its values become no links."""
        if target.kind in ("concept", "concepts", "frequency"):
            return self._concepts_maker(target)
        if target.kind in ("dataset", "datasets"):
            return self._datasets_maker(target)
        return None

    def knows(self, target: Target, text: str) -> bool:
        """Tell whether a target's schemes know a text, be it as a value that they refuse."""
        for scheme, _ in target.schemes:
            found = self._vocabulary.find(scheme, text)
            if isinstance(found, Known) or found.reason != "unexplained":
                return True
        return False

    def _concepts_maker(self, target: Target) -> ValueMapper:
        def make(value: object) -> MappedValue:
            lines: list[str] = []
            removed: list[str] = []
            if target.kind != "concepts":
                given = [as_text(value)]
            else:
                if type(value) is str:
                    # Before splitting: in 联系人：张三、李四 the whole shows that 李四 is a name.
                    value, kinds = clean_text(as_text(value))
                    removed += [f"{short_name(target.property)}: {kind}" for kind in kinds]
                given = as_list(value, ",，;；|\n")
            for text in filter(None, given):
                found = self._find_all(target, text)
                for item, prop in found:
                    if isinstance(item, Unknown):
                        kept = unmapped_value(prop, item.text or text)
                        lines += filter(None, [kept.text])
                        removed += kept.removed
                        continue
                    lines.append(line(prop, f"<{item.concept.iri}>"))
                    if item.interval is not None and target.kind == "frequency":
                        interval = typed_term(item.interval, "duration")
                        lines.append(line(SHD.updateInterval, interval))
            return MappedValue("\n".join(lines), tuple(removed)) if lines or removed else EMPTY

        return make

    def _datasets_maker(self, target: Target) -> ValueMapper:
        def make(value: object) -> MappedValue:
            entries = value if isinstance(value, (list, tuple)) else [value]
            mapped_values: list[MappedValue] = []
            problems: list[Problem] = []
            for entry in entries:
                texts = [linked(entry)] if isinstance(entry, dict) else _names(entry)
                if not any(texts) and entry:
                    problems.append((VALUE_NOT_READ, {"value": shown(entry)}))
                for text in filter(None, texts):
                    if mapped_values and target.kind != "datasets":
                        problems.append((VALUE_NOT_READ, {"value": text}))
                    else:
                        mapped_values.append(self._dataset(target, text))
            lines = "\n".join(mapped.text for mapped in mapped_values if mapped.text)
            removed = tuple(r for c in mapped_values for r in c.removed)
            problems += (p for c in mapped_values for p in c.problems)
            return MappedValue(lines, removed, tuple(problems))

        return make

    def _dataset(self, target: Target, text: str) -> MappedValue:
        """Return the link to another dataset, given by its identifier or its address."""
        remote_id = dataset_id(text)
        if remote_id is not None:
            return MappedValue(
                line(target.property, iri(mint_iri(self._base, self._source, remote_id)))
            )
        found = address(text)
        if not found.iri:
            return unmapped_value(target.property, text)
        return MappedValue(line(target.property, iri(found.iri)), (), found.problems)

    def _find_all(self, target: Target, text: str) -> list[tuple[Known | Unknown, str]]:
        whole = self._find(target, text)
        if isinstance(whole[0], Known) or target.kind != "concepts":
            return [whole]
        # 文化、卫生、体育 is one label, 公共安全、信用服务 are two: split only into known labels.
        parts = split_outside_brackets(text, "、/ ")
        found = [self._find(target, part) for part in parts] if len(parts) > 1 else []
        return found if found and all(isinstance(f[0], Known) for f in found) else [whole]

    def _find(self, target: Target, text: str) -> tuple[Known | Unknown, str]:
        first: tuple[Known | Unknown, str] | None = None
        for scheme, prop in target.schemes:
            found = self._vocabulary.find(scheme, text)
            if isinstance(found, Known):
                return found, prop
            first = first or (found, prop)
        if first is not None:
            # A steward may have decided on a concept of a scheme that this label is not read for.
            for scheme, prop in schemes_of(first[1]):
                decided = self._vocabulary.decided(scheme, text)
                if decided is not None:
                    return decided, prop
        return first or (Unknown(text, "unexplained"), target.property)


def _names(entry: object) -> list[str]:
    """Return the datasets that a text or a list names; an address stays whole."""
    return addresses(entry) if isinstance(entry, str) and is_web(entry) else as_list(entry)
