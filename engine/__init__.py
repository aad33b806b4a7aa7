"""Super-resolution without a window: inference, training, search and export.

Two halves: the runtime half (``api core config imaging metrics catalog
inference runs``) never imports torch; the training half may.
"""
