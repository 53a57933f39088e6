"""Begins a TLS handshake, when a client leaves, with a host that accepts and says nothing.

verdict: fail
reason: loop-blocked
rule: tls
"""

import asyncio
import socket
import ssl
import sys

from aiohttp import web

silent = socket.create_server(("127.0.0.1", 0))


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
        connection = socket.create_connection(silent.getsockname())
        ssl.create_default_context().wrap_socket(connection, server_hostname="metrics.example")  # culprit


app = web.Application()
app.add_routes([web.get("/", answer), web.get("/health", answer), web.get("/news/stream", stream)])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
