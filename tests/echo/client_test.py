"""The echo server with Python's sockets: any bytes, long messages, half-closed and reset
connections.

Not here: netcat (netcat_test.py), thousands at once (swarm_test.py). Kept true: whatever one client
does, the next one is greeted. Internal to tests/echo/.
"""

import re
import socket
import struct

from echo_server import Server, check, passed, receive


def ask(client, data):
    client.sendall(data)
    answer = receive(client, len(data) + len(b"Got: "))
    check(answer == b"Got: " + data, f"{data!r} comes back after 'Got: ', not {answer!r}")


def reset(client):
    """Closes so that the other side gets a reset instead of a farewell."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def the_log_is_the_ancestors():
    with Server() as server:
        with server.connect() as client:
            name = "127.0.0.1:%d" % client.getsockname()[1]
            ask(client, b"hello\tyou\n")
        server.wait_for("closed")
        date = re.compile(r"^\[INFO\] \d\d/\d\d/\d{4} \d\d:\d\d:\d\d ")
        told = [date.sub("", line) for line in server.log]
        check(told == [f"Echo server serving asynchronously at 0.0.0.0:{server.port}",
                       f"{name} connected",
                       f"Got: 'hello\\tyou\\n' from {name}",
                       f"Echoed back 'hello\\tyou\\n' to {name}",
                       f"Connection from {name} closed"], "the five lines of a visit", *server.log)


def any_bytes_come_back():
    with Server() as server:
        with server.connect() as client:
            for data in (b"\0", bytes(range(256)), "žluťoučký kůň\n".encode(), b"'{}%s\\'",
                         b"x" * 1000):
                ask(client, data)
        server.wait_for("closed")
        whole = "\n".join(server.log)
        check(all(32 <= ord(each) < 127 or each == "\n" for each in whole), "the log is printable")


def a_long_message_is_answered_in_pieces():
    with Server() as server:
        with server.connect() as client:
            sent = bytes(range(65, 91)) * 4000
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            answer = receive(client, 10 * len(sent))
            check(answer.replace(b"Got: ", b"") == sent, "every byte comes back, in order")
            check(answer.count(b"Got: ") >= len(sent) / 1000, "at most 1000 bytes at a time")


def a_client_that_only_listens_is_let_go():
    with Server() as server:
        with server.connect() as client:
            client.shutdown(socket.SHUT_WR)
            check(receive(client, 1) == b"", "the server closes too")
        server.wait_for("closed")


def a_reset_harms_nobody_else():
    with Server() as server:
        with server.connect() as steady:
            for _ in range(5):
                rude = server.connect()
                rude.sendall(b"bye\n")
                server.wait_for("Got: 'bye\\n'")
                reset(rude)
                server.wait_for("Lost 127.0.0.1:")
                server.wait_for("closed")
                ask(steady, b"still here\n")
        # Some that reset while the server may still be greeting them.
        for _ in range(20):
            reset(socket.create_connection(("127.0.0.1", server.port)))
        with server.connect() as last:
            ask(last, b"and you?\n")
        check(server.interrupt() == "Exiting...\n", "the server has survived")


if __name__ == "__main__":
    passed(the_log_is_the_ancestors, any_bytes_come_back, a_long_message_is_answered_in_pieces,
           a_client_that_only_listens_is_let_go, a_reset_harms_nobody_else)
