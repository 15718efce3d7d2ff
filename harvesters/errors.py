"""The kinds of errors that reading raises or reports."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

FILE_MISSING: Final = ErrorKind(
    "file-missing",
    "文件 {file} 不存在。请检查路径。",
    "{file} does not exist. Check the path.",
)
NOT_A_FILE: Final = ErrorKind(
    "not-a-file",
    "{file} 不是普通文件。请逐个给出文件。",
    "{file} is not a regular file. Name the files one by one.",
)
FILE_UNREADABLE: Final = ErrorKind(
    "file-unreadable",
    "无法读取文件 {file}：{reason}。请检查权限与磁盘后重试。",
    "{file} cannot be read: {reason}. Check its permissions and the disk, then try again.",
)
FILE_EMPTY: Final = ErrorKind(
    "file-empty",
    "文件 {file} 是空的。请检查导出步骤。",
    "{file} is empty. Check the step that exported it.",
)
BINARY_FILE: Final = ErrorKind(
    "binary-file",
    "文件 {file} 是二进制内容（{what}），不是所需的 {expected}。请导出为支持的格式。",
    "{file} is binary ({what}), not {expected}. Export it in a supported format.",
)
UNKNOWN_FORMAT: Final = ErrorKind(
    "unknown-format",
    "无法判断文件 {file} 的格式。请用 --format 指明：open-list、portal-jsonl 或 dcat。",
    "The format of {file} cannot be told. Name it: --format open-list, portal-jsonl or dcat.",
)
WRONG_ENCODING: Final = ErrorKind(
    "wrong-encoding",
    "该行第 {byte} 字节不是合法的 {encoding}，其他编码也无法确认。请另存为 UTF-8 后重试。",
    "Not valid {encoding} at byte {byte} of the line, nor is it clearly text of another encoding. "
    "Save the file as UTF-8 and try again.",
)
TRUNCATED_GZIP: Final = ErrorKind(
    "truncated-gzip",
    "压缩文件在解出 {count} 字节后损坏或中断：{reason}。之前的记录已读取；请重新下载该文件。",
    "The gzip file is broken or ends after {count} unpacked bytes: {reason}. What came before was "
    "read; fetch the file again.",
)
DECOMPRESSION_BOMB: Final = ErrorKind(
    "decompression-bomb",
    "解压后大小超过上限（{count} 字节，上限 {limit}）。请拆分文件或提高上限。",
    "The file unpacks to more than allowed ({count} bytes, limit {limit}). Split it or raise the "
    "limit.",
)
FILE_TOO_LARGE: Final = ErrorKind(
    "file-too-large",
    "文件大小超过上限 {limit} 字节，而此格式须整体读入。请拆分，或改用按行的格式。",
    "The file is over the limit of {limit} bytes and this format must be read whole. Split it, or "
    "use a line-based format.",
)
BAD_JSON: Final = ErrorKind(
    "bad-json",
    "不是合法的 JSON：{reason}。请更正该记录。",
    "Not valid JSON: {reason}. Mend this record.",
)
NOT_AN_OBJECT: Final = ErrorKind(
    "not-an-object",
    "记录应为 JSON 对象，实为 {found}。请更正该记录。",
    "A record must be a JSON object, this is {found}. Mend this record.",
)
NO_IDENTITY: Final = ErrorKind(
    "no-identity",
    "记录既没有标识也没有标题，无法入目录。请至少提供其一；期望的字段：{expected}。",
    "The record has neither an identifier nor a title. Give one of them; expected: {expected}.",
)
NO_TITLE: Final = ErrorKind(
    "no-title",
    "记录 {remote_id} 没有标题。请提供标题；期望的字段：{expected}。",
    "Record {remote_id} has no title. Give it one; expected: {expected}.",
)
DUPLICATE_IDENTIFIER: Final = ErrorKind(
    "duplicate-identifier",
    "标识 {remote_id} 与 {first} 处的记录相同而内容不同，后者未导入。请更正其中一个标识。",
    "Identifier {remote_id} stands at {first} already, with other content; the later one was not "
    "imported. Mend one of the two identifiers.",
)
IDENTIFIER_TOO_LONG: Final = ErrorKind(
    "identifier-too-long",
    "标识长 {count} 字符，超过上限 {limit}。请使用较短的标识。",
    "The identifier has {count} characters, over the limit of {limit}. Use a shorter one.",
)
HEADER_MISSING: Final = ErrorKind(
    "header-missing",
    "前 {rows} 行中没有可识别的表头。找到：{found}。需要标题列（{expected}）及另外至少一个已知列。",
    "No known header in the first {rows} rows. Found: {found}. Expected a title column "
    "({expected}) and at least one other known column.",
)
ROW_TOO_LONG: Final = ErrorKind(
    "row-too-long",
    "该行有 {found} 列，表头只有 {expected} 列。请检查分隔符与引号。",
    "The row has {found} columns where the header has {expected}. Check separators and quotes.",
)
BAD_CSV: Final = ErrorKind(
    "bad-csv",
    "不是合法的 CSV：{reason}。请检查引号。",
    "Not valid CSV: {reason}. Check the quotes.",
)
UNCLOSED_QUOTE: Final = ErrorKind(
    "unclosed-quote",
    "该行打开的引号没有关闭，会吞掉其后 {swallowed} 行；仅此行未读取，其后各行已分别读取。"
    "请补上引号，或把单元格内的引号写成两个。",
    "A quotation mark that opens on this line is never closed and would swallow the {swallowed} "
    "lines below. Only this row was left out, those below were read one by one. Close it, or "
    "double a quotation mark inside a cell.",
)
UNKNOWN_COLUMN: Final = ErrorKind(
    "unknown-column",
    "列“{column}”不是已知的列名，其内容未写入记录。可用的列名例如：{known}。"
    "请改用合适的列名，或在 harvesters/mapping/open_list.toml 的 [synonyms] 中加入该列名。",
    "The column {column!r} is none that is understood; what stands in it is not kept. Headings "
    "that are understood: {known}, among others. Rename it, or add its heading to [synonyms] of "
    "harvesters/mapping/open_list.toml.",
)
NEAR_PUBLISHER: Final = ErrorKind(
    "near-publisher",
    "词表中没有开放主体“{name}”，与“{near}”只差一个字；已按新机构写入。如系笔误请更正。",
    "The vocabulary has no publisher {name!r}, and it differs from {near!r} by one character; it "
    "was taken as an organisation of its own. Mend it if it is misspelt.",
)
BAD_SPREADSHEET: Final = ErrorKind(
    "bad-spreadsheet",
    "无法打开表格文件：{reason}。请用表格软件重新保存后再试。",
    "The spreadsheet cannot be opened: {reason}. Save it again with a spreadsheet program.",
)
SHEET_TOO_LARGE: Final = ErrorKind(
    "sheet-too-large",
    "工作表 {sheet} 的范围为 {rows} 行 × {columns} 列，超过上限 {limit} 个单元格。"
    "请删除远处的空单元格。",
    "Sheet {sheet} spans {rows} rows by {columns} columns, over the limit of {limit} cells. Delete "
    "stray cells far from the table.",
)
HIDDEN_LEFT_OUT: Final = ErrorKind(
    "hidden-left-out",
    "工作表 {sheet} 中隐藏的内容未读取：{what}。应当公开的，请取消隐藏（或清除筛选）后重新导入。",
    "What is hidden in sheet {sheet} was not read: {what}. If it is to be public, unhide it (or "
    "clear the filter) and import again.",
)
HIDDEN_UNKNOWN: Final = ErrorKind(
    "hidden-unknown",
    "这种格式看不出工作表 {sheet} 有无隐藏的行或列，已全部读取。请另存为 .xlsx 再导入。",
    "This format does not tell whether sheet {sheet} hides rows or columns; all were read. Save it "
    "as .xlsx and import that.",
)
CELL_WITHOUT_VALUE: Final = ErrorKind(
    "cell-without-value",
    "该单元格是错误值，或是没有存下结果的公式（{value}），未写入记录。请更正公式并用表格软件保存。",
    "The cell holds an error, or a formula whose result was not stored ({value}); it was left out. "
    "Mend the formula and save the file with a spreadsheet program.",
)
PUBLISHER_ABOVE: Final = ErrorKind(
    "publisher-above",
    "该行没有“{column}”，其上方的行有（{above}）。如由合并单元格导出，请逐行填写。",
    "The row has no {column!r}, and a row above it has ({above}). If the file was exported from "
    "merged cells, fill in every row.",
)
XML_BOMB: Final = ErrorKind(
    "xml-bomb",
    "{part} 含有 DTD 或实体声明，已拒绝。请去掉 DOCTYPE 后重试。",
    "{part} declares a DTD or entities, which is refused. Remove the DOCTYPE and try again.",
)
BAD_RDF: Final = ErrorKind(
    "bad-rdf",
    "不是合法的 {format}：{reason}。涉及的记录整条未读取，已有的版本不变：{records}。"
    "请更正后重试。",
    "Not valid {format}: {reason}. Nothing was read of the records that it belongs to, and what "
    "the catalogue holds of them stays: {records}. Mend it and try again.",
)
BAD_XML: Final = ErrorKind(
    "bad-xml",
    "不是格式良好的 XML：{reason}。文件中的记录均未读取，已有的版本不变。请更正或重新导出后重试。",
    "Not well-formed XML: {reason}. No record of the file was read, and what the catalogue holds "
    "stays. Mend it or export it again.",
)
PERSONAL_IDENTIFIER: Final = ErrorKind(
    "personal-identifier",
    "记录的标识是手机号码或个人邮箱，不能公开，未导入。请改用其他标识。",
    "The record's identifier is a mobile number or a personal mail address, which must not become "
    "public; it was not imported. Use another identifier.",
)
CONTROL_CHARACTERS: Final = ErrorKind(
    "control-characters",
    "文本中含有 XML 不允许的或改变书写方向的控制字符，已去除。请在来源处更正。",
    "A text holds control characters, which no XML may hold or which turn a text around; they were "
    "taken out. Mend it at its source.",
)
TRIPLE_TERM: Final = ErrorKind(
    "triple-term-dropped",
    "含有三元组项 <<( … )>> 的陈述不受支持，已略去。请改用普通陈述。",
    "A statement with a triple term <<( … )>> is not supported and was left out. Use plain "
    "statements.",
)
NESTED_TOO_DEEP: Final = ErrorKind(
    "nested-too-deep",
    "嵌套超过 {limit} 层，已拒绝。请改用有名称的节点，减少嵌套。",
    "Nested more than {limit} deep, which is refused. Name the nodes instead of nesting them.",
)
REMOTE_CONTEXT: Final = ErrorKind(
    "remote-context",
    "JSON-LD 引用了远程上下文 {context}，本系统不会获取。请把上下文内嵌于文档。",
    "The JSON-LD document refers to the remote context {context}, which is never fetched. Put the "
    "context into the document.",
)
BAD_CONTEXT: Final = ErrorKind(
    "bad-context",
    "JSON-LD 上下文无效或循环：{reason}。请更正上下文。",
    "The JSON-LD context is invalid or cyclic: {reason}. Mend the context.",
)
GRAPH_TOO_LARGE: Final = ErrorKind(
    "graph-too-large",
    "文件含有超过 {limit} 个三元组。请分页（hydra）或按数据集拆分。",
    "The file holds more than {limit} triples. Page it (hydra) or split it by dataset.",
)
NOT_ONE_RECORD: Final = ErrorKind(
    "not-one-record",
    "此处应恰有一条记录，实为 {count} 条。多条记录请用 NDJSON 提交至 records。",
    "Exactly one record belongs here, there are {count}. Send several as NDJSON to `records`.",
)
NO_DATASET: Final = ErrorKind(
    "no-dataset",
    "文件中没有 dcat:Dataset。请检查其类型声明。",
    "The file describes no dcat:Dataset. Check its type statements.",
)
DATASET_INFERRED: Final = ErrorKind(
    "dataset-inferred",
    "{subject} 没有声明类型，因目录或系列将其列为数据集（或它有分发），已作为 dcat:Dataset 读取。"
    "请在来源处写明类型。",
    "{subject} says no type; it was read as a dcat:Dataset because a catalog or a series lists it "
    "as one, or because it has distributions. State its type at its source.",
)
RESOURCE_NOT_READ: Final = ErrorKind(
    "resource-not-read",
    "文件中有 {count} 项未作为记录读取（{type}）：{nodes}。"
    "若是数据集，请声明为 dcat:Dataset 并给出描述。",
    "{count} things of the file were not read as records ({type}): {nodes}. Where they are "
    "datasets, type them dcat:Dataset and describe them.",
)
RELATIVE_IRI: Final = ErrorKind(
    "relative-iri",
    "相对 IRI <{value}> 无从解析：文件没有声明基准，该陈述已略去。"
    "请写出完整 IRI，或声明 @base（xml:base）。",
    "The relative IRI <{value}> means nothing, for the file says no base; its statement was left "
    "out. Write the IRI in full, or say @base (xml:base).",
)
NO_RECORDS: Final = ErrorKind(
    "no-records",
    "文件 {file} 中没有任何记录。请检查导出步骤；清单若确实为空，请勿提交。",
    "There is no record in {file}. Check the step that exported it; do not submit a list that is "
    "empty.",
)
MENDED_IRI: Final = ErrorKind(
    "mended-iri",
    "IRI {value!r} 不合写法或含有非法字符，已改为 {mended}。请在来源处更正。",
    "The IRI {value!r} holds illegal characters or is not written as IRIs are; it was mended to "
    "{mended}. Mend it at its source.",
)
ADDRESS_WITH_USER: Final = ErrorKind(
    "address-with-user",
    "地址 {value} 在主机之前写有用户名（@ 之前的部分不是主机），照录但不作为链接显示。"
    "请去掉 @ 及其之前的部分。",
    "The address {value} has a user before its host (what stands before the @ is no host). It is "
    "kept and never shown as a link. Leave out the @ and what stands before it.",
)
VALUE_NOT_READ: Final = ErrorKind(
    "value-not-read",
    "字段“{field}”的值无法读取，未写入记录：{value}。请改写为 docs/json.md 所列的形式。",
    "What stands in the field {field!r} could not be read and is not in the record: {value}. Write "
    "it in a form of docs/json.md.",
)
VALUE_LEFT_OUT: Final = ErrorKind(
    "value-left-out",
    "字段“{field}”的值未写入记录，因为已采用同义的另一个字段：{value}。请只保留一个。",
    "What stands in the field {field!r} is not in the record, for another field that means the "
    "same was taken: {value}. Keep one of them.",
)
OPEN_TYPES_DISAGREE: Final = ErrorKind(
    "open-types-disagree",
    "开放属性互相矛盾：{values}；已按其中最封闭的“{taken}”处理。请在来处改为一致。",
    "The open types disagree: {values}. The most closed one, {taken!r}, was taken. Make them agree "
    "at the source.",
)
READ_AS_CLOSED: Final = ErrorKind(
    "read-as-closed",
    "“{value}”按“非开放”理解，该记录不公开。如确为非开放，请在来处写作“非开放”；否则请更正。",
    "{value!r} was read as 非开放 (closed): the record is not public. Write 非开放 at the source "
    "if that is meant, or mend the value.",
)
DUPLICATE_KEY: Final = ErrorKind(
    "duplicate-key",
    "同一 JSON 对象中字段“{field}”出现多次，只采用最后一个（开放属性取其最封闭者）。请只保留一个。",
    "The field {field!r} comes more than once in one JSON object; the last one was taken (of open "
    "types the most closed). Keep one of them.",
)
LOST_DIGITS: Final = ErrorKind(
    "lost-digits",
    "该单元格是数字 {value}，表格文件只保存前 15 位，其后各位已丢失。请把该列设为文本后重新填写。",
    "The cell is the number {value}; a spreadsheet keeps the first 15 digits of a number and the "
    "rest is lost. Make the column text and fill it in again.",
)
UNKNOWN_FIELD: Final = ErrorKind(
    "unknown-field",
    "字段“{field}”不是可用的名称，其值未写入记录。相近的名称：{known}。全部名称见 docs/json.md。",
    "The field {field!r} is no name that is understood; its value was left out. Names like it: "
    "{known}. All names are in docs/json.md.",
)
BAD_MAPPING: Final = ErrorKind(
    "bad-mapping",
    "映射文件 {name} 有误：{reason}。请更正该文件。",
    "The mapping {name} is wrong: {reason}. Mend that file.",
)
