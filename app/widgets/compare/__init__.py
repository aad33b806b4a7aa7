"""The viewers that compare pictures of one photo.

`image_compare` compares two, before and after, and is the place to start reading; `compare_grid`
shows up to four beside each other. Both inherit panning and zooming from `zoom_canvas`.
`compare_painter` paints a scene from the images that `compare_frames` keeps, which
`frame_composer` draws from tiles. Imports `app.services.pictures` and `app.state`.
"""
