"""Measures the cost of networks: parameters, multiply-accumulates, latency, memory.

`network_cost` counts torch networks without running them, `speed` times ONNX files in turns,
and `memory` runs each in a separate process. It may import `models`, `probing`, `inference`
and what lies below; not `training`, `evaluation` or `export`. Start reading at `speed.py`.
"""
