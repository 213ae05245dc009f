"""HTTP as a test wants it: every status is an answer, and every byte of the request is the test's own choice."""
import http.client
import json
import socket
import urllib.parse

from support import LIMIT


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


class Client:
    def __init__(self, base, token=None):
        self.address = urllib.parse.urlsplit(base)
        self.token = token

    def ask(self, method, path, body=None, headers=None, token=True, media="application/json"):
        """`body`: bytes, or what becomes JSON. `token`: True for the own one, None for none, or another one."""
        sent = dict(headers or {})
        token = self.token if token is True else token
        if token:
            sent.setdefault("Authorization", f"Bearer {token}")
        if body is not None:
            sent.setdefault("Content-Type", media)
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=LIMIT)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            media_type = answer.headers.get_content_type()
            text = b"" if media_type == "text/event-stream" else answer.read()
            return Answer(answer.status, answer.headers, text)
        finally:
            connection.close()

    def raw(self, text):
        """Sends the bytes and reads until the server closes or has answered once."""
        with socket.create_connection((self.address.hostname, self.address.port), timeout=LIMIT) as stream:
            stream.sendall(text)
            answer = http.client.HTTPResponse(stream)
            answer.begin()
            return Answer(answer.status, answer.headers, answer.read())
