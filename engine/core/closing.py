"""Makes context managers of objects that have a ``close`` method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Closing(ABC):
    """An object that a ``with`` block closes at its end.

    `contextlib.closing` does the same around an object; this makes it part of the object.
    """

    __slots__ = ()

    @abstractmethod
    def close(self) -> None:
        """Let go of what the object holds; to close it again does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
