"""The dialog of settings and shortcuts.

`settings_dialog` builds its fields from the table in `app.state.settings`, so that a new setting
needs no code here; `shortcuts_page` is the one page with controls of its own, for the
`shortcut_table`. Imports `app.widgets`, `app.services` and `app.state`, and no other feature.
Start reading at `settings_dialog`.
"""
