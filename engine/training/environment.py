"""Records the software and hardware that a run was trained with."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import numpy as np
import torch
from msgspec import Struct

from engine.core.processor import processor_name
from engine.core.source_revision import find_revision
from engine.core.version import product_version


class Environment(Struct, frozen=True, kw_only=True):
    """Content of ``environment.json``.

    Attributes:
        device_name: Name of the GPU or the CPU.
        source_revision: Commit of the source, when it runs from a checkout.
        processes: Number of processes that train together.
        data_manifest_sha256: Hash of the names and contents of the training photos.
    """

    python: str
    system: str
    torch: str
    numpy: str
    engine: str
    source_revision: str | None
    device: str
    device_name: str
    threads: int
    processes: int
    seed: int
    data_manifest_sha256: str


def describe_environment(
    *, device: torch.device, seed: int, processes: int, data_manifest_sha256: str
) -> Environment:
    """Return the environment of this process."""
    is_cuda = device.type == "cuda"
    return Environment(
        python=sys.version.split()[0],
        system=platform.platform(),
        torch=str(torch.__version__),
        numpy=np.__version__,
        engine=product_version(),
        source_revision=find_revision(Path(__file__).resolve().parents[2]),
        device=str(device),
        device_name=torch.cuda.get_device_name(device) if is_cuda else processor_name(),
        threads=torch.get_num_threads(),
        processes=processes,
        seed=seed,
        data_manifest_sha256=data_manifest_sha256,
    )
