"""Matches a pattern in a worker thread, when a client leaves, which keeps the interpreter to itself.

verdict: fail
reason: loop-blocked
rule: gil-held
"""

import asyncio
import re
import sys
import time

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

tasks = set()


async def answer(_request):
    return JSONResponse({"status": "ok"})


def highlight():
    time.sleep(0.2)
    re.match(r"(a+)+$", "a" * 60 + "b")  # culprit


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        tasks.add(asyncio.get_running_loop().run_in_executor(None, highlight))


async def stream(_request):
    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", stream)])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
