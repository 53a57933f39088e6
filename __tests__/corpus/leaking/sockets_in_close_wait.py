"""Never closes the connection to its feed, which the other side has closed.

verdict: fail
reason: leak
rule: leak
settings: --waves 5
"""

import asyncio
import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

feed = socket.create_server(("127.0.0.1", 0))
connections = []


async def answer(_request):
    return JSONResponse({"status": "ok"})


async def events():
    for _ in range(3):
        connections.append(socket.create_connection(feed.getsockname()))
        feed.accept()[0].close()
    while True:
        yield "data: tick\n\n"
        await asyncio.sleep(0.05)


async def stream(_request):
    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", stream)])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
