"""Widgets that several pages use: labels and sliders, dialogs, icons, themes, the actions.

`controls` has the small building blocks, `theming` and `icons` the look, `compare` the viewer.
Start reading at `controls`. Imports `app.services` and `app.state`, and no page.
"""
