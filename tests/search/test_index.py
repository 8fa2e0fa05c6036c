from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import orjson
import pytest

from node.errors import DamageError
from node.search import IndexBusyError, IndexDamagedError, SearchIndex
from node.search.folder import folder_of
from node.search.index import State
from node.search.query import Query
from tests.search.making import entry, found, index_of


def test_a_new_index_is_empty_and_knows_it(tmp_path: Path) -> None:
    index = SearchIndex.open(tmp_path / "a" / "b")
    assert index.state() == State(0, "")
    assert index.search(Query()).total == 0
    assert index.languages() == ()


def test_a_record_is_replaced_and_removed_by_its_origin_and_id(tmp_path: Path) -> None:
    index = index_of(tmp_path, entry("r", {"en": "first"}), entry("r", {"en": "other"}, oid="p"))
    with index.writing() as writer:
        writer.put(entry("r", {"en": "second"}))
        writer.commit(State(2, "test"))
    assert found(index, "first") == []
    assert index.search(Query()).total == 2
    with index.writing() as writer:
        writer.remove("p", "r")
        writer.remove("p", "never-there")
        writer.commit(State(3, "test"))
    assert [hit.oid for hit in index.search(Query()).hits] == ["o"]


def test_what_was_not_committed_is_not_there(tmp_path: Path) -> None:
    index = index_of(tmp_path, entry("kept", {"en": "kept"}), cursor=7)

    def fail() -> None:
        with index.writing() as writer:
            writer.put(entry("lost", {"en": "lost"}))
            writer.remove("o", "kept")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert found(index) == ["kept"]
    assert index.state().cursor == 7
    with index.writing() as writer:
        writer.put(entry("next", {"en": "next"}))
        writer.commit(State(8, "test"))
    assert set(found(index)) == {"kept", "next"}


def test_the_cursor_is_no_record(tmp_path: Path) -> None:
    index = index_of(tmp_path, entry("a", {"en": "state cursor test"}), cursor=41)
    assert index.state() == State(41, "test")
    assert index.search(Query()).total == 1
    assert found(index, "41") == []
    assert found(index, "-state") == []


def test_another_open_index_sees_a_commit_at_once(tmp_path: Path) -> None:
    reader = SearchIndex.open(tmp_path / "index")
    assert found(reader) == []
    index_of(tmp_path, entry("a", {"da": "ord"}))
    assert found(reader, "ord") == ["a"]
    assert reader.languages() == ("da",)


def test_a_second_writer_waits_for_its_turn(tmp_path: Path) -> None:
    first, second = index_of(tmp_path), SearchIndex.open(tmp_path / "index")
    inside, order = threading.Event(), []

    def write() -> None:
        inside.wait()
        with second.writing(wait=20) as writer:
            order.append("second")
            writer.put(entry("b", {"en": "b"}))
            writer.commit(State(3, "test"))

    thread = threading.Thread(target=write)
    thread.start()
    with first.writing() as writer:
        inside.set()
        time.sleep(0.2)
        order.append("first")
        writer.put(entry("a", {"en": "a"}))
        writer.commit(State(2, "test"))
    thread.join()
    assert order == ["first", "second"]
    assert set(found(first)) == {"a", "b"}


def test_a_writer_that_waited_long_enough_says_so(tmp_path: Path) -> None:
    first, second = index_of(tmp_path), SearchIndex.open(tmp_path / "index")

    def take() -> None:
        with second.writing(wait=0.1):
            raise AssertionError("two writers at once")

    with first.writing(), pytest.raises(IndexBusyError):
        take()


def _write_and_hang(root: str, ready: str) -> None:
    index = SearchIndex.open(Path(root))
    with index.writing() as writer:
        writer.put(entry("half", {"en": "half"}))
        Path(ready).touch()
        time.sleep(60)


def test_a_killed_writer_leaves_neither_a_lock_nor_half_a_change(tmp_path: Path) -> None:
    index = index_of(tmp_path, entry("kept", {"en": "kept"}), cursor=5)
    ready = tmp_path / "ready"
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=_write_and_hang, args=(str(index.root), str(ready)))
    child.start()
    deadline = time.monotonic() + 30
    while not ready.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert found(index) == ["kept"]
    assert index.state().cursor == 5
    with index.writing(wait=5) as writer:
        writer.put(entry("next", {"en": "next"}))
        writer.commit(State(6, "test"))
    assert set(found(index)) == {"kept", "next"}


