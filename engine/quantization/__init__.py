"""8-bit networks: which layers compute in int8, the ranges of their values, and the files.

Imports neither torch nor anything above `engine.inference`: a network is quantized from its float
ONNX file. Start with `plan`; `int8_file.quantize_int8` does all steps at once. Training with
simulated quantization is `engine.training.methods.quantize`.
"""
