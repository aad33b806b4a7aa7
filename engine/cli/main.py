"""``mfagan``: the engine on the command line."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typing_extensions import override

from engine.cli.command_app import make_app
from engine.cli.command_table import COMMANDS, CommandEntry
from engine.cli.interrupt import CANCELLED, EXIT_CANCELLED, unwind_on_sigterm
from engine.cli.output import Output, PlainFormatter
from engine.cli.streams import flush_streams, ready_streams
from engine.core.errors import ConfigError, EngineError, JobCancelled, MissingExtraError

logger = logging.getLogger(__name__)

EXIT_DONE, EXIT_FAILED, EXIT_MISUSE = 0, 1, 2

# Typer brings its own click; its errors are reached through what it exports.
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]

_HELP = """Enlarge photos on your own machine.

No data leaves this computer, and originals are never changed.

For example:

    mfagan upscale holiday.jpg -o big/

    mfagan upscale scans/ -o enlarged/ --recursive --long-edge 6000

    mfagan compare original.png result.png --difference difference.png

Every command has --help, and most have --json for scripts. Exit codes: 0 done,
1 failed, 2 wrong usage, 130 cancelled.
"""


class LazyGroup(TyperGroup):
    """Commands whose modules are imported when they are called, not for ``--help``."""

    @override
    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        # A stub with the summary is enough to list a command, or to suggest it for a wrong name.
        self.commands = {
            entry.name: TyperCommand(entry.name, help=entry.summary, callback=_do_nothing)
            for entry in COMMANDS
        }

    @override
    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        # Called only for the command that is run, so that only its module is imported.
        name, stub, rest = super().resolve_command(ctx, args)
        entry = _find(name or "")
        return (name, stub if entry is None else _load(entry), rest)


app = make_app(group=LazyGroup, summary=_HELP, shows_help_alone=True)


@app.callback()
def _global_options(
    *,
    is_verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Write the log of the engine to stderr.")
    ] = False,
) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.DEBUG if is_verbose else logging.WARNING, handlers=[handler])


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code.

    Args:
        arguments: What follows the program's name; the process's own by default.
    """
    words = sys.argv[1:] if arguments is None else arguments
    ready_streams()
    unwind_on_sigterm()
    code = run(words)
    # A full disk shows only now; what was written to it is lost, so that is a failure.
    if not flush_streams():
        code = code or EXIT_FAILED
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code.

    This is the border where errors become messages: with ``--json`` among
    ``arguments`` they are one JSON line on stdout, else text on stderr.
    """
    # Read by hand: an error may come before, or instead of, the parsing of options.
    output = Output(is_json="--json" in arguments)
    command = typer.main.get_command(app)
    try:
        code = command.main(arguments, prog_name="mfagan", standalone_mode=False)
    except BrokenPipeError:
        # The reader of our output, such as `head`, has seen enough.
        return EXIT_DONE
    # The border of the program: every error becomes a message.
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001
        return _report(error, output)
    return code if isinstance(code, int) else EXIT_DONE


def _report(error: BaseException, output: Output) -> int:
    if isinstance(error, _UsageError):
        output.failed("usage", _usage_text(error))
        return EXIT_MISUSE
    if isinstance(error, (JobCancelled, KeyboardInterrupt, typer.Abort)):
        reason = str(error) if isinstance(error, JobCancelled) else ""
        output.failed("cancelled", reason or CANCELLED)
        return EXIT_CANCELLED
    if isinstance(error, EngineError):
        output.failed(error.code, str(error))
        return EXIT_MISUSE if isinstance(error, ConfigError) else EXIT_FAILED
    logger.debug("unexpected error", exc_info=error)
    output.failed("unexpected", f"{type(error).__name__}: {error} (--verbose shows where)")
    return EXIT_FAILED


def _do_nothing() -> None:
    """Stand in for a command that is only listed."""


def _find(name: str) -> CommandEntry | None:
    return next((entry for entry in COMMANDS if entry.name == name), None)


def _load(entry: CommandEntry) -> Any:  # noqa: ANN401 - a click command, of typer's own click
    extras = {"train": (entry.needs_training, "torch"), "search": (entry.needs_search, "optuna")}
    for extra, (is_needed, package) in extras.items():
        if is_needed and importlib.util.find_spec(package) is None:
            raise MissingExtraError(
                f'mfagan {entry.name} needs {package}: pip install "mfagan-studio[{extra}]"'
            )
    command = typer.main.get_command(importlib.import_module(entry.module).app)
    command.name = entry.name
    return command


def _usage_text(error: Exception) -> str:
    text = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "mfagan"
    return f"{text} Try '{path} --help'."


if __name__ == "__main__":
    main()