def _damage_list(folder: Path) -> None:
    (folder / "meta.json").write_text("{ not json")


def _damage_no_list(folder: Path) -> None:
    (folder / "meta.json").unlink()


def _damage_segments_gone(folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix in {".idx", ".term", ".store", ".fast"}:
            path.unlink()


def _damage_segments_cut(folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix in {".idx", ".term", ".store", ".fast"}:
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _damage_zeros(folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix:
            path.write_bytes(bytes(path.stat().st_size))


def _damage_other_schema(folder: Path) -> None:
    meta = orjson.loads((folder / "meta.json").read_bytes())
    meta["schema"][0]["name"] = "something_else"
    (folder / "meta.json").write_bytes(orjson.dumps(meta))


DAMAGES = {
    "the list of segments is no JSON": _damage_list,
    "the list of segments is gone": _damage_no_list,
    "the segments are gone": _damage_segments_gone,
    "the segments were cut short": _damage_segments_cut,
    "everything is zeros": _damage_zeros,
    "the fields are others": _damage_other_schema,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_index_is_replaced_by_an_empty_one(tmp_path: Path, damage: object) -> None:
    root = index_of(tmp_path, entry("a", {"en": "word"}), cursor=9).root
    damage(folder_of(root))
    index = SearchIndex.open(root)
    assert index.state().cursor == 0
    with index.writing() as writer:
        writer.put(entry("b", {"en": "word"}))
        writer.commit(State(1, "test"))
    assert found(index, "word") == ["b"]
    assert not index.is_damaged()


def test_damage_that_search_meets_is_told_and_left_for_the_follower(tmp_path: Path) -> None:
    index = index_of(tmp_path, entry("a", {"en": "word"}))
    other = SearchIndex.open(index.root)
    assert found(index, "word") == ["a"]
    _damage_list(folder_of(index.root))
    with pytest.raises(IndexDamagedError) as raised:
        index.search(Query(text="word"))
    assert "no record is lost" in raised.value.explain()
    assert other.is_damaged()
    other.replace()
    assert not index.is_damaged()
    assert index.search(Query(text="word")).total == 0


def test_a_replaced_index_is_seen_by_those_who_had_the_old_one_open(tmp_path: Path) -> None:
    index = index_of(tmp_path, entry("old", {"en": "word"}))
    other = SearchIndex.open(index.root)
    assert found(other) == ["old"]
    index.replace()
    assert found(other) == []
    with index.writing() as writer:
        writer.put(entry("new", {"en": "word"}))
        writer.commit(State(1, "test"))
    assert found(other) == ["new"]


def test_tidying_removes_indexes_of_other_versions_only(tmp_path: Path) -> None:
    index = index_of(tmp_path, entry("a", {"en": "word"}))
    for name in ("v0", ".aside-1"):
        (index.root / name).mkdir()
        (index.root / name / "file").touch()
    index.tidy()
    assert [child.name for child in index.root.iterdir()] == [folder_of(index.root).name]
    assert found(index) == ["a"]


def test_a_folder_that_cannot_be_made_stops_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file")
    with pytest.raises(DamageError) as raised:
        SearchIndex.open(tmp_path / "index")
    assert raised.value.hint


def test_what_was_browsed_is_answered_anew_after_a_commit(tmp_path: Path) -> None:
    index = index_of(tmp_path, entry("a", {"en": "a"}, facets={"country": ["DK"]}))
    reader = SearchIndex.open(index.root)
    chosen = {"country": ["DK"]}
    assert found(reader) == found(reader) == found(reader, facets=chosen) == ["a"]
    assert found(reader, facets={"country": ["ES"]}) == found(reader, offset=1) == []
    assert found(reader, limit=0) == []
    with index.writing() as writer:
        writer.remove("o", "a")
        writer.commit(State(2, "test"))
    assert found(reader) == found(reader, facets=chosen) == []


def test_many_threads_may_search_while_one_writes(tmp_path: Path) -> None:
    index = index_of(tmp_path, *(entry(str(n), {"en": "word"}) for n in range(50)))
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            total = index.search(Query(text="word")).total
            if not 50 <= total <= 60:
                wrong.append(total)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for n in range(50, 60):
        with index.writing() as writer:
            writer.put(entry(str(n), {"en": "word"}))
            writer.commit(State(n, "test"))
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert index.search(Query(text="word")).total == 60
