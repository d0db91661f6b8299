"""What is kept on disk is read whole or not at all, keeps to its bound, and is never in the way."""

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from riskmap.drawing import shelf as module
from riskmap.drawing.shelf import Shelf, name_of

BOARDS = ("first", "second")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "kept", 80_000, BOARDS)


def used_at(shelf: Shelf, board: str, name: str, moment: float) -> None:
    os.utime(shelf.folder / board / name, (moment, moment))


def names(shelf: Shelf, board: str) -> set[str]:
    return {each.name for each in (shelf.folder / board).iterdir()}


def test_what_was_put_is_got_by_its_name_on_its_board(shelf: Shelf):
    one, other = name_of("one"), name_of("other")
    shelf.put("first", one, b"a\nb\0")
    shelf.put("second", one, b"")

    assert shelf.get("first", one) == b"a\nb\0"
    assert shelf.get("second", one) == b""
    assert shelf.get("first", other) is None
    assert names(shelf, "first") == {one}


def test_a_name_tells_words_apart():
    found = [
        name_of("a", "b"), name_of("ab"), name_of("a\0b"), name_of("b", "a"), name_of("\ud800"),
    ]  # fmt: skip

    assert len(set(found)) == len(found)


@pytest.mark.parametrize("kept", [0, 1, 64, 65, 70, 1064])
def test_a_file_cut_short_at_any_place_is_not_served_and_goes(shelf: Shelf, kept: int):
    name = name_of("x")
    shelf.put("first", name, b"y" * 1000)
    path = shelf.folder / "first" / name
    path.write_bytes(path.read_bytes()[:kept])

    assert shelf.get("first", name) is None
    assert not path.exists()
    shelf.put("first", name, b"anew")
    assert shelf.get("first", name) == b"anew"


def test_a_file_with_one_other_bit_is_not_served(shelf: Shelf):
    name = name_of("x")
    chosen = random.Random(0)
    for _ in range(200):
        shelf.put("first", name, b"y" * 100)
        path = shelf.folder / "first" / name
        damaged = bytearray(path.read_bytes())
        damaged[chosen.randrange(len(damaged))] ^= 1 << chosen.randrange(8)
        path.write_bytes(damaged)

        assert shelf.get("first", name) is None


def test_a_file_under_another_name_is_not_served(shelf: Shelf):
    one, other = name_of("one"), name_of("other")
    shelf.put("first", one, b"one")
    (shelf.folder / "first" / one).rename(shelf.folder / "first" / other)

    assert shelf.get("first", other) is None


def test_the_longest_unused_go_first(shelf: Shelf):
    stood = [name_of("x", str(number)) for number in range(7)]
    for moment, name in enumerate(stood):
        shelf.put("first", name, b"x" * 9_900)
        used_at(shelf, "first", name, moment)
    assert shelf.get("first", stood[0]) is not None  # used just now

    Shelf(shelf.folder, shelf.most, BOARDS).put("first", name_of("new"), b"x" * 9_900)

    assert names(shelf, "first") == {stood[0], *stood[2:], name_of("new")}


def test_the_second_board_makes_room_after_the_first(shelf: Shelf):
    last = [name_of("last", str(number)) for number in range(4)]
    for name in last:
        shelf.put("second", name, b"x" * 9_000)
        used_at(shelf, "second", name, 1)

    for number in range(40):
        shelf.put("first", name_of(str(number)), b"x" * 9_000)
    assert names(shelf, "second") == set(last)

    for number in range(40):
        shelf.put("second", name_of(str(number)), b"x" * 9_000)
    assert names(shelf, "first") == set()
    assert shelf.size() <= shelf.most


def test_the_bound_holds_whatever_is_put(shelf: Shelf):
    chosen = random.Random(0)
    for number in range(500):
        size = chosen.choice((0, 10, 3_000, 9_999, 10_001, 1_000_000))
        shelf.put(chosen.choice(BOARDS), name_of(str(number)), b"x" * size)

        assert shelf.size() <= shelf.most
    assert shelf.size() > shelf.most / 2


