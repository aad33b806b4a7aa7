from __future__ import annotations

import errno
from pathlib import Path

import pytest

from engine.core.errors import ConfigError, DiskFullError, OutOfMemoryError, OutputError
from engine.training.failures import as_engine_error

RUN = Path("runs/mine")


def test_our_own_errors_stay() -> None:
    error = ConfigError("named already")

    assert as_engine_error(error, RUN) is error


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")]
)
def test_too_little_memory_names_the_run_and_what_to_lower(error: Exception) -> None:
    found = as_engine_error(error, RUN)

    assert isinstance(found, OutOfMemoryError)
    assert all(word in str(found) for word in ("runs/mine", "data.batch_size", "accumulate"))


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, DiskFullError), (errno.EACCES, OutputError)]
)
def test_errors_of_writing_name_the_file(number: int, kind: type[Exception]) -> None:
    found = as_engine_error(OSError(number, "refused", "runs/mine/events.jsonl"), RUN)

    assert isinstance(found, kind)
    assert "events.jsonl" in str(found)


@pytest.mark.parametrize("error", [ValueError("a bug"), OSError(errno.ENOENT, "gone", "x")])
def test_errors_without_a_known_way_out_are_left_to_the_caller(error: Exception) -> None:
    assert as_engine_error(error, RUN) is None
