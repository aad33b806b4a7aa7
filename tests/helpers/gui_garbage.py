"""Keeps garbage collection on the GUI thread while the app is tested."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import cache

import pytest


@pytest.fixture(autouse=True)
def collect_on_gui_thread() -> Iterator[None]:
    """Collect after a test and not while it runs, where a worker thread might do it.

    Widgets of earlier tests may be garbage: destroyed by another thread, they crash the process.
    The app itself has `GarbageCollector`.
    """
    _set_modules_aside()
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@cache
def _set_modules_aside() -> None:
    # Once: what is imported by now lives as long as the process, and is not examined each time.
    gc.collect()
    gc.freeze()
