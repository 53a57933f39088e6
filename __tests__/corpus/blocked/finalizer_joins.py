"""Lets go of a subscription, when its client leaves, whose finalizer joins a thread.

verdict: fail
reason: loop-blocked
rule: finalizer
"""

import asyncio
import sys
import threading

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route


async def answer(_request):
    return JSONResponse({"status": "ok"})


class Subscription:
    def __init__(self):
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.ended.wait, daemon=True)
        self.thread.start()

    def __del__(self):
        self.thread.join()  # culprit


async def events():
    subscription = Subscription()
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        del subscription


async def stream(_request):
    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", stream)])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
