"""Makes and checks bundles: one zip with a network's files for all chosen targets.

    model, run ─► source ─► targets, one after the other ─► verification ─► report ─► archive
                  (plain    (each in a folder of its own,    (in a child     (Markdown,
                   network)  kept if the export is stopped)   process)        JSON, HTML)

`making` runs it; `manifest` describes what a bundle holds; `check_bundle` is the program that
checks one elsewhere, and lies in every bundle. It may import `engine.export` and everything
below, and torch only where a run is exported. Start reading at `making`.
"""