def test_the_folder_is_not_looked_through_for_every_file(tmp_path, monkeypatch):
    shelf = Shelf(tmp_path, 10_000_000, BOARDS)
    looks = []
    monkeypatch.setattr(shelf, "_files", lambda: looks.append(1) or iter(()))

    for number in range(200):
        shelf.put("first", name_of(str(number)), b"x" * 5_000)

    assert len(looks) == 1


def test_other_files_in_the_folder_are_left_alone(shelf: Shelf):
    own = shelf.folder / "first" / "thesis.doc"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"x" * 1_000_000)
    (shelf.folder / "beside").write_bytes(b"x" * 1_000_000)

    for number in range(20):
        shelf.put("first", name_of(str(number)), b"x" * 9_000)

    assert own.exists()
    assert (shelf.folder / "beside").exists()
    assert len(names(shelf, "first")) > 5


def test_what_a_killed_writer_left_is_cleared_away_in_time(shelf: Shelf):
    shelf.put("first", name_of("x"), b"x")
    for name, moment in (("begun-old", 1), ("begun-new", None)):
        path = shelf.folder / "first" / name
        path.write_bytes(b"half")
        if moment:
            os.utime(path, (moment, moment))

    shelf.size()

    assert names(shelf, "first") == {name_of("x"), "begun-new"}


def test_a_folder_that_cannot_be_made_keeps_nothing_and_is_said_once(tmp_path: Path, caplog):
    (tmp_path / "file").write_text("")
    shelf = Shelf(tmp_path / "file" / "kept", 80_000, BOARDS)

    for _ in range(3):
        shelf.put("first", name_of("x"), b"x")
        assert shelf.get("first", name_of("x")) is None

    assert shelf.size() == 0
    assert len(caplog.records) == 1
    assert str(shelf.folder) in caplog.text


def test_a_full_disk_keeps_what_is_there_and_leaves_no_rest(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
):
    shelf.put("first", name_of("old"), b"old")

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(module.os, "replace", full)
        shelf.put("first", name_of("new"), b"new")
        shelf.put("first", name_of("old"), b"other")

    assert shelf.get("first", name_of("new")) is None
    assert shelf.get("first", name_of("old")) == b"old"
    assert names(shelf, "first") == {name_of("old")}


def test_a_folder_removed_meanwhile_is_made_again(shelf: Shelf):
    shelf.put("first", name_of("x"), b"x")
    (shelf.folder / "first" / name_of("x")).unlink()
    (shelf.folder / "first").rmdir()
    shelf.folder.rmdir()

    shelf.put("first", name_of("x"), b"x")

    assert shelf.get("first", name_of("x")) == b"x"


USER = """
import random, sys, threading
from pathlib import Path
from riskmap.drawing.shelf import Shelf, name_of
folder, seed, turns = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
shelf = Shelf(folder, 80_000, ("first", "second"))
wrong = []

def use(chosen):
    for _ in range(turns):
        word, board = str(chosen.randrange(40)), chosen.choice(shelf.boards)
        content = word.encode() * 1500
        found = shelf.get(board, name_of(word))
        if found is None:
            shelf.put(board, name_of(word), content)
        elif found != content:
            wrong.append(word)

threads = [threading.Thread(target=use, args=(random.Random(seed * 10 + n),)) for n in range(2)]
for each in threads: each.start()
for each in threads: each.join()
print(f"{len(wrong)} wrong")
"""


def user(shelf: Shelf, seed: int, turns: int) -> subprocess.Popen[str]:
    """Start a process that reads and writes there with two threads, and counts what is wrong."""
    return subprocess.Popen(
        [sys.executable, "-c", USER, shelf.folder, str(seed), str(turns)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_and_threads_share_a_folder_while_others_are_killed(shelf: Shelf):
    steady = [user(shelf, seed, 1500) for seed in range(2)]
    for seed in range(2, 8):
        killed = user(shelf, seed, 1_000_000)
        threading.Event().wait(random.Random(seed).uniform(0.1, 0.4))
        killed.send_signal(signal.SIGKILL)
        killed.communicate()

    said = [each.communicate()[0] for each in steady]

    assert said == ["0 wrong\n", "0 wrong\n"]
    assert shelf.size() <= shelf.most
    assert shelf.size() > 0
