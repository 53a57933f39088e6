"""Has a dozen threads that wait for ever, on locks, queues and sockets, as idle workers do.

verdict: pass
reason: healthy
"""

import asyncio
import queue
import socket
import sys
import threading

import uvicorn
from quart import Quart, make_response

app = Quart(__name__)
silent = socket.create_server(("127.0.0.1", 0))
held = threading.Lock()
held.acquire()
for wait in (queue.Queue().get, threading.Event().wait, silent.accept, held.acquire) * 3:
    threading.Thread(target=wait, daemon=True).start()


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    while True:
        yield b"data: tick\n\n"
        await asyncio.sleep(0.05)


@app.get("/news/stream")
async def stream():
    response = await make_response(events(), {"content-type": "text/event-stream"})
    response.timeout = None
    return response


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
