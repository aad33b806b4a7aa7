"""One network as an ONNX Runtime session, with fall-backs."""
