"""Sets resource limits of a process, so that a hostile network harms only that process."""

from __future__ import annotations

import importlib
from contextlib import suppress
from types import ModuleType
from typing import Any

from engine.probing.answers import Limits

# Interpreter, numpy, onnx and ONNX Runtime have 210 MB of addresses; loading a network
# requests 1 GB more for a moment and continues if that is refused.
_BASE_BYTES = 640 << 20
# Weights are held as file, as parsed model, as ONNX Runtime's copies and packed for its kernels.
_COPIES_OF_FILE = 14
_MAX_BYTES = 6 << 30

_DECIDE_CPU_S = 8
_FINISH_CPU_S = 60
_WRITTEN_BYTES = 64 << 20


def limits_for(size_bytes: int) -> Limits:
    """Return the limits for examining a network file of ``size_bytes``."""
    return Limits(
        memory_bytes=min(_BASE_BYTES + _COPIES_OF_FILE * size_bytes, _MAX_BYTES),
        decide_cpu_s=_DECIDE_CPU_S,
        finish_cpu_s=_FINISH_CPU_S,
        file_bytes=_WRITTEN_BYTES,
    )


def limit_process(pid: int, limits: Limits) -> None:
    """Limit a child process from outside, if the system supports it (Linux)."""
    resource = _resource()
    if resource is not None and hasattr(resource, "prlimit"):
        for kind, pair in _pairs(resource, limits):
            resource.prlimit(pid, kind, _within(resource, pair, resource.prlimit(pid, kind)[1]))


def limit_own_process(limits: Limits) -> None:
    """Limit this process itself, on systems without limits from outside."""
    resource = _resource()
    if resource is not None:
        for kind, pair in _pairs(resource, limits):
            with suppress(OSError, ValueError):  # macOS knows some of them by name only
                resource.setrlimit(kind, _within(resource, pair, resource.getrlimit(kind)[1]))


def allow_finish(limits: Limits) -> None:
    """Raise the limit of CPU time of this process from deciding to finishing."""
    resource = _resource()
    if resource is not None:
        kind, bound_s = resource.RLIMIT_CPU, limits.finish_cpu_s
        highest = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, _within(resource, (bound_s, bound_s), highest))


def _resource() -> ModuleType | None:
    try:
        return importlib.import_module("resource")
    except ImportError:  # Windows: the timeout of the caller still holds
        return None


def _within(resource: Any, pair: tuple[int, int], highest: int) -> tuple[int, int]:  # noqa: ANN401
    """Return ``pair`` with neither above ``highest``, which a process cannot raise."""
    if highest == resource.RLIM_INFINITY:
        return pair
    return min(pair[0], highest), min(pair[1], highest)


def _pairs(resource: Any, limits: Limits) -> list[tuple[int, tuple[int, int]]]:  # noqa: ANN401
    # Over the first limit of CPU time a process gets a signal, over the second it is killed.
    return [
        (resource.RLIMIT_CORE, (0, 0)),
        (resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes)),
        (resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes)),
        (resource.RLIMIT_CPU, (limits.decide_cpu_s, limits.finish_cpu_s)),
    ]
