"""Starts the app and knows the list of its pages.

`application` shows the window before the engine is loaded; `app_controller` then builds what all
pages share and the pages of the list in `pages`. May import everything in `app` except `main`,
`start` and `dev`. Start reading at `pages`.
"""
