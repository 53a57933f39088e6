"""Never ends the task of a stream whose client has left, until uvicorn's limit answers 503 for everything.

verdict: fail
reason: service-unresponsive
rule: accept-limit
"""

import asyncio
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route


async def answer(_request):
    return JSONResponse({"status": "ok"})


async def stream(scope, receive, send):
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]}
    )
    for _ in range(3):
        await send({"type": "http.response.body", "body": b"data: tick\n\n", "more_body": True})
        await asyncio.sleep(0.05)
    await asyncio.Event().wait()


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Mount("/news/stream", stream)])


uvicorn.run(app, port=int(sys.argv[1]), limit_concurrency=8, log_level="warning")
