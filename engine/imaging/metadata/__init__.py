"""EXIF, XMP and IPTC: read, corrected and carried into the result."""
