"""Networks as torch modules: generators, discriminators, supernets and the blocks they share.

A network knows its architecture and nothing of how it is trained, measured or shipped. The
package may import `engine.core`, the structs of `engine.config`, `engine.quantization` and, to
compare a file with its network, ONNX Runtime's session in `engine.inference`; training, export,
evaluation and profiling build on it. Start with `generators.base` (what a generator promises) and
`generators.mfanet`, the network of the shipped models; `generators.build` lists them all, `dial`
joins two of them into one that is told how much to restore, and `quantized` computes a network as
its int8 file does.
"""
