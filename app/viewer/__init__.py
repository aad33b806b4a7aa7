"""The page that shows a photo before and after.

`viewer_page` frames the viewer of `app.widgets.compare` with its bar of buttons, `side_labels`
names the two sides. Imports `app.widgets`, `app.services` and `app.state`, and no other page.
"""
