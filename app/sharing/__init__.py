"""Handing on a comparison: as a picture, as an animation, or as one web page with a slider.

`share_dialog` asks what to make of it, `view_part` reads the pixels that the viewer shows,
`label_pictures` draws the names of the sides, and `share_controller` puts them together and is
the place to start reading. The files themselves are made by the engine, without Qt. Imports
`app.window` and all below it, and no page.
"""
