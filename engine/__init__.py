"""Super-resolution without a window: inference, training, search and export.

Two halves: the runtime half (``api core config imaging metrics catalog
inference runs``) never imports torch; the training half may.
"""

import os

# ONNX Runtime 1.31 reads this once, while it is imported: later it has already written a device
# identifier into the home folder, and it looks up its maker's server some nine seconds on. This
# package is imported before any module of it can import ONNX Runtime, and children inherit it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
