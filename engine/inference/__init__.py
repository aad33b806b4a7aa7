"""Upscaling: from the settings of a user to the files of the results.

Four rooms, each importing only those to its left::

    network/      ->  job/  ->  batch/
    sessions,         one       many photos:
    selection,        photo:    inputs, manifest,
    dials             plan      forecast
    restoration/      and run
    how much a photo needs

May import `engine.core`, `engine.imaging`, `engine.metrics` and `engine.catalog`, and never torch:
networks run in ONNX Runtime. Start reading at `job/plan.py`, which decides everything about a
photo, and `job/upscale_photo.py`, which carries that out.
"""
