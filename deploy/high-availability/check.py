#!/usr/bin/env python3
"""Holds the high availability set-up to what it promises.

    deploy/high-availability/check.py [SERVER]

Runs all of it on the loopback address (see `run`), with about a hundred requests a second going through nginx.
Meanwhile the primary is moved, a standby and then the primary are killed and brought back, the copies of the server
are replaced one by one, and keys are revoked all the time. Then:

- a key whose revocation was answered with 200 was let in by no copy, not once;
- every request that was answered has its row in the request log, with that answer;
- soon after there is a primary that takes writes, requests succeed again, and soon after that all of them do.

SERVER is the program augno-api-keys; without it, AUGNO_SERVER_BIN says which. Takes less than four minutes. Exit
code 0: all checks passed; 1: some did not; 3: Debian packages are missing. Needs Python's standard library alone.
"""

import base64
import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

# Seconds, from when a primary takes writes: until the first request succeeds, and until nearly all do.
LONGEST_FIRST_ANSWER = 3.0
LONGEST_FULL_RATE = 3.0
# The part of the requests that succeeded before, from which on it is full again.
FULL_RATE = 0.95

# Requests a second, and how many threads share them: each may wait for an answer without slowing the others.
RATE = 100
LOAD_THREADS = 25
# A key is revoked so often, in seconds.
REVOKE_EVERY = 0.3
# Enough for as long as it may take.
KEYS_TO_REVOKE = 500
# With fewer revocations answered the check would say little.
FEWEST_REVOCATIONS = 50

# Longest waits, in seconds. What takes longer has failed.
START_UP = 90
REQUEST = 10
SWITCHOVER = 30
FAILOVER = 45
RECOVERY = 15
NODE_BACK = 30
COPY_BACK = 15
# The whole run, without stopping everything, which takes some ten seconds.
WHOLE_RUN = 220

HERE = Path(__file__).resolve().parent
NODES = ["node1", "node2", "node3"]
COPIES = ["copy1", "copy2", "copy3"]
ADMIN = {"account": "Check", "email": "admin@check.example", "password": "correct-horse-battery"}
WHOAMI = "/v1/auth/whoami"
KEYS = "/v1/auth/api-keys"

# Patroni calls it differently from version to version.
PRIMARY = {"master", "primary"}

# What the proxy says, or the server, while something is away. It claims nothing.
AWAY = {None, 502, 503, 504}
# Answers that the server promises a row for.
LOGGED = {200, 201, 401, 403, 404}


# The exit code of `run` that says so, and ours.
PACKAGES_MISSING = 3


class Failed(Exception):
    """The check cannot go on."""


class PackagesMissing(Exception):
    """Nor can it begin. Says which."""


@dataclass
class Answer:
    """What became of a request. Without a status there was no answer."""

    begun: float
    ended: float
    status: int | None
    request_id: str | None
    body: bytes = field(repr=False)
    headers: list = field(repr=False)

    def json(self):
        return json.loads(self.body)


class Client:
    """One connection to one address, opened anew after trouble. For one thread."""

    # Of every request to the API, whoever made it: `(id, status)`.
    answered = []

    def __init__(self, url, timeout=REQUEST):
        self.address = urllib.parse.urlsplit(url).netloc
        self.timeout = timeout
        self.connection = None

    def ask(self, method, path, secret=None, body=None, headers=()):
        headers = dict(headers)
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        if isinstance(body, dict) and "Content-Type" not in headers:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        begun = time.monotonic()
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.address, timeout=self.timeout)
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return Answer(begun, time.monotonic(), None, None, b"", [])
        request_id = answer.getheader("X-Request-Id")
        if request_id and path.startswith("/v1/"):
            self.answered.append((request_id, answer.status))
        return Answer(begun, time.monotonic(), answer.status, request_id, content, answer.getheaders())

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def ask_once(url, method, path, timeout=REQUEST, **rest):
    """Over a connection of its own: one that is left over from a copy that was replaced tells nothing."""
    client = Client(url, timeout)
    try:
        return client.ask(method, path, **rest)
    finally:
        client.close()


