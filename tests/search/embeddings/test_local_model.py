"""The installed model: what its vectors mean, and what becomes of its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing

import numpy as np
import psutil
import pytest

from ontology.errors import AtlasError
from search.embeddings.installed import LEAST
from search.embeddings.local_model import BEHIND, LONGEST, LocalModel
from search.embeddings.model_process import MEMORY
from tests.fixtures.waiting import until

PASSAGES = ["机动车维修经营者名录", "公共厕所信息", "动物诊疗许可", "养老机构床位数"]


def process_of(model: LocalModel) -> psutil.Process:
    process = model._process
    assert process is not None
    return psutil.Process(process.pid)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("修车店", "机动车维修经营者名录"),
        ("where are public toilets", "公共厕所信息"),
        ("宠物医院", "动物诊疗许可"),
        ("敬老院有多少床", "养老机构床位数"),
    ],
)
def test_what_words_do_not_connect_meaning_does(
    local_model: LocalModel, text: str, nearest: str
) -> None:
    passages = local_model.embed(PASSAGES, 60)
    (query,) = local_model.embed([text], 60, query=True)
    assert PASSAGES[int(np.argmax(passages @ query))] == nearest


def test_vectors_have_length_one_and_do_not_depend_on_the_others_of_a_batch(
    local_model: LocalModel,
) -> None:
    together = local_model.embed(PASSAGES, 60)
    assert together.shape == (4, 384)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(PASSAGES, together, strict=True):
        assert np.allclose(local_model.embed([text], 60)[0], vector, atol=1e-5)
    (query,) = local_model.embed(PASSAGES[:1], 60, query=True)
    assert not np.allclose(query, together[0], atol=1e-3), "the prefixes differ"


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "🏥" * 3, "a" * 100_000])
def test_any_text_has_a_vector(local_model: LocalModel, text: str) -> None:
    assert local_model.embed([text], 60).shape == (1, 384)


def test_only_the_beginning_of_a_text_is_read(local_model: LocalModel) -> None:
    long = "停车" * LONGEST
    one, other = local_model.embed([long, long[:LONGEST]], 60)
    assert np.array_equal(one, other)


def test_a_process_that_is_killed_is_started_anew(model_name: str) -> None:
    now = 0.0
    with closing(LocalModel(model_name, monotonic=lambda: now)) as model:
        before = model.embed(["停车"], 60)
        process_of(model).kill()
        with pytest.raises(AtlasError) as caught:
            model.embed(["停车"], 60)
        assert caught.value.code == "embedding-model-failed"
        assert model.waiting(), "a search does not wait for the next start"
        now = 1.0
        assert not model.waiting()
        assert np.array_equal(model.embed(["停车"], 60), before)


def test_one_that_hangs_is_ended_in_time(model_name: str) -> None:
    with closing(LocalModel(model_name)) as model:
        model.embed(["停车"], 60)
        hung = process_of(model)
        hung.send_signal(signal.SIGSTOP)
        with pytest.raises(AtlasError):
            model.embed(["停车"], 0.05)
        assert not hung.is_running()
        assert model.embed(["停车"], 60).shape == (1, 384)


def test_it_ends_with_its_user_even_where_that_is_killed(model_name: str) -> None:
    program = (
        "import sys, time\n"
        "from search.embeddings.local_model import LocalModel\n"
        "model = LocalModel(sys.argv[1])\n"
        "model.embed(['x'], 60)\n"
        "print(model._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, model_name], stdout=subprocess.PIPE, text=True
    ) as user:
        assert user.stdout is not None
        child = psutil.Process(int(user.stdout.readline()))
        os.kill(user.pid, signal.SIGKILL)
        until(lambda: not child.is_running() or child.status() == "zombie", "the end of the child")


def test_it_ends_when_it_is_closed_and_gives_nothing_afterwards(model_name: str) -> None:
    model = LocalModel(model_name)
    model.embed(["停车"], 60)
    process = process_of(model)
    model.close()
    assert not process.is_running()
    with pytest.raises(AtlasError, match="closed"):
        model.embed(["停车"], 60)


def test_memory_stays_within_its_bound(local_model: LocalModel) -> None:
    local_model.embed(["数据" * 200] * 8, 120)
    assert process_of(local_model).memory_info().rss < MEMORY


def test_the_memory_of_whoever_starts_it_does_not_count(model_name: str) -> None:
    much = np.ones(MEMORY // 8 + (8 << 20))
    with closing(LocalModel(model_name)) as model:
        model.embed(["停车"], 60)
        process = process_of(model)
        model.embed(["公园"], 60)
        assert process_of(model) == process
    assert much.nbytes > MEMORY


def test_in_the_background_it_stands_back(model_name: str) -> None:
    with closing(LocalModel(model_name, niceness=BEHIND)) as model:
        model.embed(["停车"], 60)
        assert process_of(model).nice() == min(19, psutil.Process().nice() + BEHIND)


def test_unlike_texts_are_not_called_similar(local_model: LocalModel) -> None:
    (query,) = local_model.embed(["修车店"], 60, query=True)
    near, far = local_model.embed(["机动车维修经营者名录", "空气质量日报"], 60) @ query
    assert far < LEAST < near
