"""The window of MFAGAN Studio.

    main, start              the entry points
    shell                    starts the app, lists its pages
    photos                   the pages, one package each; no page imports another
    upscale viewer queue     what the page of photos is made of: one package per feature, and
    presentation             no feature imports another
    window                   the frame around the pages
    settings                 dialogs of settings and shortcuts
    widgets                  controls that several features share
    services                 the engine, background work, files; without widgets
    state                    plain values: settings, choices, the list of the queue

Each row imports the rows below it and `engine.api`, never torch; import-linter holds it. Start
reading at `app/shell/pages.py`, the list of pages, and `app/photos/photos_page.py`. `app/dev`
takes screenshots and measures the window, and nothing imports it.
"""
