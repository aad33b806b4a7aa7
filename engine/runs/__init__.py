"""Run folders: one folder per training run, written by the run and read by everything else.

Start with `run_folder.py`, which knows the files of a run; `events.py` defines the lines of
``events.jsonl``, `series.py` reads them while they are written, and `summary.py` condenses them
for lists and comparisons. `control.py` pauses, resumes and stops runs, `launching.py` starts
them, `estimate.py` says what they will take. `candidate_files.py` has what a search found, and
`searches.py` reads a search for the app. A run is a process of its own, so all readers must cope
with files that are still growing or were cut off. May import ``config`` and ``core``; never
torch.
"""
