"""The command line's help in Chinese, by the English text that stands at each command and option.

A test finds texts that have no translation, and translations that no command uses.
"""

from __future__ import annotations

from typing import Final

from search.model import FACETS

HEADINGS: Final = {
    "Usage:": "用法：",
    "Arguments:": "参数：",
    "Options:": "选项：",
    "Commands:": "命令：",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]...",
    "[required]": "[必填]",
    "[default: ": "[默认：",
    "Show this message and exit.": "显示本帮助。",
}
"""What the library itself writes into a help text."""

TEXTS: Final = {
    "上海公共数据图谱 · Shanghai Data Atlas: a catalogue of record for public data.": (
        "上海公共数据图谱：公共数据的元数据目录与知识图谱。"
    ),
    "Say which version this is.": "显示版本。",
    "One JSON object.": "输出一个 JSON 对象。",
    "One JSON object, always complete.": "输出一个完整的 JSON 对象。",
    "The record's IRI, or SOURCE/ID.": "记录的 IRI，或“来源/编号”。",
    "One of auto, open-list, portal-jsonl, dcat.": (
        "auto、open-list、portal-jsonl、dcat 之一；auto 按内容识别。"
    ),
    # import, validate
    "Read open lists, portal records or DCAT into the catalogue.": (
        "把开放清单、平台记录或 DCAT 读入目录。"
    ),
    "Files to read.": "要读入的文件。",
    "Source id; default: from the file's name.": "来源编号；默认取自文件名。",
    "enforce or report; default: as the source is set.": (
        "门禁：enforce（拦截）或 report（只报告）；默认按来源的设置。"
    ),
    "Say what would happen.": "只说明会发生什么，不写入。",
    "Report by severity, rule and field, with message, article, place and value.\n\n"
    "Exit 1 where a Violation stands or something cannot be read.": (
        "按级别、规则和字段报告，附说明、依据、位置和值。\n\n有违反或有读不了的内容时，退出码为 1。"
    ),
    "Files to check.": "要校验的文件。",
    "shacl (the gate) or pyshacl (the referee).": "shacl（门禁所用）或 pyshacl（用于对照）。",
    "Print every finding, not the first of each field.": "列出每一处，而不只是每个字段的第一处。",
    # records
    "Print one record as RDF, now or as it was.": "以 RDF 输出一条记录：现在的，或过去某时的。",
    "As it was then (ISO 8601).": "那一时刻的版本（ISO 8601）。",
    "One of turtle, nt, rdfxml, jsonld.": "turtle、nt、rdfxml、jsonld 之一。",
    "List every change of one record, oldest first.": "列出一条记录的每次变更，最早的在前。",
    # search, sparql
    "Search the public datasets.": "搜索公开的数据集。",
    "What is looked for.": "要找什么。",
    "How many are listed.": "列出多少个。",
    f"May be given several times. Facets: {', '.join(FACETS)}.": (
        f"可多次给出。可用的筛选项：{'、'.join(FACETS)}。"
    ),
    "The text, or - for stdin.": "查询文本；- 表示从标准输入读取。",
    "One of json, xml, csv, tsv, turtle, nt, jsonld, rdfxml; default json, for graphs turtle.": (
        "json、xml、csv、tsv、turtle、nt、jsonld、rdfxml 之一；默认 json，图为 turtle。"
    ),
    "The same as --format json.": "同 --format json。",
    "Run a SPARQL query against the newest snapshot.": "在最新快照上执行 SPARQL 查询。",
    # serve, demo, doctor, evaluate
    "Serve pages, API and SPARQL, and keep graph and index in step with the journal.": (
        "提供网页、API 和 SPARQL，并使图谱和索引跟随台账。"
    ),
    "Address to listen on.": "监听的地址。",
    "0: any free port.": "端口；0 表示任一空闲端口。",
    "Web processes.": "网页进程数。",
    "One of all, web, worker.": "all、web、worker 之一。",
    "Import the example catalogue and serve it on http://127.0.0.1:8080.": (
        "导入示例目录，并在 http://127.0.0.1:8080 提供服务。"
    ),
    "Check itself and exit.": "自检后退出。",
    "Each port has a catalogue of its own.": "每个端口各有一个目录。",
    "Look at settings, journal, graph, index and SPARQL. Exit 1 with warnings, 3 with failures."
    "\n\n"
    "With --deep everything is read once: the database's own check, each change against its hash "
    "and\nchecksum, the checksums of the files of graph and index, and their contents against the "
    "journal.": (
        "检查设置、台账、图谱、索引和 SPARQL。有警告时退出码为 1，有故障时为 3。\n\n"
        "加 --deep 时全部读一遍：数据库自检，每次变更对照其散列值和校验和，\n"
        "图谱与索引文件的校验和，以及其内容与台账的对照。"
    ),
    "Look for damage at every byte of journal, graph, index.": (
        "逐字节检查台账、图谱、索引有无损坏。"
    ),
    "Measure the engines and the BM25 baseline over the catalogue with judged queries.": (
        "用评判过的查询衡量搜索引擎与 BM25 基线。"
    ),
    "qid, query, kind …": "列：qid、query、kind……",
    "qid, doc, grade (0 to 3).": "列：qid、doc、grade（0 至 3）。",
    # rules
    "The open-list rules.": "开放清单的规则。",
    "List all rules with severity, name and article.": "列出全部规则及其级别、名称和依据。",
    "Show one rule: what it demands, from which article, its shape and its examples.": (
        "显示一条规则：要求、依据、形状与示例。"
    ),
    "A changed or new rule file, or a folder of them.": "改过的或新的规则文件，或其所在文件夹。",
    "Say which records would change their verdict. Changes nothing; exit 1 where some would.": (
        "说明哪些记录的结论会改变。不作任何改动；会有改变时退出码为 1。"
    ),
    "Hold a source's records against the rules of today, after these have changed.\n\n"
    "Findings are brought up to date; a waiting version that conforms now is released.": (
        "规则变更后，按今天的规则重新校验一个来源的记录。\n\n"
        "更新校验结果；现已合规的待定版本予以放行。"
    ),
    # source
    "The sources of records.": "记录的来源。",
    "List the sources with their gates and records.": "列出来源及其门禁和记录数。",
    "push (default): a client of the API; spreadsheet: files given by hand.": (
        "push（默认）：通过 API 推送；spreadsheet：人工提供的文件。"
    ),
    "Its name; default: the id.": "名称；默认同编号。",
    "Where it can be looked at.": "可以查看它的网址。",
    "enforce or report (default of a new source).": (
        "enforce（拦截）或 report（只报告，新来源的默认）。"
    ),
    "Add a source, or change what is given of one that is there.": (
        "新增来源，或修改已有来源的信息。"
    ),
    "Show one source: its records by state, its findings by rule, its last runs.": (
        "显示一个来源：各状态的记录数、各规则的结果、最近的运行。"
    ),
    "Let a source's gate enforce the rules, or only report.": "让来源的门禁拦截，或只报告。",
    # held
    "Versions that wait for a steward.": "等待管理人员处理的版本。",
    "Of this source only.": "只列此来源。",
    "List what waits, with the rules or the values that hold it back. Exit 1 where any does.": (
        "列出等待的版本和拦下它的规则或取值。有等待的版本时退出码为 1。"
    ),
    "Show the version that waits, and why.": "显示等待的版本及其原因。",
    "Why: it stands in the history.": "缘由，将写入变更历史。",
    "Let the waiting version through, whatever the gate found: a steward's decision.": (
        "不论校验结果如何，放行等待的版本：由管理人员决定。"
    ),
    # index
    "Graph and search index against the journal.": "图谱和搜索索引与台账的对照。",
    "Say how far graph and index are behind the journal. Exit 1 where one is, or is not well."
    "\n\n"
    "It asks what readers see, and not only what the worker said last.": (
        "说明图谱和索引落后台账多少。有落后或异常时退出码为 1。\n\n"
        "检查的是读者实际看到的，而不只是后台进程最近的报告。"
    ),
    "graph, index or all.": "graph、index 或 all。",
    "Build graph and index anew from the journal, beside the live ones, then switch.\n\n"
    "Where `atlas serve` runs, its worker does it; else this process. A missing or empty journal\n"
    "beside a graph or index that hold another one's records is refused (journal-lost): they are "
    "the\nlast public copy. With --new-journal it is made, and they are emptied.": (
        "由台账重建图谱和索引，建好后切换。\n\n"
        "`atlas serve` 运行时由其后台进程完成，否则由本进程完成。台账缺失或为空，而图谱或索引存有\n"
        "另一台账的记录时，予以拒绝（journal-lost）：它们是最后的公开副本。\n"
        "加 --new-journal 则新建台账，并清空图谱和索引。"
    ),
    "An empty journal is meant: empty graph and index.": "确实要用空台账：清空图谱和索引。",
    "Make the vectors that are missing, where ATLAS_EMBEDDING_URL is set; then searches use them."
    "\n\n"
    "Where `atlas serve` runs its worker does so by itself, and this ends with "
    "projections-locked.": (
        "设有 ATLAS_EMBEDDING_URL 时生成所缺的向量，供搜索使用。\n\n"
        "`atlas serve` 运行时由其后台进程自行完成，本命令以 projections-locked 结束。"
    ),
    "Compare the triples themselves.": "逐条比较三元组。",
    "Mend what differs.": "修复不一致之处。",
    "Compare graph and index with the journal, by count and hash. Exit 1 where they differ.\n\n"
    "With --deep each record's triples in the graph are held against the journal's canonical form,"
    '\nand its default graph against all its graphs: "default graph" counts statements.\n'
    "What the worker has not applied yet counts as a difference: on a busy catalogue compare again."
    "\n"
    "With --repair the running worker mends what differs, or this process where none runs.": (
        "按数量和散列值比较图谱、索引与台账。不一致时退出码为 1。\n\n"
        "加 --deep 时，逐条比较图谱中的三元组与台账中的规范形式，并比较默认图与全部命名图\n"
        "（“default graph”一列为语句数）。\n"
        "后台进程尚未处理的变更也算不一致：目录繁忙时请再比较一次。\n"
        "加 --repair 时，由运行中的后台进程修复，没有运行时由本进程修复。"
    ),
    # thesaurus
    "Everyday words and official terms.": "日常说法与正式用语。",
    "A file to check beside those in use.": "与在用文件一并检查的文件。",
    "Check the files in use, or one more beside them. Exit 1 where something is wrong.": (
        "检查在用的文件，或再加一个文件。有问题时退出码为 1。"
    ),
    "The edited or new file.": "改过的或新的文件。",
    "Searches: tab-separated with a column “query”, or one on each line.": (
        "搜索文本：带 query 列的制表符分隔文件，或每行一条。"
    ),
    "A search; may be given several times.": "一条搜索；可多次给出。",
    "Hits that are compared.": "比较的结果条数。",
    "Say how the first hits of searches would change with an edited file.\n\n"
    "Changes nothing; exit 1 where a ranking would change.": (
        "说明改过的文件会使搜索的前几条结果如何变化。\n\n不作任何改动；排序会变时退出码为 1。"
    ),
    "Show the entries of one file, such as health.": "显示一个文件（如 health）的词条。",
    "Count entries and pairs by file, or list the entries of one.": (
        "按文件统计词条和词对，或列出一个文件的词条。"
    ),
    "A word, or the whole text of a search.": "一个词，或整条搜索文本。",
    "Show what a word leads to, and which words lead to it. Exit 1 where it is not known.": (
        "显示一个词指向哪些用语、哪些词指向它。词表中没有时退出码为 1。"
    ),
    "What people say.": "日常说法。",
    "The official term that it leads to.": "所指的正式用语。",
    "One of synonym, abbreviation, english, narrower, broader, field, related.": (
        "synonym、abbreviation、english、narrower、broader、field、related 之一。"
    ),
    "Above 0, at most 1; default: by the kind.": "大于 0，不超过 1；默认由种类决定。",
    "Make an entry for an official term that has none.": "为没有词条的正式用语新建词条。",
    "Add a word to the steward's own file; in use within a second. Exit 1 where it is known.": (
        "把一个词加入管理人员自己的文件，一秒内生效。已有时退出码为 1。"
    ),
    # token
    "Tokens of clients that write.": "写入客户端的令牌。",
    "Whose it is.": "属于谁。",
    "admin, write, write:SOURCE, steward, steward:SOURCE; repeatable.": (
        "admin、write、write:来源、steward、steward:来源；可多次给出。"
    ),
    "Days it is valid; default: ever.": "有效天数；默认长期有效。",
    "Make a token. Its secret is shown this once and kept nowhere.": (
        "新建令牌。密文只显示这一次，不作保存。"
    ),
    "List all tokens, the ended ones too; never their secrets.": (
        "列出全部令牌，包括已失效的；从不显示密文。"
    ),
    "End a token at once.": "立即撤销令牌。",
}
