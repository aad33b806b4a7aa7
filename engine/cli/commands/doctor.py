"""``mfagan doctor``: check the installation and the machine."""

from __future__ import annotations

import typer

from engine.cli.checks import Check, all_checks
from engine.cli.command_app import make_app
from engine.cli.common_options import JsonOption
from engine.cli.output import Output

app = make_app()

_MARKS = {"ok": "ok", "warning": "note", "failed": "FAILED"}


@app.command()
def doctor(*, is_json: JsonOption = False) -> None:
    """Check the installation: versions, devices, models, libraries, memory and disk space.

    The hash of every model file is compared with the one in its model card.
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
