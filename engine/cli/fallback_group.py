"""A group of commands that can also be called with an argument of its own."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup
from typing_extensions import override

DEFAULT_COMMAND = "start"


class FallbackGroup(TyperGroup):
    """Runs its command ``start`` when the first word is not one of its commands.

    ``mfagan search my.yaml`` is then short for ``mfagan search start my.yaml``.
    """

    @override
    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        if args and args[0] not in self.commands:
            args = [DEFAULT_COMMAND, *args]
        return super().resolve_command(ctx, args)

    @override
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # An option in front, such as --out, belongs to that command too.
        if args and args[0].startswith("-") and args[0] not in {"--help", "-h"}:
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)
