"""The gate lets one writer through at a time, in a process and between processes, and gives way when it must."""

import subprocess
import sys
import threading
from pathlib import Path

from rapport.sqlite.gate import Gate


def test_one_at_a_time(tmp_path: Path) -> None:
    gate, inside, most = Gate(str(tmp_path / "gate")), 0, 0

    def write() -> None:
        nonlocal inside, most
        for _ in range(20):
            assert gate.enter(30)
            inside += 1
            most = max(most, inside)
            inside -= 1
            gate.leave()

    threads = [threading.Thread(target=write) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_another_process_is_waited_for_and_its_death_opens_the_gate(tmp_path: Path) -> None:
    path = tmp_path / "gate"
    code = f"from rapport.sqlite.gate import Gate; Gate({str(path)!r}).enter(5); print('in', flush=True); input()"
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout
    assert other.stdout.readline() == b"in\n"
    gate = Gate(str(path))
    assert not gate.enter(0.05)
    other.kill()
    other.wait()
    assert gate.enter(5)
    gate.leave()


def test_who_gives_up_may_come_again(tmp_path: Path) -> None:
    gate = Gate(str(tmp_path / "gate"))
    assert gate.enter(1)
    second = threading.Thread(target=lambda: gate.enter(0.01))
    second.start()
    second.join()
    gate.leave()
    assert gate.enter(1)
    gate.leave()
