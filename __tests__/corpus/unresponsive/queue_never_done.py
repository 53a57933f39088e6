"""Skips `task_done` when a client leaves, so that whoever joins the queue waits for ever.

verdict: fail
reason: service-unresponsive
rule: lost-await
"""

import asyncio
import sys

from aiohttp import web

queue = asyncio.Queue()


async def answer(_request):
    await queue.join()
    return web.json_response({"status": "ok"})


async def stream(request):
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    while True:
        queue.put_nowait("tick")
        item = queue.get_nowait()
        await response.write(f"data: {item}\n\n".encode())
        queue.task_done()
        await asyncio.sleep(0.05)


app = web.Application()
app.add_routes([web.get("/", answer), web.get("/health", answer), web.get("/news/stream", stream)])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
