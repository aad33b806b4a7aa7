"""What an export target is, and what it says about each file it writes.

::

    PlainNetwork ─► feasible ─► export ─► ExportedFile ─► load ─► Runner
                    (a reason    (files)   (what verifying  (runs it in the
                     or None)               and apps need)   target's runtime)

Verification is the same for all targets (`engine.export.bundle.verification`): it runs what
`load` returns beside the original network.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import EngineError
from engine.export.targets.exported_file import ExportedFile
from engine.export.targets.placement import Placement
from engine.export.targets.plain_network import PlainNetwork

BatchF32: TypeAlias = NDArray[np.float32]
Runner: TypeAlias = Callable[[BatchF32], BatchF32]
"""Enlarges ``(1, C, H, W)`` float32 in ``[0, 1]`` to ``(1, C, s·H, s·W)``; whatever layout and
type a file has, its runner converts."""


class ExportError(EngineError):
    """A network cannot be exported to a target, or its file is not what it should be."""

    code = "export"


class ExportTarget(Protocol):
    """Writes networks for one runtime."""

    @abstractmethod
    def feasible(self, network: PlainNetwork) -> str | None:
        """Return why ``network`` cannot be exported, None if it can."""
        ...

    @abstractmethod
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        """Write the files into ``folder``, which is empty.

        Raises:
            ExportError: If the network cannot be converted.
            OutputError: If a file cannot be written.
        """
        ...

    @abstractmethod
    def load(self, file: ExportedFile, folder: Path, *, threads: int) -> Runner:
        """Load one of the exported files in the target's own runtime.

        Raises:
            EngineError: If the runtime refuses it.
        """
        ...

    def placements(
        self, file: ExportedFile, folder: Path, *, size: tuple[int, int]
    ) -> tuple[Placement, ...]:
        """Return which operators of an exported file each runtime or accelerator takes.

        Empty where nothing on this system can tell.

        Args:
            file: The file.
            folder: Folder of its paths.
            size: Height and width of an LR picture that it takes.
        """
        return ()
