"""Our TLS client with real servers: openssl s_server, Python's ssl, and our own.

The client is tls-get, the HTTPS request of the ancestor's TLS test. Not here: our server with other
clients (server_test.py). Kept true: each failure is one sentence that says what to do. Internal to
tests/tls/.
"""

import shutil
import socket
import ssl
import threading

from programs import PATIENCE, Program, check, echo_server, get, passed


def refused(made, port, *parts, **how):
    code, out, err = get(made, port, **how)
    check(code == 1 and out == "", "it is refused", code, out, err)
    for part in parts:
        check(part in err, f"'{part}' is said", err)


def our_own_server(made):
    with echo_server(made, "--http", "--protocols", "http/1.1") as server:
        code, out, err = get(made, server.port, "--protocols", "http/1.1")
        check(code == 0, "it ends well", err)
        check(out.endswith("\r\n\r\nYou asked: GET /page HTTP/1.0\n"), "the page", out)
        check("TLSv1.3" in err and "protocol 'http/1.1' subject 'CN=good'" in err, "details", err)
        server.wait_for("ended well")
        refused(made, server.port, "is signed by nobody", authorities="other-ca")
        refused(made, server.port, "not for the host 'other.example'", host="other.example")
        refused(made, server.port, "is signed by nobody", authorities=None)
        code, out, err = get(made, server.port, "--insecure", authorities=None)
        check(code == 0 and "You asked" in out, "unchecked it goes through", err)
        server.interrupt()


def certificates_that_are_wrong(made):
    for name, said in (("expired", "(CN=expired) expired on "), ("early", "valid only from"),
                       ("self", "has signed itself"), ("wrong", "not for the host")):
        with echo_server(made, name=name) as server:
            refused(made, server.port, said)
            server.wait_for("lost: .*alert")


def openssl_serves(made):
    for version in ("-tls1_2", "-tls1_3"):
        command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-www", version,
                   "-cert", made.pem("good"), "-key", made.key("good"), "-naccept", "2"]
        with Program(command, r"ACCEPT .*:(\d+)$") as server:
            code, out, err = get(made, server.port)
            check(code == 0 and "HTTP/1.0 200 ok" in out, "openssl's page of its state", out, err)
            refused(made, server.port, "is signed by nobody", authorities="other-ca")


class Thread:
    """A server for one connection in a thread; `serve` gets its socket."""

    def __init__(self, serve):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._run, args=(serve,), daemon=True)
        self.thread.start()

    def _run(self, serve):
        connection, _ = self.listener.accept()
        connection.settimeout(PATIENCE)
        with connection:
            try:
                serve(connection)
            except (ssl.SSLError, ConnectionError):
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.thread.join(PATIENCE)
        self.listener.close()


def serving(made, name="good"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.pem(name), made.key(name))
    return context


def python_serves(made):
    page = b"HTTP/1.0 200 OK\r\n\r\n" + b"a long page\n" * 20_000

    def serve(connection):
        with serving(made).wrap_socket(connection, server_side=True) as client:
            client.recv(1000)
            client.sendall(page)
            client.unwrap()

    with Thread(serve) as server:
        code, out, err = get(made, server.port)
        check(code == 0, "it ends well", err)
        check(out.encode() == page, "the whole page")


def python_cuts_the_page(made):
    def serve(connection):
        with serving(made).wrap_socket(connection, server_side=True) as client:
            client.recv(1000)
            client.sendall(b"HTTP/1.0 200 OK\r\n\r\nhalf")

    with Thread(serve) as server:
        refused(made, server.port, "without a TLS goodbye", "allow_truncation")


def servers_that_are_none(made):
    for greeting, said in ((b"220 mail.example ESMTP\r\n", "it began with '220 mail"),
                           (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS"),
                           (b"", "closed the connection half-way"),
                           (b"\x16\x03\x03\x00\x10", "closed the connection half-way")):
        def serve(connection, words=greeting):
            connection.recv(10_000)
            connection.sendall(words)

        with Thread(serve) as server:
            refused(made, server.port, said)


if __name__ == "__main__":
    passed(our_own_server, certificates_that_are_wrong, python_serves, python_cuts_the_page,
           servers_that_are_none)
    if shutil.which("openssl"):
        passed(openssl_serves)
    else:
        print("left out, there is no openssl")
