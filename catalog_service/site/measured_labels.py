"""What measured quality and reports are called: a part of `catalog_service.site.labels`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from translations import NP_

MEASURED: Final[Mapping[str, Mapping[str, str]]] = {
    "metric": {
        "on-time": NP_("metric", "Updated on time"),
        "machine-readable": NP_("metric", "Machine-readable"),
        "api": NP_("metric", "Served by an API"),
        "api-described": NP_("metric", "API with instructions and a sample"),
        "data-dictionary": NP_("metric", "Data dictionary complete"),
        "extent": NP_("metric", "Extent in space and time stated"),
        "current": NP_("metric", "Record keeps up with its data"),
        "links": NP_("metric", "Links that answer"),
        "rules": NP_("metric", "No violation and no warning"),
    },
    "data metric": {
        "rows": NP_("data metric", "Rows of the file"),
        "columns": NP_("data metric", "Columns of the file"),
        "empty": NP_("data metric", "Empty cells"),
        "wrong": NP_("data metric", "Wrong cells, by type or code list"),
        "duplicates": NP_("data metric", "Rows that repeat another"),
        "missing": NP_("data metric", "Declared data items that the file lacks"),
    },
    "criterion kind": {
        "metric": NP_("criterion kind", "Measurement passed"),
        "points": NP_("criterion kind", "Points of MQA, at least"),
        "data": NP_("criterion kind", "The data itself, per cent at least"),
        "rule": NP_("criterion kind", "Rule without a finding"),
        "use": NP_("criterion kind", "Use that the record counts, at least"),
    },
    "criterion of": {
        "mqa": NP_("criterion of", "MQA"),
        "filled": NP_("criterion of", "Cells that are filled"),
        "valid": NP_("criterion of", "Cells that are right, by type and code list"),
        "unique": NP_("criterion of", "Rows that repeat no other"),
        "views": NP_("criterion of", "Views"),
        "downloads": NP_("criterion of", "Downloads"),
        "calls": NP_("criterion of", "API calls"),
    },
    "badge": {
        "met": NP_("badge", "meets all criteria"),
        "unmet": NP_("badge", "does not meet all criteria any more"),
        "gone": NP_("badge", "was not public any more"),
        "no-criteria": NP_("badge", "no criteria were in force any more"),
    },
    "how": {
        "on-time": NP_(
            "how",
            "A dataset is on time on a day if no more days have passed since its last update than "
            "the longest that one period of its promised frequency can have: 1 day for real time "
            "and daily, 7 for weekly, 31 for monthly, 92 for quarterly, 184 for half-yearly, 366 "
            "for yearly, 731 for every two years. Where the record has no day of update, the day "
            "of publication counts. Not judged: records without a date, with one that lies ahead "
            "or names no day; those that promise no fixed period, such as irregular or other; "
            "those that are not updated any more.",
        ),
        "machine-readable": NP_(
            "how",
            "A dataset passes if one of its distributions has a format of the rule’s list, or is "
            "served by an API. Not judged: records without distributions, and those that name no "
            "format of any.",
        ),
        "api": NP_(
            "how",
            "A dataset passes if one of its distributions is served by an API. Not judged: records "
            "without distributions. The text demands this of half of a year’s opened datasets; "
            "here all public ones are counted.",
        ),
        "api-described": NP_(
            "how",
            "A dataset with an API passes if its record points to instructions for each API, and "
            "to sample data. Not judged: datasets without an API.",
        ),
        "data-dictionary": NP_(
            "how",
            "A dataset passes if its record lists data items, each with a name, a type and a "
            "description. All are judged; whether the data holds what is described is not.",
        ),
        "extent": NP_(
            "how",
            "A dataset passes if its record states a place, and a period with a beginning or an "
            "end. All are judged.",
        ),
        "current": NP_(
            "how",
            "Where the dataset’s file is looked at, it fails if the file is another than on a day "
            "before, and the record’s last update lies before that day; or if there was nothing "
            "at the file’s address on two days. Not judged: files that are not looked at, or were "
            "on one day alone.",
        ),
        "links": NP_(
            "how",
            "Where that is allowed, the addresses of a dataset (of files, access, API "
            "documentation and its page) are asked at night whether they answer. A dataset passes "
            "if all of them did within 90 days, and fails if one is dead: it has failed on several "
            "different days since it last answered. Not judged: datasets of which an address was "
            "not asked, failed on fewer days, or is only for those with a permission.",
        ),
        "rules": NP_(
            "how",
            "A dataset passes if no rule of the gate finds a violation or a warning in its public "
            "version. Not judged: datasets of which a newer version waits.",
        ),
    },
    "report figure": {
        "datasets": NP_("report figure", "Public datasets"),
        "on-list": NP_("report figure", "Open datasets that are on an open list"),
        "api-listed": NP_("report figure", "Of the year’s lists, served by an API"),
        "livelihood": NP_("report figure", "Livelihood datasets that are on an open list"),
        "list-items": NP_("report figure", "Items of the open list"),
        "filed": NP_("report figure", "Lists owed for the year that were filed"),
        "opened": NP_("report figure", "Lists owed for the year that were published"),
        "evaluated": NP_("report figure", "Lists evaluated after a year"),
        "sample-sets": NP_("report figure", "Sample sets"),
        "high-quality": NP_("report figure", "High-quality datasets"),
        "demands-in-time": NP_("report figure", "Demands answered in time"),
        "objections-in-time": NP_("report figure", "Objections and applications answered in time"),
        "results": NP_("report figure", "Results that people made with the data"),
        "held": NP_("report figure", "Versions held back by the rules"),
    },
    "report how": {
        "datasets": NP_(
            "report how",
            "Public records of datasets on the day. Those of several publishers count for each, "
            "and once for the whole city.",
        ),
        "on-list": NP_(
            "report how",
            "Of the public datasets that are opened, with conditions or without, those that an "
            "item of the newest open list in force names, whichever organization’s list it is.",
        ),
        "api-listed": NP_(
            "report how",
            "Of the opened public datasets that an item of a list of the year in force names, "
            "those with a distribution that is served by an API. Not judged: records without "
            "distributions. The text demands half of the year’s opened datasets.",
        ),
        "livelihood": NP_(
            "report how",
            "Of the public datasets of the data domain of people’s livelihood that are not closed, "
            "those that an item of the newest open list in force names. The text demands an item "
            "in principle, and does not say what livelihood is.",
        ),
        "list-items": NP_(
            "report how",
            "Items of the newest open list in force. The text demands a number of pilot districts "
            "alone.",
        ),
        "filed": NP_(
            "report how",
            "Of the lists owed for the year, those that were filed. No text names who owes one: a "
            "department or district with open public datasets, or whose list of the year before "
            "was filed, is counted, and whoever began one.",
        ),
        "filed 1": NP_("report how", "Of the lists begun for the year, those that were filed."),
        "opened": NP_(
            "report how",
            "Of the lists owed for the year, those that were published. No text names who owes "
            "one: a department or district with open public datasets, or whose list of the year "
            "before was filed, is counted, and whoever began one.",
        ),
        "opened 1": NP_(
            "report how", "Of the lists begun for the year, those that were published."
        ),
        "evaluated": NP_(
            "report how",
            "Of the newest lists whose first version has been in force for a year, those of which "
            "the evaluation has ended.",
        ),
        "evaluated 1": NP_(
            "report how",
            "Of the lists whose first version has been in force for a year, and which no other "
            "one had followed, those of which the evaluation has ended.",
        ),
        "sample-sets": NP_(
            "report how",
            "Public datasets that are opened with conditions and offer a sample. The text names a "
            "number for the whole city.",
        ),
        "high-quality": NP_(
            "report how",
            "Public datasets that have the badge of high quality, by the criteria of the city’s "
            "data office, or that their platform marks as high-quality; each counts once. The "
            "text names a number for the whole city.",
        ),
        "demands-in-time": NP_(
            "report how",
            "Of the terms of the year for answers to demands that were met or are over, those that "
            "were met within the working days of the rule; of whoever was responsible as they "
            "ended. The text names no share.",
        ),
        "objections-in-time": NP_(
            "report how",
            "Of the terms of the year for answers to objections and applications that were met or "
            "are over, those that were met within the working days of the rule; of whoever was "
            "responsible as they ended. The text names no share.",
        ),
        "results": NP_(
            "report how",
            "Results shown in the gallery on the day; of an organization, those that use a public "
            "dataset of it. The text names no number.",
        ),
        "held": NP_(
            "report how",
            "Versions of records that were not taken over because they violate a rule, and wait "
            "for a decision; of an organization, those of the sources that belong to it.",
        ),
    },
    "report kind": {
        "month": NP_("report kind", "Monthly report"),
        "quarter": NP_("report kind", "Quarterly report"),
        "year": NP_("report kind", "Yearly report"),
    },
    "report owed": {
        "uncounted": NP_("report owed", "There is none: no day of it was counted."),
        "untold": NP_("report owed", "Nobody was told of it."),
    },
    "report due": {
        "file-by": NP_("report due", "to be filed"),
        "open-by": NP_("report due", "to be published"),
    },
    "organization kind": {
        "department": NP_("organization kind", "departments"),
        "district": NP_("organization kind", "districts"),
    },
    "to do": {
        "late": NP_("to do", "Update the data, or state the true frequency."),
        "unreadable": NP_("to do", "Offer a machine-readable format, such as CSV, or an API."),
        "noapi": NP_("to do", "Offer an API, where the data changes often or is large."),
        "undescribed": NP_("to do", "Link the API’s instructions, and add sample data."),
        "noinstructions": NP_("to do", "Link the API’s instructions."),
        "nosample": NP_("to do", "Add sample data."),
        "noitems": NP_("to do", "List the data items, each with name, type and description."),
        "incomplete": NP_("to do", "Give every data item a name, a type and a description."),
        "noextent": NP_("to do", "State the place and the period that the data covers."),
        "nospace": NP_("to do", "State the place that the data covers."),
        "notime": NP_("to do", "State the period that the data covers."),
        "changed": NP_("to do", "The file has changed: state its last update."),
        "invalid": NP_("to do", "There is nothing at the file’s address: put it right."),
        "dead": NP_("to do", "An address has failed on several days: put it right or take it out."),
        "violations": NP_("to do", "Mend what violates the rules: see the rule check."),
        "warnings": NP_("to do", "Mend what the rules warn of: see the rule check."),
    },
    "data kind": {
        "empty": NP_("data kind", "nothing"),
        "integer": NP_("data kind", "whole numbers"),
        "number": NP_("data kind", "numbers"),
        "date": NP_("data kind", "days"),
        "datetime": NP_("data kind", "days and times"),
        "time": NP_("data kind", "times"),
        "boolean": NP_("data kind", "yes or no"),
        "address": NP_("data kind", "web addresses"),
        "text": NP_("data kind", "text"),
    },
    "no profile": {
        "fetch": NP_("no profile", "It could not be fetched from the publisher."),
        "read": NP_("no profile", "It is not a table that can be read, or not of its format."),
        "nesting": NP_(
            "no profile",
            "Its JSON nests too deeply to be read; objects in a flat list can be counted.",
        ),
        "bounds": NP_("no profile", "It is larger or takes longer than what is looked at here."),
    },
    "measured": {
        "pass": NP_("measured", "passes"),
        "fail": NP_("measured", "does not pass"),
        "unjudged": NP_("measured", "cannot be judged"),
        "gone": NP_("measured", "was not public"),
    },
    "unjudged": {
        "future": NP_("unjudged", "The date of update lies in the future."),
        "never": NP_("unjudged", "The publisher says that it is not updated any more."),
        "nodate": NP_("unjudged", "The record has no date of update."),
        "nopromise": NP_("unjudged", "The publisher promises no fixed interval."),
        "vague": NP_("unjudged", "The date of update names no day."),
        "nodistribution": NP_("unjudged", "The record has no distribution."),
        "noformat": NP_("unjudged", "No distribution names its format."),
        "withoutapi": NP_("unjudged", "The dataset has no API."),
        "unwatched": NP_("unjudged", "Its file is not looked at."),
        "watched-once": NP_("unjudged", "Its file was looked at on one day so far."),
        "noaddress": NP_("unjudged", "The record has no web address."),
        "unasked": NP_("unjudged", "Not measured: none of its addresses was asked."),
        "partly-asked": NP_("unjudged", "Not all of its addresses were asked."),
        "failing": NP_("unjudged", "An address does not answer, but not on enough days yet."),
        "refused": NP_("unjudged", "An address answers only with a permission, or otherwise."),
        "waits": NP_("unjudged", "A newer version waits for a decision."),
    },
    "address part": {
        "download": NP_("address part", "File"),
        "access": NP_("address part", "Access"),
        "documentation": NP_("address part", "API documentation"),
        "landing-page": NP_("address part", "Page"),
    },
    "address outcome": {
        "answers": NP_("address outcome", "answers"),
        "moved": NP_("address outcome", "answers, has moved for good"),
        "refused": NP_("address outcome", "refuses the request"),
        "not-found": NP_("address outcome", "nothing is there"),
        "server-error": NP_("address outcome", "the server fails"),
        "timed-out": NP_("address outcome", "no answer in time"),
        "name-unknown": NP_("address outcome", "the host’s name is unknown"),
        "unreachable": NP_("address outcome", "the host cannot be reached"),
        "tls": NP_("address outcome", "the certificate is not accepted"),
        "not-allowed": NP_("address outcome", "is not asked from here"),
        "later": NP_("address outcome", "the host asked for a pause"),
    },
    "mqa grade": {
        "excellent": NP_("mqa grade", "excellent"),
        "good": NP_("mqa grade", "good"),
        "sufficient": NP_("mqa grade", "sufficient"),
        "bad": NP_("mqa grade", "bad"),
    },
    "mqa": {
        "keyword": NP_("mqa", "Give keywords."),
        "theme": NP_("mqa", "Give a theme."),
        "spatial": NP_("mqa", "State the place that the data covers."),
        "temporal": NP_("mqa", "State the period that the data covers."),
        "access-answers": NP_("mqa", "Have the access address answer."),
        "download": NP_("mqa", "Give an address for download."),
        "download-answers": NP_("mqa", "Have the address for download answer."),
        "format": NP_("mqa", "Name the format."),
        "media-type": NP_("mqa", "Name the media type."),
        "format-vocabulary": NP_("mqa", "Take format and media type from the vocabulary."),
        "non-proprietary": NP_("mqa", "Offer a format that is not of one maker."),
        "machine-readable": NP_("mqa", "Offer a machine-readable format."),
        "conforms": NP_("mqa", "Mend what violates the rules."),
        "license": NP_("mqa", "Name the licence."),
        "license-vocabulary": NP_("mqa", "Name a licence that is known."),
        "access-rights": NP_("mqa", "State the open type."),
        "access-rights-vocabulary": NP_("mqa", "Take the open type from the vocabulary."),
        "contact": NP_("mqa", "Name whom to ask."),
        "publisher": NP_("mqa", "Name the publisher."),
        "rights": NP_("mqa", "State the conditions of use."),
        "byte-size": NP_("mqa", "State the size of the file."),
        "issued": NP_("mqa", "State the day of publication."),
        "modified": NP_("mqa", "State the day of the last update."),
    },
}
