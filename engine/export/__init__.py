"""Turns trained networks into models of the catalog, and models into bundles for other programs.

    runs, files ─► network_sources ─► onnx_file ─► quantize ─► card_quality ─► card
                   (the corners)      (fp32)       (int8)      (measured)
    model, run ──► bundle ─► targets (NCNN, LiteRT, …) ─► verified, zipped

It may import everything but `bench`, `search`, `cli` and `api`. Start reading at `publish.py` for
models and at `bundle` for bundles.
"""
