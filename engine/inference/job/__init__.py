"""One photo: what will be done with it, and doing it.

::

    UpscaleSettings ─┐
    header of photo ─┴> plan.py ─> PhotoPlan ─> result.py ─> upscale_photo.py ─> file
                            │                                  │ decode, pipeline.py, encode
                            └────> PixelPlan ─> preview.py     │
                                                               └ tiled.py, raster_resize.py

Imports `engine.inference.network` and `engine.imaging`. Start reading at `plan.py`, then
`pipeline.py`.
"""
