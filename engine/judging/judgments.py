"""The answers of a blind test, appended to a file of JSON lines as they are given.

    <run>/judgments/2026-11-26-101500-3f9a.jsonl
        {"kind": "blind-test", …}    first line: networks, photos, seed
        {"kind": "judgment", …}      an answer
        {"kind": "undone", …}        the answer of that number does not count
        {"kind": "revealed", …}      from here on the eye may know the result so far

Nothing that was written is ever changed. Each line is on the disk before the next pair is shown.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct, field

from engine.core.atomic_file import make_folder, output_error, write_bytes_atomic
from engine.core.errors import ConfigError, DiskFullError
from engine.core.places import data_folder, resources_folder
from engine.core.typed_data import prepared

JUDGMENTS = "judgments"
"""Name of the folder of blind tests in a run folder."""

SCHEMA_VERSION = 1

Answer: TypeAlias = Literal["left", "right", "tie"]

_LONGEST_LINE_BYTES = 2**20


class JudgedNetwork(Struct, frozen=True, kw_only=True):
    """A network of a blind test.

    Attributes:
        id: Name that answers refer to, such as the id of a candidate.
        label: What users call it.
        metrics: What was measured of it before, by name, such as ``lpips``.
    """

    id: str
    label: str
    metrics: dict[str, float] = {}


class Line(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """A line of the file.

    Attributes:
        time_s: Seconds since 1970, UTC.
    """

    time_s: float = field(default_factory=time.time)


class BlindTest(Line, frozen=True, kw_only=True, tag="blind-test"):
    """What is compared.

    Attributes:
        networks: Two or more.
        photos: Their paths.
        seed: From which sides, photos and repeats are drawn.
        schema_version: Version of this format.
    """

    networks: tuple[JudgedNetwork, ...]
    photos: tuple[str, ...]
    seed: int
    schema_version: int = SCHEMA_VERSION

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the networks."""
        return tuple(network.id for network in self.networks)


class Judgment(Line, frozen=True, kw_only=True, tag="judgment"):
    """An answer to one pair.

    Attributes:
        number: Of the answer in its test, from 0, also counting those undone.
        photo: Path of the photo that was shown.
        left: Id of the network on the left.
        right: Id of the network on the right.
        answer: The side that looked better, or ``tie``.
        repeats: Number of the answer that this one repeats, with swapped sides.
        seconds: How long the eye took.
    """

    number: int
    photo: str
    left: str
    right: str
    answer: Answer
    repeats: int | None = None
    seconds: float = 0.0

    @property
    def preferred(self) -> str | None:
        """Id of the network that looked better, None for a tie."""
        return {"left": self.left, "right": self.right, "tie": None}[self.answer]


class Undone(Line, frozen=True, kw_only=True, tag="undone"):
    """The answer with this number does not count."""

    number: int


class Revealed(Line, frozen=True, kw_only=True, tag="revealed"):
    """The ranking was shown."""


_AnyLine: TypeAlias = BlindTest | Judgment | Undone | Revealed
_decoder: msgspec.json.Decoder[_AnyLine] = msgspec.json.Decoder(prepared(_AnyLine))


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgmentLog:
    """What a file of a blind test says.

    Attributes:
        path: The file.
        test: What is compared.
        judgments: The answers that count, in order.
        next_number: Number of the next answer.
        is_revealed: Whether the ranking was shown.
        damaged_lines: Lines that could not be read, without one that was cut off at the end.
    """

    path: Path
    test: BlindTest
    judgments: tuple[Judgment, ...]
    next_number: int
    is_revealed: bool
    damaged_lines: int


def judging_folder(run: Path | None) -> Path:
    """Return the folder whose `JUDGMENTS` has the blind tests of a run, or of models.

    It is the run folder, or one of the user's where that cannot be written to, as a run that
    comes with the program.

    Args:
        run: Folder of the run; None for models of the catalog.
    """
    own = data_folder() / "blind-tests"
    if run is None:
        return own / "models"
    is_shipped = run.resolve().is_relative_to(resources_folder().resolve())
    is_writable = not is_shipped and os.access(run, os.W_OK)
    return run if is_writable else own / run.resolve().name


def find_judgment_files(run: Path) -> list[Path]:
    """Return the files of the blind tests of a run, the oldest first."""
    folder = run / JUDGMENTS
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".jsonl")
    except OSError:
        return []


