"""The page of exports: a model or a finished run, its targets, and the report of a bundle.

The work is done by ``mfagan export`` in a process of its own; the page shows its events and then
reads the bundle. May import `app.window` and what is below it, and no other page. Start reading
at `export_page`.
"""
