"""Answers on its port, in another language than HTTP.

verdict: inconclusive
reason: not-ready
rule: not-ready
settings: --boot-timeout 4s
"""

import asyncio
import sys


async def greet(_reader, writer):
    writer.write(b"220 mail.example ESMTP\r\n")
    await writer.drain()


async def main():
    server = await asyncio.start_server(greet, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


asyncio.run(main())
