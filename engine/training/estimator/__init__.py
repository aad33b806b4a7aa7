"""Trains the estimator of the restoration value (``mfagan train-estimator``).

Crops of photos and of drawn pictures get a known damage (`damaged_crops.py`); a small network
learns to tell it from the features that `engine.inference.restoration` computes (`fit.py`); it is
judged on photos that it was not trained on (`accuracy.py`) and written with a card (`card.py`).
Start reading at `run.py`. May import what `engine.training` may.
"""
