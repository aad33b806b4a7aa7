"""Where and when garbage is collected."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.shell.garbage_collector import GarbageCollector


class _Node:
    """Refers to itself, so that only a collection frees it."""

    def __init__(self) -> None:
        self.own = self


def _allocate(kept: list[list[int]]) -> None:
    """Allocate far more than the threshold of the youngest generation."""
    kept.extend([] for _ in range(20 * gc.get_threshold()[0]))


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[GarbageCollector]:
    """A collector that lives as long as the test."""
    parent = QObject()
    yield GarbageCollector(parent)
    parent.deleteLater()


def _garbage() -> weakref.ref[_Node]:
    return weakref.ref(_Node())


def test_another_thread_collects_nothing(collector: GarbageCollector) -> None:
    gone, kept = _garbage(), list[list[int]]()

    thread = threading.Thread(target=_allocate, args=[kept])
    thread.start()
    thread.join()

    assert gone() is not None
    collector.collect()
    assert gone() is None


def test_little_garbage_waits(collector: GarbageCollector) -> None:
    gc.collect()
    gone = _garbage()

    collector.collect()

    assert gone() is not None


def test_the_timer_collects(collector: GarbageCollector, qtbot: QtBot) -> None:
    gone, kept = _garbage(), list[list[int]]()
    _allocate(kept)

    qtbot.waitUntil(lambda: gone() is None, timeout=10_000)
