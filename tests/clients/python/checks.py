"""Shared by the Python script: counted checks, a record of requests, the list of operations, and a web server that the
emulator calls."""

import json
import re
import threading
import time
import traceback
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Checks:
    """Counts checks. A failed check is printed, and the script continues."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self._part = ""

    def part(self, run):
        """Runs a part of the script. An exception is one failure and ends only this part."""
        self._part = run.__name__.replace("_", " ")
        try:
            run()
        except Exception:
            self._fail("completes without an exception", traceback.format_exc())

    def ok(self, what, condition, seen=None):
        """Checks that the condition is true."""
        if condition:
            self.passed += 1
        else:
            self._fail(what, f"saw {seen!r}")

    def equal(self, what, seen, expected):
        """Checks that two values are equal."""
        if seen == expected:
            self.passed += 1
        else:
            self._fail(what, f"saw {seen!r}\n    not {expected!r}")

    def rejects(self, what, call, error_class, code=None, pointer=None):
        """Checks that the call raises this error, whose body has this code and pointer first."""
        try:
            result = call()
        except error_class as error:
            first = error.body["errors"][0]
            good = isinstance(first["detail"], str) and first["detail"] and first["title"]
            good = good and (code is None or first["code"] == code)
            good = good and (pointer is None or first["source"]["pointer"] == pointer)
            self.ok(what, good, error.body)
            return error
        except Exception as error:
            self._fail(what, f"saw {error!r}")
        else:
            self._fail(what, f"saw no error but {result!r}")

    def _fail(self, what, why):
        self.failed += 1
        print(f"FAILED {self._part}: {what}\n    {why}")


class Recorder:
    """Records each exchange. `hooks` are for the client's httpx."""

    def __init__(self, base_url):
        self.calls = []
        self._prefix = len(re.sub(r"^https?://[^/]+", "", base_url).rstrip("/"))
        self.hooks = {"response": [self._note]}

    def _note(self, response):
        request = response.request
        path = request.url.raw_path.decode().split("?")[0][self._prefix :]
        self.calls.append((request.method, path, response.status_code, request))

    def answered(self, operations):
        """The operations that were called successfully."""
        templates = []
        for operation in operations:
            method, path = operation.split(" ")
            literal = sum(not segment.startswith("{") for segment in path.split("/"))
            templates.append((-literal, operation, method, re.compile(re.sub(r"\{\w+\}", "[^/]+", path))))
        templates.sort(key=lambda template: template[0])
        found = set()
        for method, path, status, _ in self.calls:
            for _, operation, other, pattern in templates:
                if status < 400 and method == other and pattern.fullmatch(path):
                    found.add(operation)
                    break
        return [operation for operation in operations if operation in found]


def operations(wire_file):
    """The operations of the contract, such as `GET /ai/assistants/{assistant_id}`."""
    with open(wire_file, encoding="utf-8") as file:
        paths = json.load(file)["paths"]
    verbs = ("get", "post", "put", "patch", "delete")
    return [f"{verb.upper()} {path}" for path, methods in paths.items() for verb in methods if verb in verbs]


class WebServer:
    """A web server on 127.0.0.1 that records requests and responds with (status, body) of `answer(path)`."""

    def __init__(self, answer):
        self.requests = requests = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                requests.append((self.path, self.headers, json.loads(body)))
                status, answered = answer(self.path)
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(answered).encode())

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


def in_hours(hours):
    """The current time plus a number of hours."""
    return datetime.now(timezone.utc) + timedelta(hours=hours)


def until(ask, done):
    """Polls until `done(value)`, for up to 10 s. Returns the last value."""
    end = time.monotonic() + 10
    while True:
        value = ask()
        if done(value) or time.monotonic() > end:
            return value
        time.sleep(0.1)


def server_sent_events(text):
    """Parses server-sent events with JSON data: (event, data)."""
    events = []
    for block in re.split(r"\r?\n\r?\n", text.strip()):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        events.append((fields["event"], json.loads(fields["data"])))
    return events
