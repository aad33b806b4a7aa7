"""The views of a photo: before and after, or up to four enlargements beside each other.

`viewer_page` and `grid_page` frame the viewers of `app.widgets.compare` with a `viewer_bar`,
`side_labels` names the two sides. `viewer_commands` are what keys and menus do to a viewer.
Imports `app.window`, `app.widgets`, `app.services` and `app.state`, and no page.
"""
