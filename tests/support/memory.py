"""Code for programs that tests run in processes of their own, to see how much they need."""

from __future__ import annotations

# Not ru_maxrss: that begins with what the parent held, so that a bound on growth could not fail.
PEAK = '''
def peak():
    """KiB that this process has held at most."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
'''
