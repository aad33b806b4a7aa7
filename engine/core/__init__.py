"""What every other package of the engine stands on: errors, files, tiles, small helpers of one job.

Writing files safely is decided here: `atomic_file.py` for content, `leftovers.py` for temporary
names, `file_guard.py` for originals that must never be replaced. `tiling.py` is the geometry of
inference, `errors.py` the list of all errors. May import nothing of the engine and no heavy
library. Start with `errors.py` and `atomic_file.py`.
"""
