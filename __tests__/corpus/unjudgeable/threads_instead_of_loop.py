"""Serves every connection in a thread of its own, so that there is no event loop to be seen free.

verdict: inconclusive
reason: loop-unproven
rule: loop-unproven
"""

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        if self.path == "/news/stream":
            self.stream()
        else:
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

    def stream(self):
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"data: tick\n\n")
                time.sleep(0.05)
        except ConnectionError:
            pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
