"""The viewer that compares two pictures of one photo.

`image_compare` is the widget and the place to start reading. It inherits panning and zooming from
`zoom_canvas`; `compare_painter` paints a scene from the images that `compare_frames` keeps, which
`frame_composer` draws from tiles. Imports `app.services.pictures` and `app.state`.
"""
