"""Reads both outputs of a command on the event loop, when a client leaves, which waits in a selector of its own.

verdict: fail
reason: loop-blocked
rule: subprocess
"""

import asyncio
import subprocess
import sys

from aiohttp import web


async def answer(_request):
    return web.json_response({"status": "ok"})


async def stream(request):
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    try:
        while True:
            await response.write(b"data: tick\n\n")
            await asyncio.sleep(0.05)
    finally:
        subprocess.run(["sleep", "600"], capture_output=True)  # culprit


app = web.Application()
app.add_routes([web.get("/", answer), web.get("/health", answer), web.get("/news/stream", stream)])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
