"""``mfagan bench``: measure speed, memory, training methods, Auto, exports and int8."""

from __future__ import annotations

from engine.cli.command_app import make_app
from engine.cli.commands.bench_auto import auto
from engine.cli.commands.bench_export import export
from engine.cli.commands.bench_gui import gui
from engine.cli.commands.bench_int8 import int8
from engine.cli.commands.bench_methods import methods
from engine.cli.commands.bench_speed import speed
from engine.cli.commands.bench_train import train
from engine.cli.commands.bench_web import web

app = make_app()


@app.callback()
def bench() -> None:
    """Measure speed and memory on this machine, training methods, Auto, exports and int8."""


for command in (speed, gui, train, methods, auto, export, int8, web):
    app.command()(command)
# The name that earlier versions had.
app.command("schemes", hidden=True)(methods)
