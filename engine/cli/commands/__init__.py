"""The commands of ``mfagan``: one module per command, which holds its typer application ``app``.

A module parses options, calls the engine and prints the result; it computes nothing itself. To
add a command, add a module here and a line in `engine.cli.command_table`.
"""