def wait_until(what, longest, condition):
    """What the condition gives, once that is true."""
    end = time.monotonic() + longest
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise Failed(f"{what}: not within {longest} seconds")
        time.sleep(0.05)


class Setup:
    """Everything that `run` starts."""

    def __init__(self, folder, server):
        self.folder = Path(folder)
        self.output = open(self.folder.with_suffix(".output"), "w+")
        command = [str(HERE / "run"), str(folder)] + ([server] if server else [])
        # In a group of its own: Ctrl-C reaches this program, which stops it.
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT, start_new_session=True
        )
        self.places = {}

    def wait(self):
        wait_until("the set-up runs", START_UP, lambda: "\nReady: " in self.said() or self.process.poll() is not None)
        if self.process.poll() == PACKAGES_MISSING:
            raise PackagesMissing(self.said())
        if self.process.poll() is not None:
            raise Failed(f"`run` ended:\n{self.said()}")
        lines = (self.folder / "places").read_text().splitlines()
        self.places = dict(line.split("=", 1) for line in lines)

    def said(self):
        return Path(self.output.name).read_text()

    @property
    def nginx(self):
        return self.places["nginx"]

    @property
    def setup_token(self):
        return re.search(r"/setup\?token=(\w+)", self.said()).group(1)

    def control(self, command, name):
        said_before = len(self.said())
        with open(self.folder / "control", "w") as control:
            control.write(f"{command} {name}\n")
        wait_until(f"{command} {name}", REQUEST * 3, lambda: f"{name}: " in self.said()[said_before:])

    def nodes(self):
        """The primary, the standby that its commits wait for, and the other one, as the primary's PostgreSQL sees
        them; None unless all three are there."""
        for node in NODES:
            answer = ask_once(self.places[node], "GET", "/patroni", timeout=2)
            if answer.status != 200 or answer.json()["role"] not in PRIMARY:
                continue
            followers = [each for each in answer.json().get("replication", []) if each["state"] == "streaming"]
            standbys = {each["sync_state"]: each["application_name"] for each in followers}
            if standbys.keys() == {"sync", "async"}:
                return node, standbys["sync"], standbys["async"]
        return None

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                return False
        return not self.left_over()

    def left_over(self):
        """Processes that work in the folder."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                where = os.readlink(process / "cwd")
            except OSError:
                continue
            if Path(where).is_relative_to(self.folder):
                found.append(process.name)
        return found


class Repeated(threading.Thread):
    """Does something again and again until it is told to stop."""

    def __init__(self, interval, first=0.0):
        super().__init__(daemon=True)
        self.interval, self.first = interval, first
        self.stopping = threading.Event()

    def run(self):
        due = time.monotonic() + self.first
        while not self.stopping.wait(max(0.0, due - time.monotonic())):
            self.step()
            # What could not be done in time is left out, so that there is no rush after a wait.
            due = max(due + self.interval, time.monotonic())

    def stop(self):
        self.stopping.set()


class Primary(Repeated):
    """Watches which node takes writes."""

    def __init__(self, setup):
        super().__init__(0.1)
        self.nodes = {node: Client(setup.places[node], timeout=1) for node in NODES}
        # When which node was first seen to take writes after it had not.
        self.seen = []
        self.now = None

    def step(self):
        writable = [node for node, client in self.nodes.items() if self.takes_writes(client)]
        # For a moment two may say so: the later one has the lock.
        now = next((node for node in writable if node != self.now), self.now if writable else None)
        if now and now != self.now:
            self.seen.append((time.monotonic(), now))
        self.now = now

    @staticmethod
    def takes_writes(client):
        answer = client.ask("GET", "/primary")
        if answer.status != 200:
            return False
        told = answer.json()
        return told["state"] == "running" and told["role"] in PRIMARY

    def after(self, moment):
        """When the first one after that moment was seen."""
        return next((at for at, _ in self.seen if at > moment), None)


class Load:
    """A steady stream of requests with good keys through nginx."""

    def __init__(self, nginx, secrets):
        self.answers = []
        interval = LOAD_THREADS / RATE
        self.threads = []
        for number in range(LOAD_THREADS):
            thread = Repeated(interval, first=number / RATE)
            client = Client(nginx)
            secret = secrets[number % len(secrets)]
            thread.step = lambda client=client, secret=secret: self.answers.append(
                client.ask("GET", WHOAMI, secret=secret)
            )
            self.threads.append(thread)

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        for thread in self.threads:
            thread.stop()
        for thread in self.threads:
            thread.join(REQUEST + 1)

    def successes(self, since, until=float("inf")):
        ended = [answer.ended for answer in list(self.answers) if answer.status == 200]
        return sorted(moment for moment in ended if since <= moment < until)

    def failures(self, since, until=float("inf")):
        return [a for a in list(self.answers) if a.status != 200 and since <= a.ended < until]

    def rate(self, since, until):
        return len(self.successes(since, until)) / (until - since)

    def full_rate_after(self, moment, usual):
        """From when on, for a second, nearly as many requests as usual succeeded."""
        successes = self.successes(moment)
        enough = FULL_RATE * usual
        last = time.monotonic() - 1
        # It can only begin with a success, or at the moment itself.
        for begin in [moment, *successes]:
            if begin > last:
                return None
            if sum(begin <= success < begin + 1 for success in successes) >= enough:
                return begin
        return None


class Revocations:
    """Revokes one key after another, and asks every copy whether it knows."""

    def __init__(self, setup, admin, keys):
        self.setup, self.admin = setup, admin
        self.waiting = list(reversed(keys))
        self.copies = [setup.places[copy] for copy in COPIES]
        # Keys whose revocation was answered with 200.
        self.revoked = []
        # Keys whose revocation was answered otherwise: `(id, secret, status)`.
        self.unsure = []
        self.refused = 0
        self.wrong = []
        self.pool = ThreadPoolExecutor(48)
        self.ticks = Repeated(REVOKE_EVERY)
        self.ticks.step = self.next
        self.watch = Repeated(0.05)
        self.watch.step = self.look_again

    def start(self):
        self.ticks.start()
        self.watch.start()

    def next(self):
        if self.waiting:
            self.pool.submit(self.revoke, *self.waiting.pop())

    def revoke(self, key, secret):
        # What a copy has in its memory is what it could go by too long.
        for copy in self.copies:
            if ask_once(copy, "GET", WHOAMI, timeout=1, secret=secret).status != 200:
                break
        answer = ask_once(self.setup.nginx, "DELETE", f"{KEYS}/{key}", secret=self.admin)
        if answer.status == 200:
            for url in [*self.copies, self.setup.nginx]:
                self.must_refuse(url, key, secret)
            self.revoked.append((key, secret))
        else:
            self.unsure.append((key, secret, answer.status))
            if answer.status not in AWAY:
                self.wrong.append(f"revoking {key} was answered with {answer.status}")

    def must_refuse(self, url, key, secret):
        answer = ask_once(url, "GET", WHOAMI, timeout=5, secret=secret)
        if answer.status == 401:
            self.refused += 1
        elif answer.status not in AWAY:
            self.wrong.append(f"{url} answered {answer.status} to the revoked key {key}")
        return answer.status

    def look_again(self):
        if self.revoked:
            self.must_refuse(random.choice(self.copies), *random.choice(self.revoked))

    def stop(self):
        self.ticks.stop()
        self.ticks.join(REQUEST)
        self.pool.shutdown(wait=True)
        self.watch.stop()
        self.watch.join(REQUEST)


def post_form(url, origin, path, fields, cookie=None):
    headers = {"Origin": origin, "Content-Type": "application/x-www-form-urlencoded"}
    if cookie:
        headers["Cookie"] = cookie
    return ask_once(url, "POST", path, body=urllib.parse.urlencode(fields), headers=headers)


def make_admin_key(setup):
    """Makes the first account as a person does, and a key with the role Admin. Its secret."""
    nginx = setup.nginx
    answer = post_form(nginx, nginx, "/setup", {"token": setup.setup_token, **ADMIN})
    if answer.status != 303:
        raise Failed(f"/setup was answered with {answer.status}")
    cookies = [value.split(";")[0] for name, value in answer.headers if name.lower() == "set-cookie"]
    cookie = "; ".join(cookies)
    path = "/settings/api-keys/new"
    page = ask_once(nginx, "GET", path, headers={"Cookie": cookie}).body.decode()
    fields = {
        "name": "Check",
        "role_id": re.search(r'value="(rl_\w+)"[^>]*>Admin', page).group(1),
        "expiration": "none",
        "token": re.search(r'name="token" value="([^"]+)"', page).group(1),
    }
    shown = post_form(nginx, nginx, path, fields, cookie).body.decode()
    return re.search(r"aug_sk_prod_\w{73}", shown).group(0)


def make_viewer_keys(setup, admin, number):
    """Keys with the role Viewer: `(id, secret)`."""
    roles = ask_once(setup.nginx, "GET", "/v1/identity/roles", secret=admin).json()["data"]
    role = next(role["id"] for role in roles if role["name"] == "Viewer")

    def make(which):
        body = {"role_id": role, "name": f"Viewer {which}"}
        answer = ask_once(setup.nginx, "POST", KEYS, secret=admin, body=body)
        if answer.status != 201:
            raise Failed(f"making a key was answered with {answer.status}")
        made = answer.json()
        return made["api_key_info"]["id"], made["api_key_secret"]

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(make, range(number)))


def uuid_of(request_id):
    """The UUID in `rq_` and 26 characters of Crockford's base32, which has no i, l, o and u."""
    ours, theirs = "0123456789abcdefghjkmnpqrstvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    text = request_id.removeprefix("rq_").translate(str.maketrans(ours, theirs))
    # 26 characters hold two bits more than a UUID, in front; 32 are whole bytes.
    return str(uuid.UUID(bytes=base64.b32decode("A" * 6 + text)[-16:]))


