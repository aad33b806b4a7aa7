"""Search for the generators that no other beats on a named device.

``devices`` knows how long a network takes on a device. It may import what lies below it in
``engine``, and never Qt. Start reading at `engine.search.devices`.
"""
