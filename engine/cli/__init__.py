"""The command line ``mfagan``, the door of the engine for terminals and scripts.

`main` finds a command in `command_table` and imports its module from `commands/`; the other
modules here are shared by commands: options, output, interruption, reporting. It may import
everything of the engine but `api`; torch only inside functions, because it loads for seconds.
Start reading at `main.py`, then at any file of `commands/`.
"""
