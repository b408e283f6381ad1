"""Ten thousand connections at once, held and answered, from a second process; and swarms that fail.

Where the system does not allow so many descriptors the test is skipped, with the limit to raise.
Not here: how fast it is. Kept true: a wrong or missing answer never ends with 0. Internal to
tests/echo/. """

import resource
import socket
import subprocess
import threading

from echo_server import BIN, GREETING, PATIENCE, Server, check, passed, receive, skip

MANY = 10_000


def swarm(port, *arguments, before=None):
    return subprocess.run([BIN / "echo-swarm", str(port), *arguments], capture_output=True,
                          text=True, preexec_fn=before, timeout=2 * PATIENCE, check=False)


def allow(descriptors):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))


def soft_limit_of_1024():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))


def ten_thousand_are_held_and_answered():
    # Both start with the usual soft limit, so both must raise it themselves.
    with Server("0", before=soft_limit_of_1024) as server:
        done = swarm(server.port, before=soft_limit_of_1024)
        check(done.returncode == 0 and done.stdout.startswith(
            f"{MANY} held at once, {MANY} answered, 0 wrong, 0 lost, "), "ten thousand", done)
        server.wait_for("closed", times=MANY)
        check(server.interrupt() == "Exiting...\n", "and the server goes on until Ctrl-C")


def all_at_the_same_moment():
    with Server() as server:
        done = swarm(server.port, "--connections", "1000", "--at-once", "1000",
                     "--rounds", "3", "--message", "one line\n")
        check(done.returncode == 0 and "1000 held at once, 3000 answered" in done.stdout,
              "three thousand answers", done)


def a_low_limit_is_told():
    done = swarm(1, before=allow(500))
    check(done.returncode == 1 and "10100" in done.stderr and "500" in done.stderr
          and "ulimit" in done.stderr and "limits.conf" in done.stderr, "the swarm's limit", done)
    with Server("0", before=allow(500)) as server:
        check("fewer than 10000 clients" in server.log[0] and "ulimit" in server.log[0],
              "the server's limit", *server.log)
        with server.connect() as client:
            client.sendall(b"hello")
            check(receive(client, 10) == b"Got: hello", "but it serves those that fit")


def a_full_server_says_why():
    with Server("0", before=allow(20)) as server:
        crowd = []
        while server.process.poll() is None:
            try:
                crowd.append(socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE))
            except OSError:
                break
        check(server.process.wait(PATIENCE) == 1, "it ends with 1", *server.log)
        server.wait_for("no descriptor is left for another client")
        check("ulimit -n" in server.log[-1], "what to raise", *server.log)
        for each in crowd:
            each.close()


def nobody_there():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        done = swarm(unused.getsockname()[1], "--connections", "3")
        check(done.returncode == 1 and "0 held at once, 0 answered, 0 wrong, 3 lost" in done.stdout
              and "refused" in done.stderr, "a port without a server", done)


def liar(listening, answers):
    """Greets three clients and answers each with one of `answers`."""
    clients = []
    for _ in answers:
        client, _ = listening.accept()
        client.sendall(GREETING)
        clients.append(client)
    for client, answer in zip(clients, answers):
        client.recv(100)
        client.sendall(answer)
        client.close()


def a_wrong_answer_is_counted():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        answers = [b"Got: hello", b"Got: hallo", b"Got"]
        lies = threading.Thread(target=liar, args=(listening, answers))
        lies.start()
        done = swarm(listening.getsockname()[1], "--connections", "3")
        lies.join(PATIENCE)
        check(done.returncode == 1 and "3 held at once, 1 answered, 2 wrong, 0 lost" in done.stdout,
              "one wrong byte, and one answer cut short", done)


def wrong_commands():
    for wrong in (["0"], ["x"], ["1", "--connections", "0"], ["1", "--message", ""]):
        check(swarm(*wrong).returncode == 2, f"{wrong} is refused")


if __name__ == "__main__":
    others = (all_at_the_same_moment, a_low_limit_is_told, a_full_server_says_why, nobody_there,
              a_wrong_answer_is_counted, wrong_commands)
    passed(*others)
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if allowed < MANY + 100:
        skip(f"{MANY} connections need {MANY + 100} descriptors; the hard limit is {allowed}")
    passed(ten_thousand_are_held_and_answered)
