"""Two threads on one connection, of which one calls functions of Python's, both come to an end."""

import subprocess
import sys

PROGRAM = """
import sqlite3, sys, threading, time
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from tests.one_at_a_time import take_turns

if sys.argv[1:] != ["as-it-is"]:
    take_turns()
connection = sqlite3.connect(":memory:", check_same_thread=False)
connection.create_function("same", 1, lambda value: value)
connection.execute("CREATE TABLE rows (number)")
connection.executemany("INSERT INTO rows VALUES (?)", [(number,) for number in range(2000)])
ends = time.monotonic() + 1.5
sys.setswitchinterval(1e-5)

def ask(query, *values):
    while time.monotonic() < ends:
        cursor = connection.cursor(factory=SQLiteCursorWrapper)
        cursor.execute(query, values)
        while cursor.fetchmany(100):
            pass

threads = [threading.Thread(target=ask, args=("SELECT same(number) FROM rows",), daemon=True) for _ in range(2)]
threads += [threading.Thread(target=ask, args=("SELECT %s, %s", 1, 2), daemon=True) for _ in range(2)]
for each in threads:
    each.start()
for each in threads:
    each.join()
print("all came to an end")
"""


def test_threads_that_share_a_connection_come_to_an_end() -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.stdout == "all came to an end\n", done.stderr
