"""Scenarios of what there is much of: idle connections, sessions, apps, tenants and guests."""

import http.client
import resource
import socket
import sqlite3
import ssl
import threading
import time
import uuid

import load
from bench import Row, ratio, spread
from peers import Peer
from stage import HOST, TENANT, resident_bytes

KIBIBYTE, MEBIBYTE = 1024, 1024 * 1024
# After this time jemalloc has given back what was used for a moment.
SETTLES_SECONDS = 12

IDLE_CONNECTIONS = 10_000
# Each address of loopback has its own; so many may come from one by default.
FROM_ONE_ADDRESS = 250

SESSIONS = 1_000
MANY_APPS = 10_000

TENANTS, GUESTS_EACH = 1_000, 100
STARTS = 7
# So long it may take until every tenant has its keys.
KEYS_SECONDS = 600


def settled(pid):
    """Resident bytes, once they stay."""
    time.sleep(SETTLES_SECONDS)
    return resident_bytes(pid)


def idle(bench):
    """10,000 connections over TLS that had a request each and wait for the next."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # A fifth is kept free by default, and some are for everything else.
    wanted = IDLE_CONNECTIONS * 5 // 4 + 500
    what, mark = f"memory of each of {IDLE_CONNECTIONS:,} idle TLS connections", "≤ 32"
    if hard not in (resource.RLIM_INFINITY, -1) and hard < wanted:
        yield Row(what, "–", None, mark, "KiB", f"a process may have {hard:,} files open here, and {wanted:,} are needed")
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    stage = bench.another_stage(app_at=bench.stage.upstream)
    stage.serves()
    stage.makes_the_member()
    cookie = stage.signs_in()
    head = f"GET /page HTTP/1.1\r\nHost: {HOST}:{stage.port}\r\nCookie: {cookie}\r\n\r\n".encode()
    tls = ssl.create_default_context(cafile=str(stage.authority))

    def asks(connection):
        connection.sendall(head)
        answer = b""
        while b"\r\n\r\n" not in answer or len(answer.split(b"\r\n\r\n", 1)[1]) < 1024:
            came = connection.recv(16 * 1024)
            assert came, f"the connection ended: {answer!r}"
            answer += came
        assert answer.startswith(b"HTTP/1.1 200"), answer

    def opens(number):
        plain = socket.create_connection(("127.0.0.1", stage.port), 30, (f"127.0.1.{1 + number // FROM_ONE_ADDRESS}", 0))
        connection = tls.wrap_socket(plain, server_hostname=HOST)
        asks(connection)
        return connection

    # What the first connections bring about is not what each of the others costs.
    for connection in [opens(number) for number in range(100)]:
        connection.close()
    before, began, held = settled(stage.server.pid), time.monotonic(), []
    try:
        for number in range(IDLE_CONNECTIONS):
            held.append(opens(number))
            if number % 2_500 == 2_499:
                print(f"  idle connections: {number + 1:,} after {time.monotonic() - began:.0f} s", flush=True)
        each = (settled(stage.server.pid) - before) / len(held) / KIBIBYTE
        # They were all there while we looked.
        for connection in held[::20]:
            asks(connection)
    finally:
        for connection in held:
            connection.close()
        stage.close()
    bench.figures["idle connections"] = {"count": len(held), "before": before, "kibibytes_each": each}
    print(f"idle connections: {each:.1f} KiB each; {before / MEBIBYTE:.1f} MiB without them", flush=True)
    yield Row(what, "–", (each, each, each), mark, "KiB")


def sessions(bench):
    """Members who were signed in before a restart, and come again: what their sessions take besides what the store holds anyway."""
    stage = bench.another_stage(app_at=bench.stage.upstream)
    stage.serves(first_core_alone=False)
    stage.makes_the_member()
    cookies, lock, began = [], threading.Lock(), time.monotonic()

    def signs_in():
        while len(cookies) < SESSIONS + 1:
            cookie = stage.signs_in()
            with lock:
                cookies.append(cookie)

    threads = [threading.Thread(target=signs_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"  sessions: {len(cookies):,} sign-ins in {time.monotonic() - began:.0f} s", flush=True)
    stage.stops_serving()
    stage.serves()
    connection = http.client.HTTPConnection("127.0.0.1", stage.clear)

    def comes_again(cookie):
        connection.request("GET", "/page", headers={"Host": f"{HOST}:{stage.port}", "Cookie": cookie})
        answer = connection.getresponse()
        assert answer.status == 200 and len(answer.read()) == 1024, answer.status

    first, *others = cookies
    comes_again(first)
    before = settled(stage.server.pid)
    for cookie in others:
        comes_again(cookie)
    each = (settled(stage.server.pid) - before) / len(others) / KIBIBYTE
    connection.close()
    stage.close()
    bench.figures["sessions"] = {"count": len(others), "before": before, "kibibytes_each": each}
    print(f"sessions: {each:.2f} KiB each", flush=True)
    yield Row("memory of each cached session, with its assertion and the fields for one app", "–", (each, each, each), "≤ 1", "KiB")


def routes(bench):
    """The same request to the first of ten apps and of ten thousand."""
    stage = bench.another_stage(app_at=bench.stage.upstream)
    stage.vestibule("keys", "dev")
    # Only the first ten have certificates, and only the first is asked.
    stage.writes_tenant(MANY_APPS)
    stage.serves()
    stage.makes_the_member()
    known = {"ten apps": (bench.stage, bench.cookie), "ten thousand": (stage, stage.signs_in())}
    for name, (of, _) in known.items():
        bench.proxies[name] = Peer(name, of.server, of.clear, of.port)

    def run(proxy, warm=False):
        of, cookie = known[proxy.name]
        return load.wrk(f"http://127.0.0.1:{of.clear}/page", f"{HOST}:{of.port}", cookie, 1 if warm else bench.seconds)

    samples = bench.scenario(f"HTTP/1.1, clear, {MANY_APPS:,} apps", list(known), run, rounds=2 * bench.rounds)
    stage.close()
    yield Row(f"{MANY_APPS:,} apps: CPU", "10 apps", ratio(samples, "ten thousand", "ten apps", "cpu"), "≤ 1.03")


SMALL_TENANT = """id = "{tenant}"
name = "Tenant {number}"
domains = ["tenant{number}.example", "tenant{number}.localhost"]

