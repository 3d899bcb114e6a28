"""Members who sign in one after another, several at once, until standard input ends: `signing_in.py AUTHORITY URL AT_ONCE`.

Says `first` when the first of them is in, and how many came in since, when it is over.
"""

import sys
import threading

from stage import MEMBER, PASSWORD, Visitor


def main():
    authority, url, at_once = sys.argv[1], sys.argv[2], int(sys.argv[3])
    over, lock, counts, faults = threading.Event(), threading.Lock(), [0], []

    def signs_in():
        visitor = Visitor(authority)
        page = visitor.opens(url)
        page = visitor.presses(page, "Continue", address=MEMBER)
        # Too many at once are told to try again, which is what they do.
        for _ in range(20):
            page = visitor.presses(page, "Sign in", password=PASSWORD)
            if not page.asks("password"):
                break
        assert page.status == 200 and page.text().startswith("xxx"), f"{page.url} ({page.status}): {page.text()[:500]}"

    def signs_in_again_and_again():
        try:
            while not over.is_set():
                signs_in()
                with lock:
                    if counts[0] == 0:
                        print("first", flush=True)
                    counts[0] += 1
        except Exception as fault:  # noqa: BLE001
            faults.append(fault)
            over.set()

    threads = [threading.Thread(target=signs_in_again_and_again) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    over.set()
    for thread in threads:
        thread.join()
    if faults:
        sys.exit(f"a sign-in failed: {faults[0]}")
    print(counts[0] - 1)


if __name__ == "__main__":
    main()
