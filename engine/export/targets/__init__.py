"""Export targets: each writes a plain network as the files of one runtime, and runs them there.

A target is a module with one class and its ``TARGET``; `table` lists them without importing
them, `target` says what they have in common, `plain_network` is what they are given. `layers`
reads the network for those that write a format themselves. They may import `engine.export`'s
ONNX modules and each their own runtime, never torch. Start reading at `target`.
"""
