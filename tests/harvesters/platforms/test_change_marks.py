"""What of an entry of a list changes its mark."""

from __future__ import annotations

import pytest

from harvesters.platforms.change_marks import entry_mark


def changes(key: str) -> bool:
    """Tell whether another value of a key gives another mark."""
    return entry_mark({key: "1"}, "2026", "v") != entry_mark({key: "2"}, "2026", "v")


@pytest.mark.parametrize(
    "key",
    [
        *("viewCount", "view_count", "VIEW-COUNT", "viewcount", "clickNum", "browsenum"),
        *("downloadTimes", "generalScore", "views", "page_views", "downloads", "tracking_summary"),
        *("hits", "rank", "浏览次数", "下载量"),
    ],
)
def test_a_counter_of_visits_changes_no_mark(key: str) -> None:
    assert not changes(key)


@pytest.mark.parametrize(
    "key",
    [
        *("account", "bankAccount", "country", "discountRate", "county", "sometimes", "timestamp"),
        *("frankTitle", "underscored", "download_url", "downloadUrl"),
        *("viewpoint", "visitor", "number", "num_resources", "orgName", "数据领域"),
    ],
)
def test_what_merely_has_such_letters_in_it_does(key: str) -> None:
    assert changes(key)
