"""Leaves a task for every stream behind that keeps twenty megabytes.

verdict: fail
reason: leak
rule: leak
settings: --waves 5
"""

import asyncio
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

tasks = set()


async def answer(_request):
    return JSONResponse({"status": "ok"})


async def remember(article):
    await asyncio.sleep(600)
    return article


async def events():
    tasks.add(asyncio.create_task(remember(b"x" * 20_000_000)))
    while True:
        yield "data: tick\n\n"
        await asyncio.sleep(0.05)


async def stream(_request):
    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", stream)])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
