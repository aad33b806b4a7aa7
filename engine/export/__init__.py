"""Turns a training run into a model of the catalog: ONNX files, int8 variant, model card.

    run folder ─► generator ─► onnx_file ─► quantize ─► benchmark_protocol ─► card
                               (fp32)       (int8)      (measured quality)

It may import everything but `bench`, `cli` and `api`. Start reading at `publish.py`.
"""