[[applications]]
id = "{app}"
name = "Wiki"
host = "wiki.tenant{number}.localhost"
mode = "host"
upstream = "http://127.0.0.1:{upstream}"

[[service_principals]]
app = "{app}"
assignment_required = false
"""


def start(bench):
    """From the start of the process to the first page of a tenant, with many tenants and guests."""
    stage, began = bench.another_stage(app_at=bench.stage.upstream), time.monotonic()
    stage.vestibule("keys", "dev")
    for number in range(1, TENANTS):
        stage.write(f"tenants/tenant{number}.toml", SMALL_TENANT.format(
            tenant=tenant_id(number), app=uuid.UUID(int=number, version=4), number=number, upstream=stage.upstream,
        ))
    stage.serves(first_core_alone=False)
    guests = "email,name\n" + "".join(f"guest{number}@many.example,Guest {number}\n" for number in range(GUESTS_EACH))
    stage.write("guests.csv", guests)
    stage.vestibule("invite", "--csv", "guests.csv", "--tenant", TENANT, "--no-mail")
    waits_for_keys(stage)
    stage.stops_serving()
    copies_guests(stage)
    print(f"  start: {TENANTS:,} tenants with {GUESTS_EACH} guests each after {time.monotonic() - began:.0f} s", flush=True)
    times = []
    for number in range(STARTS + 1):
        first = first_answer(stage, tenant_id(TENANTS - 1))
        # The first start of all makes what later ones find.
        if number > 0:
            times.append(first * 1e3)
            print(f"  start, {number}: {times[-1]:.0f} ms to the first answer", flush=True)
        stage.stops_serving()
    stage.close()
    bench.figures["start"] = {"tenants": TENANTS, "guests": TENANTS * GUESTS_EACH, "milliseconds": times}
    yield Row(f"start to first answer, {TENANTS:,} tenants, {TENANTS * GUESTS_EACH:,} guests, embedded", "–", spread(times), "≤ 300", "ms")


def waits_for_keys(stage):
    """Every tenant's RSA key is made in the background, soon after it was seen first; opening them is part of a later start."""
    asked, end = "SELECT count(DISTINCT tenant) FROM keys WHERE purpose = 'signing-rs256'", time.monotonic() + KEYS_SECONDS
    directory, looks = sqlite3.connect(f"file:{stage.folder}/data/directory.db?mode=ro", uri=True), 0
    while (made := directory.execute(asked).fetchone()[0]) < TENANTS:
        assert time.monotonic() < end, f"{made} of {TENANTS} tenants have their RSA keys after {KEYS_SECONDS} s"
        if looks % 20 == 0:
            print(f"  start: {made:,} tenants have their RSA keys", flush=True)
        looks += 1
        time.sleep(1)
    directory.close()


def tenant_id(number):
    return str(uuid.UUID(int=(1 << 64) + number, version=4))


def copies_guests(stage):
    """Gives every other tenant the guests that the first one invited by the command, row by row under ids of its own."""
    directory = sqlite3.connect(stage.folder / "data" / "directory.db")
    with directory:
        users, invitations = (
            (list(column[1] for column in directory.execute(f"PRAGMA table_info({table})")), table) for table in ("users", "invitations")
        )
        rows = {
            table: [dict(zip(columns, row)) for row in directory.execute(f"SELECT * FROM {table} WHERE tenant = ?", (TENANT,))]
            for columns, table in (users, invitations)
        }
        guests = [row for row in rows["users"] if row["user_type"] == "Guest"]
        assert len(guests) == GUESTS_EACH and len(rows["invitations"]) == GUESTS_EACH, (len(guests), len(rows["invitations"]))
        for number in range(1, TENANTS):
            ids = {row["id"]: str(uuid.uuid4()) for row in guests}
            tenant = tenant_id(number)
            copied = [row | {"tenant": tenant, "id": ids[row["id"]]} for row in guests]
            inserts(directory, "users", copied)
            copied = [row | {"tenant": tenant, "id": str(uuid.uuid4()), "user": ids[row["user"]]} for row in rows["invitations"]]
            inserts(directory, "invitations", copied)
    directory.close()


def inserts(directory, table, rows):
    columns = list(rows[0])
    marks = ", ".join(f":{column}" for column in columns)
    directory.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)


def first_answer(stage, tenant):
    """Seconds until the health endpoint says that it is ready and a page of this tenant was served over TLS."""
    began = time.monotonic()
    stage.serves(first_core_alone=False, every=0.001)
    visitor = stage.visitor()
    page = visitor.opens(f"https://vestibule.localhost:{stage.port}/{tenant}/myapps")
    seconds = time.monotonic() - began
    assert page.status == 200 and page.asks("address"), f"{page.url} ({page.status}): {page.text()[:500]}"
    return seconds
