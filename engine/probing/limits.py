"""Limits what a process may take, so that a hostile network harms nobody but it."""

from __future__ import annotations

import importlib
from contextlib import suppress
from types import ModuleType
from typing import Any

from engine.probing.answers import Limits

# Interpreter, numpy, onnx and ONNX Runtime have 210 MB of addresses; loading a network
# asks for 1 GB more for a moment and does without when it gets none.
_BASE_BYTES = 640 << 20
# Weights are held as file, as parsed model, as ONNX Runtime's copies and packed for its kernels.
_COPIES_OF_FILE = 14
_MAX_BYTES = 6 << 30

_DECIDE_CPU_S = 8
_FINISH_CPU_S = 60
_WRITTEN_BYTES = 64 << 20


def limits_for(size_bytes: int) -> Limits:
    """Return what may be taken to look at a network file of ``size_bytes``."""
    return Limits(
        memory_bytes=min(_BASE_BYTES + _COPIES_OF_FILE * size_bytes, _MAX_BYTES),
        decide_cpu_s=_DECIDE_CPU_S,
        finish_cpu_s=_FINISH_CPU_S,
        file_bytes=_WRITTEN_BYTES,
    )


def limit_process(pid: int, limits: Limits) -> None:
    """Limit another process of ours from outside, where the system can (Linux)."""
    resource = _resource()
    if resource is not None and hasattr(resource, "prlimit"):
        for kind, pair in _pairs(resource, limits):
            resource.prlimit(pid, kind, _within(resource, pair, resource.prlimit(pid, kind)[1]))


def limit_own_process(limits: Limits) -> None:
    """Limit this process, for systems where nobody could from outside."""
    resource = _resource()
    if resource is not None:
        for kind, pair in _pairs(resource, limits):
            with suppress(OSError, ValueError):  # macOS knows some of them by name only
                resource.setrlimit(kind, _within(resource, pair, resource.getrlimit(kind)[1]))


def allow_finish(limits: Limits) -> None:
    """Raise this process's own bound of processor time from deciding to finishing."""
    resource = _resource()
    if resource is not None:
        kind, bound_s = resource.RLIMIT_CPU, limits.finish_cpu_s
        highest = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, _within(resource, (bound_s, bound_s), highest))


def _resource() -> ModuleType | None:
    try:
        return importlib.import_module("resource")
    except ImportError:  # Windows: the bound of time in the caller still holds
        return None


def _within(resource: Any, pair: tuple[int, int], highest: int) -> tuple[int, int]:  # noqa: ANN401
    """Return ``pair`` with neither above ``highest``, which nobody may raise."""
    if highest == resource.RLIM_INFINITY:
        return pair
    return min(pair[0], highest), min(pair[1], highest)


def _pairs(resource: Any, limits: Limits) -> list[tuple[int, tuple[int, int]]]:  # noqa: ANN401
    # A process over the first bound of CPU time is ended by a signal, over the second killed.
    return [
        (resource.RLIMIT_CORE, (0, 0)),
        (resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes)),
        (resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes)),
        (resource.RLIMIT_CPU, (limits.decide_cpu_s, limits.finish_cpu_s)),
    ]
