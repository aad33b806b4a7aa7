"""Latency of devices: measured here, measured on a phone by a kit, or estimated without either.

A *device profile* says how long a network takes. `measuring` times many small and whole networks
in turns with a reference network, `predictor` composes their times into the latency of any other,
`kit` carries the same measurement to a phone, and `estimates` stands in where there is no device.
It may import `engine.profiling`, `engine.inference` and what lies below, and never torch. Start
reading at `profile.py`.
"""