def logged_requests(setup):
    """The rows of the request log on the primary: each id with its status."""
    query = "select id, status_code from request_log"
    command = ["psql", "--no-psqlrc", "-At", "-F", " ", "-c", query, setup.places["database"]]
    rows = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    return {id: int(status) for id, status in (row.split() for row in rows.splitlines())}


class Report:
    """What was seen, and whether it is as it must be."""

    def __init__(self):
        self.rows = []
        self.passed = 0
        self.failures = []

    def check(self, holds, sentence):
        if holds:
            self.passed += 1
        else:
            self.failures.append(sentence)
        print(f"{'ok    ' if holds else 'FAILED'} {sentence}", flush=True)

    def table(self):
        head = ["event", "primary after", "first answer", "full rate", "failed", "longest gap"]
        widths = [max(len(row[at]) for row in [head, *self.rows]) for at in range(len(head))]
        for row in [head, *self.rows]:
            cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
            print("  ".join(cells))


def seconds(value):
    return "none" if value is None else f"{value:.2f} s"


class Trial:
    def __init__(self, setup, report):
        self.setup, self.report = setup, report
        admin = make_admin_key(setup)
        keys = make_viewer_keys(setup, admin, KEYS_TO_REVOKE + 10)
        self.admin = admin
        self.primary = Primary(setup)
        self.load = Load(setup.nginx, [secret for _, secret in keys[:10]])
        self.revocations = Revocations(setup, admin, keys[10:])
        self.usual = 0.0

    def begin(self):
        self.primary.start()
        self.load.start()
        self.revocations.start()
        # The first second warms up.
        time.sleep(6)
        now = time.monotonic()
        self.usual = self.load.rate(now - 5, now)
        is_usual = self.usual > RATE * 0.9
        self.report.check(is_usual, f"{self.usual:.0f} of {RATE} requests a second succeed before anything happens")

    def recover(self, name, begun, writable):
        """Measures an event, from when a primary took writes."""
        end = writable + RECOVERY
        first = full = None
        while time.monotonic() < end and full is None:
            time.sleep(0.2)
            first = first or next(iter(self.load.successes(writable)), None)
            full = self.load.full_rate_after(writable, self.usual)
        # What hangs is seen only when it ends.
        time.sleep(1)
        ended = time.monotonic()
        first = first and first - writable
        full = full and full - writable
        moments = [begun, *self.load.successes(begun, ended), ended]
        gap = max(later - earlier for earlier, later in zip(moments, moments[1:]))
        failures = len(self.load.failures(begun, ended))
        primary_after = "it stayed" if writable == begun else seconds(writable - begun)
        self.report.rows.append([name, primary_after, seconds(first), seconds(full), str(failures), seconds(gap)])
        is_soon = first is not None and first <= LONGEST_FIRST_ANSWER
        self.report.check(is_soon, f"{name}: first answer after {seconds(first)} (at most {LONGEST_FIRST_ANSWER} s)")
        is_full = full is not None and full <= LONGEST_FULL_RATE
        self.report.check(is_full, f"{name}: full rate after {seconds(full)} (at most {LONGEST_FULL_RATE} s)")

    def nodes(self):
        return wait_until("three nodes that run", NODE_BACK, self.setup.nodes)

    def switchover(self):
        leader, standby, _ = self.nodes()
        credentials = base64.b64encode(self.setup.places["patroni"].encode()).decode()
        begun = time.monotonic()
        answer = ask_once(
            self.setup.places[leader],
            "POST",
            "/switchover",
            timeout=SWITCHOVER,
            body={"leader": leader, "candidate": standby},
            headers={"Authorization": f"Basic {credentials}"},
        )
        if answer.status != 200:
            raise Failed(f"the switchover was answered with {answer.status}: {answer.body.decode()}")
        writable = wait_until("a primary after the switchover", SWITCHOVER, lambda: self.primary.after(begun))
        self.recover("switchover", begun, writable)

    def standby_failure(self):
        """The standby dies that commits wait for. The primary stays, and has to see that."""
        _, victim, _ = self.nodes()
        begun = time.monotonic()
        self.setup.control("kill", victim)
        self.recover("standby killed", begun, begun)
        self.bring_back("standby", victim)

    def failover(self):
        victim, _, _ = self.nodes()
        begun = time.monotonic()
        self.setup.control("kill", victim)
        writable = wait_until("a primary after the failure", FAILOVER, lambda: self.primary.after(begun))
        self.recover("primary killed", begun, writable)
        self.bring_back("primary", victim)

    def bring_back(self, what, victim):
        begun = time.monotonic()
        self.setup.control("start", victim)
        self.nodes()
        self.report.check(True, f"the killed {what} is a standby {seconds(time.monotonic() - begun)} after its start")
        self.recover(f"{what} back", begun, begun)

    def replace_copies(self):
        first = time.monotonic()
        for copy in COPIES:
            begun = time.monotonic()
            self.setup.control("stop", copy)
            self.setup.control("start", copy)
            url = self.setup.places[copy]
            wait_until(f"{copy} is back", COPY_BACK, lambda: ask_once(url, "GET", "/readyz", timeout=2).status == 200)
            self.recover(f"{copy} replaced", begun, begun)
        lost = self.load.failures(first)
        self.report.check(not lost, f"{len(lost)} requests were lost while copies were replaced")

    def stop(self):
        self.load.stop()
        self.revocations.stop()
        self.primary.stop()

    def look_back(self):
        """What is left when nothing is asked any more."""
        report, revocations = self.report, self.revocations
        answers = self.load.answers
        odd = {answer.status for answer in answers} - {200} - AWAY
        good = sum(answer.status == 200 for answer in answers)
        report.check(
            not odd,
            f"{good} of {len(answers)} requests with good keys succeeded, and the others found something away"
            + "".join(f"\n         but some were answered with {status}" for status in odd),
        )
        self.wait_for_copies()
        enough = len(revocations.revoked) >= FEWEST_REVOCATIONS
        report.check(enough, f"{len(revocations.revoked)} revocations were answered (at least {FEWEST_REVOCATIONS})")
        with ThreadPoolExecutor(8) as pool:
            asked = [(url, *key) for key in revocations.revoked for url in revocations.copies]
            last = list(pool.map(lambda each: revocations.must_refuse(*each), asked))
        report.check(
            not revocations.wrong,
            f"no copy let in a key after its revocation was answered; {revocations.refused} requests were refused"
            + "".join(f"\n         {wrong}" for wrong in revocations.wrong[:10]),
        )
        report.check(set(last) == {401}, "every copy refuses every revoked key in the end")
        self.check_unsure()
        self.check_log()

    def wait_for_copies(self):
        def answers(url):
            return ask_once(url, "GET", WHOAMI, timeout=2, secret=self.admin).status == 200

        copies = self.revocations.copies
        wait_until("every copy answers in the end", RECOVERY, lambda: all(answers(url) for url in copies))

    def check_unsure(self):
        """A revocation that was answered with 503 was done or not, and every copy goes by which."""
        done, undone, torn = 0, 0, []
        for key, secret, _ in self.revocations.unsure:
            read = ask_once(self.setup.nginx, "GET", f"{KEYS}/{key}", secret=self.admin)
            statuses = {ask_once(url, "GET", WHOAMI, secret=secret).status for url in self.revocations.copies}
            is_revoked = read.status == 200 and read.json()["revoked_at"] is not None
            if read.status != 200 or statuses != ({401} if is_revoked else {200}):
                torn.append(key)
            done, undone = done + is_revoked, undone + (not is_revoked)
        self.report.check(
            not torn,
            f"{done + undone} revocations had no answer: {done} were done, {undone} not, and every copy knows which"
            + "".join(f"\n         but not of {key}" for key in torn[:10]),
        )

    def check_log(self):
        rows = logged_requests(self.setup)
        promised = [(id, status) for id, status in Client.answered if status in LOGGED]
        missing = [id for id, status in promised if rows.get(uuid_of(id)) != status]
        self.report.check(
            not missing,
            f"{len(promised) - len(missing)} of {len(promised)} answers have their row in the request log"
            + "".join(f"\n         but not {id}" for id in missing[:10]),
        )


