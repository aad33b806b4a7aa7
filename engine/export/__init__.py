"""Turns trained networks into a model of the catalog: ONNX files, int8 variant, model card.

    runs, files ─► network_sources ─► onnx_file ─► quantize ─► card_quality ─► card
                   (the corners)      (fp32)       (int8)      (measured)

It may import everything but `bench`, `search`, `cli` and `api`. Start reading at `publish.py`.
"""
