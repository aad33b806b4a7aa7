"""The window of MFAGAN Studio.

    main, start            the entry points
    shell                  builds the window, lists its pages, connects their parts
    upscale viewer queue   what a page is made of: one package per feature, and no package
    presentation settings  imports another one of this row
    widgets                controls that several features share
    services               the engine, background work, files; without widgets
    state                  plain values: settings, choices, the list of the queue

Each row imports the rows below it and `engine.api`, never torch; import-linter holds it. Start
reading at `app/shell/pages.py`, the list of pages, and `app/shell/app_controller.py`. `app/dev`
takes screenshots and measures the window, and nothing imports it.
"""
