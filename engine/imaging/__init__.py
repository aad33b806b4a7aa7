"""Pictures in and out: files become rasters and rasters become files.

Imports nothing of the engine but `engine.core`; knows no network and no Qt. Lower layers never
import higher ones, which import-linter holds:

    codecs                         decode and encode: files <-> rasters
    metadata | color | resample    EXIF, XMP, IPTC | profiles, spaces, HDR | bicubic
    containers                     bytes of files: segments, chunks, boxes, directories
    alpha | photo | photo_folders  transparency | a decoded photo | the photos in a folder
    raster | formats | vips | orientation | resolution | photo_text
    pixel_values                   uint8 and uint16 <-> float

Start reading at `codecs.decode.open_photo` and `codecs.encode.save_photo`. What a picture is,
in words: `docs/images.md`.
"""