def run_trial(setup, report):
    setup.wait()
    print("All parts run. Making an account and keys.", flush=True)
    trial = Trial(setup, report)
    try:
        trial.begin()
        trial.switchover()
        trial.standby_failure()
        trial.failover()
        trial.replace_copies()
    finally:
        trial.stop()
    trial.look_back()


def out_of_time(*_):
    raise Failed(f"the whole run took longer than {WHOLE_RUN} seconds")


def interrupted(*_):
    raise Failed("interrupted")


def main():
    server = sys.argv[1] if len(sys.argv) > 1 else None
    place = Path(tempfile.mkdtemp(prefix="augno-ha-"))
    # Another user may run PostgreSQL in there.
    place.chmod(0o755)
    report = Report()
    signal.signal(signal.SIGALRM, out_of_time)
    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGINT, interrupted)
    signal.alarm(WHOLE_RUN)
    setup = Setup(place / "trial", server)
    try:
        run_trial(setup, report)
    except PackagesMissing as missing:
        print(missing, end="", file=sys.stderr)
        shutil.rmtree(place)
        sys.exit(PACKAGES_MISSING)
    except Failed as failure:
        report.check(False, str(failure))
    finally:
        # Nothing must come between this and the end.
        signal.alarm(0)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        is_stopped = setup.stop()
    report.check(is_stopped, "everything was stopped")
    print()
    report.table()
    print()
    if report.failures:
        print(f"high availability: {len(report.failures)} of {report.passed + len(report.failures)} checks failed:")
        for failure in report.failures:
            print(f"- {failure}")
        print(f"Settings and logs: {place}")
        sys.exit(1)
    shutil.rmtree(place)
    print(f"high availability: {report.passed} checks passed")


if __name__ == "__main__":
    main()
