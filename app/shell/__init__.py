"""The window around the pages: it builds them, connects their parts and ends them.

`application` shows the window before the engine is loaded (`main_window`, `tool_bar`,
`photo_frame`, `empty_state`). `app_controller` then builds what all pages share and the pages of
the list in `pages`. `upscale_page` puts the page of photos together from packages that do not know
each other; the classes beside it do what is more than a connection (`viewer_updater`,
`inspector_updater`, `photo_status`, `queue_actions`, `presentation_controller`, `menu_marks`,
`pasting`, `model_import`, `closing`), and each gets what it works with by keyword. May import
everything in `app` except `main`, `start` and `dev`. Start reading at `pages` and
`app_controller`.
"""
