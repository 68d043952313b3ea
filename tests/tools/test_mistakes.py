"""What the table of mistakes says that a judge saw."""

from tools.mistakes import finding

PYTEST = """
ERROR    backend.sync.push:push.py:182 mutation feedback.submit 01a2 failed
E       assert 2 == 1
=========================== short test summary info ============================
FAILED tests/sync/test_push.py::test_a_mutation_is_done_once - assert 2 == 1
1 failed, 3 passed in 2.98s
"""
VITEST = """
stderr | tests/sync/chaos.test.ts > whatever goes wrong on the way
Error: a round failed

\x1b[1m FAIL \x1b[22m\x1b[49m tests/sync/chaos.test.ts\x1b[2m > \x1b[22mnothing is lost (story 7)
\x1b[31mAssertionError: expected 3 to be 4\x1b[39m
"""
FAULTS = """
broken rules                                  2
✗ broken rules: phone-1: case 01a2 left the queue before it was in the base
✗ mutations lost: phone-2: feedback.submit 01a3 has no verdict
"""


def test_a_finding_is_the_test_that_failed_and_no_line_of_its_log() -> None:
    assert finding(PYTEST) == "test_a_mutation_is_done_once - assert 2 == 1"
    assert finding(VITEST) == "nothing is lost (story 7)"


def test_a_finding_of_a_fault_run_is_the_first_that_it_blames() -> None:
    assert finding(FAULTS) == (
        "broken rules: phone-1: case 01a2 left the queue before it was in the base"
    )


def test_where_nothing_is_found_the_last_words_stand() -> None:
    assert finding("granian: not found\n") == "granian: not found"
