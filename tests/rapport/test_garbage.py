"""What outlives the first full collections is left alone; what comes later is collected as ever."""

import subprocess
import sys

PROGRAM = """
import gc, weakref
from rapport.garbage import leave_alone_what_lives

class Node:
    pass

def circle():
    node = Node()
    node.itself = node
    return node

leave_alone_what_lives(rounds=2)
leave_alone_what_lives(rounds=2)
kept, at_work = [Node() for _ in range(1000)], circle()
gone, later = weakref.ref(circle()), None
gc.collect()
print(gone() is None, gc.get_freeze_count() > 1000)
frozen = gc.get_freeze_count()
more = [Node() for _ in range(1000)]
gc.collect()
print(gc.get_freeze_count() >= frozen + 1000)
frozen = gc.get_freeze_count()
more += [Node() for _ in range(1000)]
later = weakref.ref(circle())
gc.collect()
print(later() is None, gc.get_freeze_count() <= frozen, gc.callbacks == [])
leave_alone_what_lives()
print(gc.callbacks == [])
"""


def test_what_outlives_the_first_full_collections_is_left_alone() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True"] * 7
