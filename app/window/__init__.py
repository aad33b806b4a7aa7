"""The window itself, which the pages share: frame, tool bar, menus, errors, session.

`main_window` shows `empty_state` before the engine is loaded, and later one page at a time
(`page_switcher`). `page` says what a page is and what every page is given. Imports
`app.settings`, `app.widgets`, `app.services` and `app.state`, and no page. Start reading at
`main_window`.
"""
