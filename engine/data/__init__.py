"""Training data: decoded photos, patches of them, and the degradations that make LR from HR.

A batch goes through `photo_store.py` (decoded photos, memory-mapped), `patches.py` (random
patches), `degradation.py` (LR from HR, and what was done to it, which `levels.py` describes) and
`prefetch.py` (ahead of the training step). Every random draw depends on seed and step alone, so
that a resumed run sees the same batches.
`downsampling.py` makes LR of whole photos, also for benchmarks. May import ``imaging``, ``runs``,
``config`` and ``core``; the modules that need torch are not imported by those that do not.
"""
