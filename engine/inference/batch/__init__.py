"""Many photos: finding them, working through them, recording what became of each.

`inputs.py` finds photos, `work.py` forecasts and enlarges them, `run.py` works through a
batch so that one failure stops nothing, and `manifest.py` records every photo so that an
interrupted batch can be resumed. Imports `engine.inference.job`. Start reading at `run.py`.
"""