def read_judgments(path: Path) -> JudgmentLog:
    """Read the file of a blind test, which may be growing.

    Lines that cannot be read or name networks that are not in the test are counted and skipped.

    Raises:
        ConfigError: If the file cannot be read or its first line is not that of a blind test.
    """
    try:
        with path.open("rb") as file:
            lines = list(iter(lambda: file.readline(_LONGEST_LINE_BYTES), b""))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    test = _decode(lines[0]) if lines else None
    if not isinstance(test, BlindTest) or len(set(test.ids)) < 2:
        raise ConfigError(f"{path}: is not a blind test: its first line does not describe one")
    judgments: dict[int, Judgment] = {}
    next_number = damaged = 0
    is_revealed = False
    for line in lines[1:]:
        # The last line is still being written, or its writer was killed.
        if not line.endswith(b"\n"):
            continue
        match _decode(line):
            case Judgment() as judgment if {judgment.left, judgment.right} <= set(test.ids):
                judgments[judgment.number] = judgment
                next_number = max(next_number, judgment.number + 1)
            case Undone(number=number):
                judgments.pop(number, None)
            case Revealed():
                is_revealed = True
            case _:
                damaged += 1
    return JudgmentLog(
        path=path,
        test=test,
        judgments=tuple(judgments.values()),
        next_number=next_number,
        is_revealed=is_revealed,
        damaged_lines=damaged,
    )


class JudgmentFile:
    """The file of a blind test, opened to add answers; nobody else can add any meanwhile."""

    def __init__(self, path: Path, lock: FileLock) -> None:
        self._lock = lock
        self.log = read_judgments(path)
        _drop_broken_end(path)

    @classmethod
    def create(cls, run: Path, test: BlindTest) -> JudgmentFile:
        """Begin a blind test in a run folder.

        Raises:
            OutputError: If the folder cannot be written to.
        """
        folder = run / JUDGMENTS
        make_folder(folder)
        now = dt.datetime.fromtimestamp(test.time_s, tz=dt.UTC).strftime("%Y-%m-%d-%H%M%S")
        path = folder / f"{now}-{secrets.token_hex(2)}.jsonl"
        write_bytes_atomic(path, _encode(test))
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> JudgmentFile:
        """Go on with a blind test.

        Raises:
            ConfigError: If it is not one, or is being answered elsewhere.
            OutputError: If the file cannot be written.
        """
        # Before the lock, which would create a file beside something that is not a test.
        read_judgments(path)
        # Not of one thread: the file may be closed on another one than it was opened on.
        lock = FileLock(path.with_suffix(".lock"), timeout=0, thread_local=False)
        try:
            lock.acquire()
            return cls(path, lock)
        except Timeout as error:
            raise ConfigError(
                f"{path}: this blind test is being answered in another window; close that one"
            ) from error
        except OSError as error:
            raise output_error(error, path) from error

    def add(self, judgment: Judgment) -> None:
        """Add an answer.

        Raises:
            OutputError: If it cannot be written; the answer does not count then.
        """
        self._append(judgment)

    def undo(self, number: int) -> None:
        """Let the answer with this number not count; nothing if there is none.

        Raises:
            OutputError: If that cannot be written.
        """
        if any(judgment.number == number for judgment in self.log.judgments):
            self._append(Undone(number=number))

    def reveal(self) -> None:
        """Note that the ranking is shown now.

        Raises:
            OutputError: If that cannot be written.
        """
        if not self.log.is_revealed:
            self._append(Revealed())

    def close(self) -> None:
        """Let others add answers."""
        self._lock.release()

    def _append(self, line: Line) -> None:
        path = self.log.path
        content = _encode(line)
        try:
            with path.open("ab", buffering=0) as file:
                written = file.write(content)
                os.fsync(file.fileno())
        except OSError as error:
            raise output_error(error, path) from error
        if written < len(content):
            _drop_broken_end(path)
            raise DiskFullError(f"{path}: the disk is full; free some space")
        self.log = read_judgments(path)


def is_same_test(test: BlindTest, ids: Sequence[str], photos: Sequence[str]) -> bool:
    """Return whether ``test`` compares these networks on these photos, in whatever order."""
    return set(test.ids) == set(ids) and set(test.photos) == set(photos)


def _encode(line: Line) -> bytes:
    return msgspec.json.encode(line) + b"\n"


def _decode(line: bytes) -> _AnyLine | None:
    try:
        return _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _drop_broken_end(path: Path) -> None:
    """Cut off a last line that was not finished: the next one would be lost with it."""
    try:
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            with path.open("rb+") as file:
                file.truncate(whole)
    except OSError as error:
        raise output_error(error, path) from error
