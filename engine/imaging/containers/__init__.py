"""The byte structure of picture files: segments, chunks, boxes, blocks and directories.

One module per structure, named after its format; each names its specification, reads untrusted
bytes within stated limits and gives plain values. What the values mean is decided in `metadata`
and `color`. May import `photo_text` and `resolution` only. Start reading at
`jpeg_segments.read_jpeg_head`, the plainest of them.
"""
