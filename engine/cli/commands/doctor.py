"""``mfagan doctor``."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.checks import Check, all_checks
from engine.cli.output import Output

app = typer.Typer(rich_markup_mode="rich")

_MARKS = {"ok": "ok", "warning": "note", "failed": "FAILED"}


@app.command()
def doctor(
    *,
    is_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Check this installation: versions, devices, models, libraries, memory and disk.

    Every model file is compared with the hash in its card.
    """
    output = Output(is_json=is_json)
    checks: list[Check] = []
    for check in all_checks():
        checks.append(check)
        output.text(f"{_MARKS[check.state]:<7} {check.name:<18} {check.text}")
    has_failed = any(check.state == "failed" for check in checks)
    if is_json:
        output.document({"is_healthy": not has_failed, "checks": checks})
    if has_failed:
        raise typer.Exit(1)
