"""The API as a process serves it that has nothing else to do."""

import gc

from fastapi import FastAPI

from app.main import create_app


def served_app() -> FastAPI:
    app = create_app()
    # The graph has two hundred thousand objects that live as long as the process. Looking through
    # them with the others held up all requests for 0.1 s, once or twice a second under load.
    gc.collect()
    gc.freeze()
    # What requests made is looked through once in so many objects, not in every seven hundred,
    # which took 4 % of a list page.
    gc.set_threshold(20_000)
    return app
