"""Logs, when a client leaves, while another thread is stuck inside the same log handler.

verdict: fail
reason: loop-blocked
rule: lock
"""

import asyncio
import logging
import sys
import threading

import requests
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

log = logging.getLogger("news")


async def answer(_request):
    return JSONResponse({"status": "ok"})


class Shipper(logging.Handler):
    def emit(self, record):
        if record.levelno == logging.ERROR:
            requests.post("http://logs.example/", data=record.getMessage())


log.addHandler(Shipper())


async def events():
    threading.Thread(target=log.error, args=("shipped by a thread",), daemon=True).start()
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        log.warning("a client has left")  # culprit


async def stream(_request):
    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", stream)])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
