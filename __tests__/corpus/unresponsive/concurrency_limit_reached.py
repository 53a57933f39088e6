"""Never ends the task of a stream whose client has left, until uvicorn's limit answers 503 for everything.

verdict: fail
reason: service-unresponsive
rule: accept-limit
settings: --waves 4
"""

import asyncio
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


async def answer(_request):
    return JSONResponse({"status": "ok"})


class Stream:
    async def __call__(self, scope, receive, send):
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while True:
            event = {"type": "http.response.body", "body": b"data: tick\n\n", "more_body": True}
            # After its client has left, uvicorn takes what is sent and says nothing.
            await send(event)
            await asyncio.sleep(0.05)


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", Stream())])


uvicorn.run(app, port=int(sys.argv[1]), limit_concurrency=14, log_level="warning")
