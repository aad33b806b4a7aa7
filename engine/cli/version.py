"""``mfagan version``."""

from __future__ import annotations

import importlib.metadata
import platform
from typing import Annotated

import typer

from engine.cli.output import Output

DISTRIBUTION = "mfagan-studio"

app = typer.Typer()


def product_version() -> str:
    """Return the version of the product, ``unknown`` when it runs without being installed."""
    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


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
