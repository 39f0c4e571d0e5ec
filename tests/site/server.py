"""Serve the built site as GitHub Pages does: below a path, with gzip, to keep.

A path that does not exist gets the site's own 404.html.
"""

import contextlib
import functools
import gzip
import mimetypes
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What Pages compresses; fonts and pictures are compressed already.
COMPRESSED = ("text/", "application/javascript", "application/json", "svg")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    root = prefix = None

    def do_GET(self):
        path = self.path.partition("?")[0]
        inside = path.startswith(self.prefix)
        name = path.removeprefix(self.prefix)
        if not name or name.endswith("/"):
            name += "index.html"
        status, file = 200, self.root / name
        if not inside or not file.is_file():
            status, file = 404, self.root / "404.html"
        kind, body = _encoded(file)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", len(body))
        self.send_header("Cache-Control", "max-age=600")
        if _is_compressed(kind):
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@functools.lru_cache(None)
def _encoded(file):
    if not file.is_file():
        return "text/plain", gzip.compress(b"not found")
    kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
    body = file.read_bytes()
    return kind, gzip.compress(body) if _is_compressed(kind) else body


def _is_compressed(kind):
    return any(part in kind for part in COMPRESSED)


class Server(ThreadingHTTPServer):
    """A reader who leaves before all is there is no error."""

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextlib.contextmanager
def served(root, prefix):
    """Yield the address of the site of the folder root."""
    handler = type("Handler", (Handler,), {"root": root, "prefix": prefix})
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{prefix}"
    server.shutdown()
    server.server_close()
