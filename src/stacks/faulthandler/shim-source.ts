/**
 * `sitecustomize.py`, which every Python that the backend starts loads by itself: uvicorn's workers, but also pip and
 * whatever else runs, Python 2 among them. So it imports next to nothing, and nothing of it fails.
 */
export const shimSource = `"""Lets hang-gate take the stacks of this process; see PYTHONPATH."""

import os
import sys

_folder = os.environ.get("HANG_GATE_STACKS_DIR")
_signal = os.environ.get("HANG_GATE_STACKS_SIGNAL")
_tracer = os.environ.get("HANG_GATE_TRACER", "-1")
_yama = "/proc/sys/kernel/yama/ptrace_scope"


def _dump_on_signal():
    import faulthandler

    # A number and no file object, which Python would close at exit. Other programs do not inherit it. A forked child
    # leaves its parent's open: whoever closed it may have given the number to something else.
    path = os.path.join(_folder, "%d.txt" % os.getpid())
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    faulthandler.register(int(_signal), file=os.open(path, flags, 0o600), all_threads=True, chain=False)


def _allow_tracing():
    # Only here does it make a difference, and ctypes is slow to import.
    with open(_yama) as file:
        if file.read().strip() != "1":
            return
    import ctypes

    PR_SET_PTRACER = 0x59616D61
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(int(_tracer)), 0, 0, 0)


def _prepare():
    for step in (_dump_on_signal, _allow_tracing):
        try:
            step()
        except Exception:
            pass


def _hand_over():
    """Python loads one sitecustomize only, so the one that this file hides is loaded from here."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != here]
    own = sys.modules.pop("sitecustomize")
    try:
        import sitecustomize
    except ImportError as error:
        if getattr(error, "name", None) != "sitecustomize":
            raise
        sys.modules["sitecustomize"] = own


if _folder and _signal:
    _prepare()
    try:
        # Neither the registration's file nor the permission is a forked child's own.
        os.register_at_fork(after_in_child=_prepare)
    except Exception:
        pass
_hand_over()
`;
