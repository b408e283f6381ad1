"""The echo server's command line, Ctrl-C, and the simulated run.

Not here: what it answers (client_test.py). Kept true: a wrong port ends with 2, a busy one with 1,
and the sentence says what to do. Internal to tests/echo/.
"""

import pathlib
import signal
import subprocess
import tempfile

from echo_server import BIN, PATIENCE, Server, check, passed, receive


def run(*arguments, trace=None):
    settings = {"GIAMBIO_TRACE": str(trace)} if trace else {}
    return subprocess.run([BIN / "echo-server", *arguments], capture_output=True, text=True,
                          env=settings, timeout=PATIENCE, check=False)


def wrong_ports_are_refused():
    for wrong in ("70000", "-1", "http", "", "25000x"):
        done = run("--", wrong)
        check(done.returncode == 2 and "port" in done.stderr, f"port '{wrong}'", done)
    check(run("--tls").returncode == 2, "an option that does not exist")
    check(run("--seed", "1").returncode == 2, "a seed without --simulated")
    done = run("--help")
    check(done.returncode == 0 and "25000" in done.stdout, "--help tells the usual port", done)
    check("--simulated" in done.stdout, "and the other options", done)


def a_busy_port_is_named():
    with Server() as server:
        done = run(str(server.port))
        check(done.returncode == 1 and f"port {server.port} is in use" in done.stderr
              and f"echo-server {server.port + 1}" in done.stderr, "a busy port", done)
        check(done.stdout == "", "nothing on standard output", done)


def a_port_is_free_again_at_once():
    with Server() as server:
        port = server.port
        with server.connect():
            check(server.interrupt() == "Exiting...\n", "the first one ends with a client there")
    with Server(str(port)) as second:
        check(second.port == port, "the second one listens on the same port")


def interrupted_with_clients():
    with Server() as server:
        clients = [server.connect() for _ in range(5)]
        check(server.interrupt() == "Exiting...\n", "standard output is the last word alone")
        for each in clients:
            check(receive(each, 1) == b"", "each client's connection is closed")
            each.close()
        check(all(line.startswith("[INFO] ") for line in server.log), "the log", *server.log)


def interrupted_at_once():
    with Server() as server:
        check(server.interrupt() == "Exiting...\n", "with nobody there")


def killed_means_killed():
    with Server() as server:
        server.process.send_signal(signal.SIGTERM)
        check(server.process.wait(PATIENCE) == -signal.SIGTERM, "SIGTERM is not caught")


def the_simulated_run_is_always_the_same():
    with tempfile.TemporaryDirectory() as made:
        one, two, other = (pathlib.Path(made) / name for name in ("one", "two", "other"))
        runs = [run("--simulated", "--seed", seed, trace=trace)
                for seed, trace in (("7", one), ("7", two), ("8", other))]
        for done in runs:
            check(done.returncode == 0 and done.stdout == "", "it ends by itself", done)
            check(done.stderr.count(" closed") == 3, "after three visits", done)
        check(runs[0].stderr == runs[1].stderr, "the same log")
        check(one.read_bytes() == two.read_bytes(), "the same trace, to the byte")
        check(b'"seed":7' in one.read_bytes() and b'"seed":8' in other.read_bytes(), "the seed")


if __name__ == "__main__":
    passed(wrong_ports_are_refused, a_busy_port_is_named, a_port_is_free_again_at_once,
           interrupted_with_clients, interrupted_at_once, killed_means_killed,
           the_simulated_run_is_always_the_same)
