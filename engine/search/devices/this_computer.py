"""What runs networks on this computer."""

from __future__ import annotations

from engine.inference.network.session import runtime_version
from engine.search.devices.profile import Runtime


def local_runtime(thread_count: int) -> Runtime:
    """Return the runtime of this installation.

    Args:
        thread_count: CPU threads; 0 takes all physical cores.
    """
    return Runtime(
        name="onnxruntime",
        version=runtime_version(),
        provider="cpu",
        precision="fp32",
        thread_count=thread_count,
    )
