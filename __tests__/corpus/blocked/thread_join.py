"""Joins the thread of a stream, when its client leaves, that nobody has told to end.

verdict: fail
reason: loop-blocked
rule: thread-join
"""

import asyncio
import queue
import sys
import threading

from aiohttp import web


async def answer(_request):
    return web.json_response({"status": "ok"})


def write(lines):
    while True:
        lines.get()


async def stream(request):
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    lines = queue.Queue()
    writer = threading.Thread(target=write, args=(lines,), daemon=True)
    writer.start()
    try:
        while True:
            lines.put("tick")
            await response.write(b"data: tick\n\n")
            await asyncio.sleep(0.05)
    finally:
        writer.join()  # culprit


app = web.Application()
app.add_routes([web.get("/", answer), web.get("/health", answer), web.get("/news/stream", stream)])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
