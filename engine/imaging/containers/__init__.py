"""The byte structure of picture files: segments, chunks, boxes and directories."""
