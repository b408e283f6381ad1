"""Our TLS server with real clients: Python's ssl, openssl s_client, curl, and some that are none.

Not here: our client (get_test.py). Kept true: whatever one client does, the next one is served.
Internal to tests/tls/.
"""

import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile

from programs import BIN, PATIENCE, check, echo_server, passed


def trusting(made, authority="ca"):
    return ssl.create_default_context(cafile=made.pem(authority))


def connect(server, context):
    plain = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
    return context.wrap_socket(plain, server_hostname="good.example")


def echo(client, data):
    client.sendall(data)
    got = b""
    while len(got) < len(data):
        part = client.recv(65536)
        check(part, "the echo does not end early")
        got += part
    check(got == data, "the echo is what was sent")


def python_says_hello(made):
    with echo_server(made) as server:
        for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
                              (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
            context = trusting(made)
            context.minimum_version = context.maximum_version = version
            client = connect(server, context)
            check(client.version() == name, f"{name}, not {client.version()}")
            echo(client, b"hello")
            echo(client, bytes(range(256)) * 300)  # what fits into the buffers of two sockets
            client.unwrap().close()  # Python throws when our goodbye does not come
            server.wait_for(f"speaks {name}")
            server.wait_for("ended well")
        server.interrupt()


def python_chooses_a_protocol(made):
    with echo_server(made, "--protocols", "h2,http/1.1") as server:
        context = trusting(made)
        context.set_alpn_protocols(["http/1.1", "h2"])
        client = connect(server, context)
        check(client.selected_alpn_protocol() == "h2", "the server's first is taken")
        client.unwrap().close()
        server.wait_for("protocol 'h2'")
        context.set_alpn_protocols(["chess"])
        try:
            connect(server, context)
            check(False, "a client with other protocols is refused")
        except ssl.SSLError as failure:
            check("application protocol" in str(failure), "the alert says why", failure)
        server.wait_for("lost: .*no application protocol in common")


def python_shows_a_certificate(made):
    with echo_server(made, "--clients", made.pem("ca")) as server:
        context = trusting(made)
        context.load_cert_chain(made.pem("client"), made.key("client"))
        client = connect(server, context)
        echo(client, b"it is me")
        client.unwrap().close()
        server.wait_for("subject 'CN=client'")
        stranger = connect(server, trusting(made))
        try:
            stranger.sendall(b"it is not me")
            check(stranger.recv(100) == b"", "a stranger gets nothing")
        except (ssl.SSLError, ConnectionError):
            pass
        server.wait_for("lost: .*shows no certificate")


def bad_clients_keep_nobody_from_being_served(made):
    with echo_server(made) as server:
        good = connect(server, trusting(made))
        for rude, said in ((b"GET / HTTP/1.1\r\n\r\n", "does not speak TLS .it began with 'GET /"),
                           (b"\x16\x03\x01\x00\x05hello", "lost: "), (b"", "half-way"),
                           (b"\x16\x03\x01\x02", "half-way")):
            with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as plain:
                plain.sendall(rude)
                plain.shutdown(socket.SHUT_WR)
                server.wait_for(said)
                while plain.recv(1000):
                    pass
        try:
            connect(server, trusting(made, "other-ca"))
            check(False, "the certificate is not accepted")
        except ssl.SSLCertVerificationError:
            pass
        server.wait_for("lost: .*unknown CA.*does not trust the authority of our certificate")
        rough = connect(server, trusting(made))
        echo(rough, b"and gone")
        rough.close()  # Python says no goodbye here
        server.wait_for("lost: .*(without a TLS goodbye|reset)")
        echo(good, b"still here")
        good.unwrap().close()


def openssl_talks(made):
    with echo_server(made) as server:
        for version in ("-tls1_2", "-tls1_3"):
            # K and k ask for new keys on both sides and on one, which only TLS 1.3 has.
            # Each line must be read alone to be a command, so the echo is waited for.
            lines = [b"first\n", b"K\n", b"second\n", b"k\n", b"third\n"]
            if version == "-tls1_2":
                lines = [lines[0], lines[4]]
            client = subprocess.Popen(
                ["stdbuf", "-oL", "openssl", "s_client", version,
                 "-connect", f"127.0.0.1:{server.port}", "-CAfile", made.pem("ca"),
                 "-verify_return_error", "-servername", "good.example",
                 "-verify_hostname", "good.example"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            seen = b""
            for line in lines:
                client.stdin.write(line)
                client.stdin.flush()
                shown = b"KEYUPDATE\n" if line in (b"K\n", b"k\n") else line
                already = seen.count(shown)
                while seen.count(shown) == already:
                    got = client.stdout.readline()
                    check(got, "openssl shows the echo of " + line.decode(), seen.decode())
                    seen += got
            client.stdin.write(b"Q\n")
            client.stdin.close()
            seen += client.stdout.read()
            check(client.wait(PATIENCE) == 0, "openssl ends well", seen.decode())
            check(b"Verification: OK" in seen, "openssl accepts the certificate", seen.decode())
            server.wait_for("speaks")
            server.wait_for("ended well")


def curl_gets(made):
    with echo_server(made, "--http", "--protocols", "http/1.1") as server:
        def curl(*options, scheme="https"):
            return subprocess.run(
                ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", str(PATIENCE),
                 "--resolve", f"good.example:{server.port}:127.0.0.1", *options,
                 f"{scheme}://good.example:{server.port}/from-curl"],
                capture_output=True, text=True, check=False)
        got = curl("--cacert", made.pem("ca"))
        check(got.stdout == "You asked: GET /from-curl HTTP/1.1\n", "the page", got)
        server.wait_for("protocol 'http/1.1'")
        server.wait_for("ended well")
        check(curl("--cacert", made.pem("other-ca")).returncode == 60, "curl does not trust us")
        server.wait_for("lost: ")
        check(curl(scheme="http").returncode != 0, "plain HTTP gets nothing")
        server.wait_for("does not speak TLS")


def the_trace_of_it_is_sound(made):
    with tempfile.TemporaryDirectory() as folder:
        trace = pathlib.Path(folder, "tls.jsonl")
        with echo_server(made, trace=trace) as server:
            client = connect(server, trusting(made))
            echo(client, b"traced secret")
            client.unwrap().close()
            server.wait_for("ended well")
            server.interrupt()
        told = subprocess.run([BIN / "giambio-trace", "text", trace], capture_output=True,
                              text=True, timeout=PATIENCE, check=False)
        check(told.returncode == 0, "giambio-trace reads it", told.stderr)
        check("completes the handshake of tls" in told.stdout, "it tells of the handshake",
              told.stdout[-3000:])
        check("traced secret" not in trace.read_text(), "it holds no word of what was said")


if __name__ == "__main__":
    passed(python_says_hello, python_chooses_a_protocol, python_shows_a_certificate,
           bad_clients_keep_nobody_from_being_served, the_trace_of_it_is_sound)
    for tool, test in (("openssl", openssl_talks), ("curl", curl_gets)):
        if shutil.which(tool):
            passed(test)
        else:
            print("left out, there is no", tool, file=sys.stderr)
