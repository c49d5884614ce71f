"""Lets what would go on without end know that the process is to stop."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], object] | int | None


@asynccontextmanager
async def stopping() -> AsyncIterator[asyncio.Event]:
    """Yield an event that is set when the process is told to stop, by Ctrl-C or a supervisor.

    Servers tell an application only when it has answered what it was asked before.
    """
    told = asyncio.Event()
    with ExitStack() as stack:
        # Elsewhere no signals arrive, nor may their handlers be set.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                stack.callback(signal.signal, number, _tell(told, number))
        yield told


def _tell(told: asyncio.Event, number: signal.Signals) -> Handler:
    """Tell of a signal before the server handles it, and return the server's handler."""
    loop, handler = asyncio.get_running_loop(), signal.getsignal(number)

    def handle(received: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(told.set)
        if callable(handler):
            handler(received, frame)

    signal.signal(number, handle)
    return handler
