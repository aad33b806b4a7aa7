"""Examines untrusted ONNX files in a separate process, and imports them into the catalog.

`process` starts `child` and asks it questions (`answers`); only the child reads the file, and
nothing else of the runtime half imports the ``onnx`` package. `importing` turns the
answers into a model card. It may import `inference`, `catalog` and what lies below, and needs
no torch. Start reading at `process.py`.
"""
