"""The kinds of errors that reading raises or reports."""

from __future__ import annotations

from typing import Final

from ontology.errors import CountedErrorKind, ErrorKind

FILE_MISSING: Final = ErrorKind(
    "file-missing",
    "{file} does not exist. Check the path.",
)
NOT_A_FILE: Final = ErrorKind(
    "not-a-file",
    "{file} is not a regular file. Name the files one by one.",
)
FILE_UNREADABLE: Final = ErrorKind(
    "file-unreadable",
    "{file} cannot be read: {reason}. Check its permissions and the disk, then try again.",
)
FILE_EMPTY: Final = ErrorKind(
    "file-empty",
    "{file} is empty. Check the step that exported it.",
)
BINARY_FILE: Final = ErrorKind(
    "binary-file",
    "{file} is binary ({what}), not {expected}. Export it in a supported format.",
)
UNKNOWN_FORMAT: Final = ErrorKind(
    "unknown-format",
    "The format of {file} cannot be told. Name it: --format open-list, portal-jsonl or dcat.",
)
WRONG_ENCODING: Final = ErrorKind(
    "wrong-encoding",
    "Not valid {encoding} at byte {byte} of the line, nor is it clearly text of another encoding. "
    "Save the file as UTF-8 and try again.",
)
TRUNCATED_GZIP: Final = CountedErrorKind(
    "truncated-gzip",
    "The gzip file is broken or ends after {count} unpacked byte: {reason}. What came before was "
    "read; fetch the file again.",
    "The gzip file is broken or ends after {count} unpacked bytes: {reason}. What came before was "
    "read; fetch the file again.",
)
DECOMPRESSION_BOMB: Final = ErrorKind(
    "decompression-bomb",
    "The file unpacks to more than allowed ({count} bytes, limit {limit}). Split it or raise the "
    "limit.",
    status=413,
)
FILE_TOO_LARGE: Final = ErrorKind(
    "file-too-large",
    "The file is over the limit of {limit} bytes and this format must be read whole. Split it, or "
    "use a line-based format.",
    status=413,
)
BAD_JSON: Final = ErrorKind(
    "bad-json",
    "Not valid JSON: {reason}. Mend this record.",
)
NOT_AN_OBJECT: Final = ErrorKind(
    "not-an-object",
    "A record must be a JSON object, this is {found}. Mend this record.",
)
NO_IDENTITY: Final = ErrorKind(
    "no-identity",
    "The record has neither an identifier nor a title. Give one of them; expected: {expected}.",
)
NO_TITLE: Final = ErrorKind(
    "no-title",
    "Record {remote_id} has no title. Give it one; expected: {expected}.",
)
DUPLICATE_IDENTIFIER: Final = ErrorKind(
    "duplicate-identifier",
    "Identifier {remote_id} stands at {first} already, with other content; the later one was not "
    "imported. Mend one of the two identifiers.",
    status=409,
)
IDENTIFIER_TOO_LONG: Final = ErrorKind(
    "identifier-too-long",
    "The identifier has {count} characters, over the limit of {limit}. Use a shorter one.",
)
HEADER_MISSING: Final = ErrorKind(
    "header-missing",
    "No known header in the first {rows} rows. Found: {found}. Expected a title column "
    "({expected}) and at least one other known column.",
)
ROW_TOO_LONG: Final = ErrorKind(
    "row-too-long",
    "The row has {found} columns where the header has {expected}. Check separators and quotes.",
)
ROW_LEFT_OUT: Final = ErrorKind(
    "row-left-out",
    "The row is no item of the list, and was left out: {why}. If it is one, give it an open type "
    "or another name.",
)
BAD_CSV: Final = ErrorKind(
    "bad-csv",
    "Not valid CSV: {reason}. Check the quotes.",
)
UNCLOSED_QUOTE: Final = CountedErrorKind(
    "unclosed-quote",
    "A quotation mark that opens on this line is never closed and would swallow the {count} line "
    "below. Only this row was left out, the one below was read by itself. Close it, or double a "
    "quotation mark inside a cell.",
    "A quotation mark that opens on this line is never closed and would swallow the {count} "
    "lines below. Only this row was left out, those below were read one by one. Close it, or "
    "double a quotation mark inside a cell.",
)
UNKNOWN_COLUMN: Final = ErrorKind(
    "unknown-column",
    "The column {column!r} is none that is understood; what stands in it is not kept. Headings "
    "that are understood: {known}, among others. Rename it, or add its heading to [synonyms] of "
    "harvesters/mapping/open_list.toml.",
)
NEAR_PUBLISHER: Final = ErrorKind(
    "near-publisher",
    "The vocabulary has no publisher {name!r}, and it differs from {near!r} by one character; it "
    "was taken as an organisation of its own. Mend it if it is misspelt.",
)
BAD_SPREADSHEET: Final = ErrorKind(
    "bad-spreadsheet",
    "The spreadsheet cannot be opened: {reason}. Save it again with a spreadsheet program.",
)
NO_WORKBOOK: Final = ErrorKind(
    "no-workbook",
    "{file} is no workbook, whatever its name says: it may be text (CSV) or a web page. Open it "
    "with a spreadsheet program, save it as .xlsx and send that.",
)
WORKBOOK_LOCKED: Final = ErrorKind(
    "workbook-locked",
    "{file} is protected by a password. Save it without one and send it again.",
)
SHEET_TOO_LARGE: Final = ErrorKind(
    "sheet-too-large",
    "Sheet {sheet} spans {rows} rows by {columns} columns, over the limit of {limit} cells. Delete "
    "stray cells far from the table.",
    status=413,
)
HIDDEN_LEFT_OUT: Final = ErrorKind(
    "hidden-left-out",
    "What is hidden in sheet {sheet} was not read: {what}. If it is to be public, unhide it (or "
    "clear the filter) and import again.",
)
HIDDEN_UNKNOWN: Final = ErrorKind(
    "hidden-unknown",
    "This format does not tell whether sheet {sheet} hides rows or columns; all were read. Save it "
    "as .xlsx and import that.",
)
CELL_WITHOUT_VALUE: Final = ErrorKind(
    "cell-without-value",
    "The cell holds an error, or a formula whose result was not stored ({value}); it was left out. "
    "Mend the formula and save the file with a spreadsheet program.",
)
PUBLISHER_ABOVE: Final = ErrorKind(
    "publisher-above",
    "The row has no {column!r}, and a row above it has ({above}). If the file was exported from "
    "merged cells, fill in every row.",
)
XML_BOMB: Final = ErrorKind(
    "xml-bomb",
    "{part} declares a DTD or entities, which is refused. Remove the DOCTYPE and try again.",
)
BAD_RDF: Final = ErrorKind(
    "bad-rdf",
    "Not valid {format}: {reason}. Nothing was read of the records that it belongs to, and what "
    "the catalogue holds of them stays: {records}. Mend it and try again.",
)
BAD_XML: Final = ErrorKind(
    "bad-xml",
    "Not well-formed XML: {reason}. No record of the file was read, and what the catalogue holds "
    "stays. Mend it or export it again.",
)
PERSONAL_IDENTIFIER: Final = ErrorKind(
    "personal-identifier",
    "The record's identifier is a mobile number or a personal mail address, which must not become "
    "public; it was not imported. Use another identifier.",
)
CONTROL_CHARACTERS: Final = ErrorKind(
    "control-characters",
    "A text holds control characters, which no XML may hold or which turn a text around; they were "
    "taken out. Mend it at its source.",
)
TRIPLE_TERM: Final = ErrorKind(
    "triple-term-dropped",
    "A statement with a triple term <<( … )>> is not supported and was left out. Use plain "
    "statements.",
)
NESTED_TOO_DEEP: Final = ErrorKind(
    "nested-too-deep",
    "Nested more than {limit} deep, which is refused. Name the nodes instead of nesting them.",
)
REMOTE_CONTEXT: Final = ErrorKind(
    "remote-context",
    "The JSON-LD document refers to the remote context {context}, which is never fetched. Put the "
    "context into the document.",
)
BAD_CONTEXT: Final = ErrorKind(
    "bad-context",
    "The JSON-LD context is invalid or cyclic: {reason}. Mend the context.",
)
GRAPH_TOO_LARGE: Final = ErrorKind(
    "graph-too-large",
    "The file holds more than {limit} triples. Page it (hydra) or split it by dataset.",
    status=413,
)
NOT_ONE_RECORD: Final = ErrorKind(
    "not-one-record",
    "Exactly one record belongs here, there are {count}. Send several as NDJSON to `records`.",
)
NO_DATASET: Final = ErrorKind(
    "no-dataset",
    "The file describes no dcat:Dataset. Check its type statements.",
)
DATASET_INFERRED: Final = ErrorKind(
    "dataset-inferred",
    "{subject} says no type; it was read as a dcat:Dataset because a catalog or a series lists it "
    "as one, or because it has distributions. State its type at its source.",
)
RESOURCE_NOT_READ: Final = CountedErrorKind(
    "resource-not-read",
    "{count} thing of the file was not read as a record ({type}): {nodes}. Where it is a dataset, "
    "type it dcat:Dataset and describe it.",
    "{count} things of the file were not read as records ({type}): {nodes}. Where they are "
    "datasets, type them dcat:Dataset and describe them.",
)
RELATIVE_IRI: Final = ErrorKind(
    "relative-iri",
    "The relative IRI <{value}> means nothing, for the file says no base; its statement was left "
    "out. Write the IRI in full, or say @base (xml:base).",
)
NO_RECORDS: Final = ErrorKind(
    "no-records",
    "There is no record in {file}. Check the step that exported it; do not submit a list that is "
    "empty.",
)
MENDED_IRI: Final = ErrorKind(
    "mended-iri",
    "The IRI {value!r} holds illegal characters or is not written as IRIs are; it was mended to "
    "{mended}. Mend it at its source.",
)
ADDRESS_WITH_USER: Final = ErrorKind(
    "address-with-user",
    "The address {value} has a user before its host (what stands before the @ is no host). It is "
    "kept and never shown as a link. Leave out the @ and what stands before it.",
)
VALUE_NOT_READ: Final = ErrorKind(
    "value-not-read",
    "What stands in the field {field!r} could not be read and is not in the record: {value}. Write "
    "it in a form of docs/json.md.",
)
VALUE_LEFT_OUT: Final = ErrorKind(
    "value-left-out",
    "What stands in the field {field!r} is not in the record, for another field that means the "
    "same was taken: {value}. Keep one of them.",
)
OPEN_TYPES_DISAGREE: Final = ErrorKind(
    "open-types-disagree",
    "The open types disagree: {values}. The most closed one, {taken!r}, was taken. Make them agree "
    "at the source.",
)
READ_AS_CLOSED: Final = ErrorKind(
    "read-as-closed",
    "{value!r} was read as 非开放 (closed): the record is not public. Write 非开放 at the source "
    "if that is meant, or mend the value.",
)
DUPLICATE_KEY: Final = ErrorKind(
    "duplicate-key",
    "The field {field!r} comes more than once in one JSON object; the last one was taken (of open "
    "types the most closed). Keep one of them.",
)
LOST_DIGITS: Final = ErrorKind(
    "lost-digits",
    "The cell is the number {value}; a spreadsheet keeps the first 15 digits of a number and the "
    "rest is lost. Make the column text and fill it in again.",
)
UNKNOWN_FIELD: Final = ErrorKind(
    "unknown-field",
    "The field {field!r} is no name that is understood; its value was left out. Names like it: "
    "{known}. All names are in docs/json.md.",
)
BAD_MAPPING: Final = ErrorKind(
    "bad-mapping",
    "The mapping {name} is wrong: {reason}. Mend that file.",
)
NOT_THE_PLATFORM: Final = ErrorKind(
    "not-the-platform",
    "{url} answered with {found} where {expected} was expected. Check the address and the type of "
    "the source, and whether a login page, a firewall or a proxy answers in its place.",
    status=502,
)
PLATFORM_REPORTS: Final = ErrorKind(
    "platform-reports",
    "{url} reports an error of its own: {reason}. Ask the platform if it stays so.",
    status=502,
)
PAGE_LOOP: Final = ErrorKind(
    "page-loop",
    "The list at {url} repeats itself: a page names only what earlier pages named ({first} …). The "
    "walk was stopped and nothing is taken as missing; tell the platform that its paging is wrong.",
    status=502,
)
LIST_INCOMPLETE: Final = ErrorKind(
    "list-incomplete",
    "The list at {url} ended after {received} datasets and declares {declared}. What it named was "
    "read, and nothing is taken as missing; tell the platform that its list or its count is wrong.",
    status=502,
)
LIST_UNREADABLE: Final = CountedErrorKind(
    "list-unreadable",
    "The list at {url} has {count} entry that cannot be read, and which dataset it was cannot be "
    "told. Nothing is taken as missing until it is mended; the entry is among the errors.",
    "The list at {url} has {count} entries that cannot be read, and which datasets they were "
    "cannot be told. Nothing is taken as missing until they are mended; they are among the errors.",
    status=502,
)
STREAM_FORGETS: Final = ErrorKind(
    "stream-forgets",
    "The event stream at {url} keeps the versions of some time only, so that what it does not name "
    "may still be there. Nothing is taken as missing but what it says is deleted; ask the platform "
    "for a stream that keeps the latest version of each dataset.",
    status=502,
)
STREAM_TOO_WIDE: Final = ErrorKind(
    "stream-too-wide",
    "The event stream at {url} leads to more fragments than one walk follows: {limit} at most, and "
    "{megabytes} MiB of their addresses. What came before was taken in, and nothing is taken as "
    "missing; ask the platform for fewer and longer fragments.",
    status=502,
)
CURSOR_EXPIRED: Final = ErrorKind(
    "cursor-expired",
    "{url} no longer knows where the list was left off. It has to be walked from its beginning; "
    "run the harvest again.",
    status=502,
)
UNKNOWN_PLATFORM: Final = ErrorKind(
    "unknown-platform",
    "There is no type of platform {name!r}. Types: {known}.",
)
UNKNOWN_OPTION: Final = ErrorKind(
    "unknown-option",
    "Sources of type {type} have no option {name!r}. Options: {known}; each is explained in "
    "docs/platforms.",
)
BAD_OPTION: Final = ErrorKind(
    "bad-option",
    "The option {name} cannot be {value!r}: {reason}. See docs/platforms.",
)
FOLDER_MISSING: Final = ErrorKind(
    "folder-missing",
    "{folder} is no folder that can be read. Check the path, and whether it is mounted.",
)
LINK_LEAVES_FOLDER: Final = ErrorKind(
    "link-leaves-folder",
    "{file} is a link to a place outside of the watched folder and was not read. Copy the file "
    "into the folder.",
)
FILE_BEING_WRITTEN: Final = ErrorKind(
    "file-being-written",
    "{file} was changed while it was read; it is left for the next time. Write files under another "
    "name (.part) and rename them when they are whole.",
)
