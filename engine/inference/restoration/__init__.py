"""Estimates from its pixels how much restoration a photo needs.

::

    photo ─> crops.py ─> features.py ─> regressor.py ─> estimate.py ─> value and findings
             up to 16    noise, bands,   a network of    JPEG tables,
             of 96x96    DCT zeros       two layers      pooling, words

NumPy only; the network is trained by ``mfagan train-estimator`` (`engine.training`) with the
features of this package. Imports `engine.core` and `engine.imaging`. Start reading at
`estimate.py`.
"""
