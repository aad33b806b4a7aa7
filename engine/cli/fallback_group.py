"""A group of commands that can also be called with an argument of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from typer.core import TyperGroup
from typing_extensions import override


class FallbackGroup(TyperGroup):
    """Runs one of its commands when the first word is none of them.

    ``mfagan search my.yaml`` is then short for ``mfagan search start my.yaml``.

    Attributes:
        default_command: The command that is run.
    """

    default_command: ClassVar[str] = "start"

    def choose_default(self, args: list[str]) -> str:
        """Return the command that is run for ``args``, none of whose names is the first word."""
        return self.default_command

    @override
    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        if args and args[0] not in self.commands:
            args = [self.choose_default(args), *args]
        return super().resolve_command(ctx, args)

    @override
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # An option in front, such as --out, belongs to that command too.
        if args and args[0].startswith("-") and args[0] not in {"--help", "-h"}:
            args = [self.choose_default(args), *args]
        return super().parse_args(ctx, args)
