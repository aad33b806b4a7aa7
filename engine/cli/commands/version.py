"""``mfagan version``."""

from __future__ import annotations

import platform
from typing import Annotated

import typer

from engine.cli.output import Output
from engine.core.version import DISTRIBUTION, product_version

app = typer.Typer()


@app.command()
def version(
    *,
    is_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show the version of MFAGAN Studio and of Python."""
    output = Output(is_json=is_json)
    if is_json:
        output.document({"version": product_version(), "python": platform.python_version()})
    output.text(f"{DISTRIBUTION} {product_version()} (Python {platform.python_version()})")
