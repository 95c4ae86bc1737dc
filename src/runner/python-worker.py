# The program of a worker process for Python functions: loads one function and runs it whenever the
# runner asks. Python 3.8 or later, standard library only; started by worker-process.ts.
#
# Requests and answers are lines of JSON on file descriptor 3, as worker-protocol.ts says.

import importlib.util
import json
import os
import resource
import signal
import sys
import time
import traceback

CHANNEL_FD = 3
LOG_FD = 1
ERROR_TEXT_MAX = 64 * 1024

OWN_PID = os.getpid()


class Failure(Exception):
    def __init__(self, kind, message, poisoned=False):
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.poisoned = poisoned


def main():
    # Children that the function starts must not hold the channel open.
    os.set_inheritable(CHANNEL_FD, False)
    worker = Worker()
    with os.fdopen(os.dup(CHANNEL_FD), "rb") as channel:
        for line in channel:
            request = json.loads(line)
            report(request["token"], worker.answer(request))
    os.killpg(0, signal.SIGKILL)


class Worker:
    def __init__(self):
        self.handler = None
        self.result_bytes_max = 0
        self.duration_us = 0

    def answer(self, request):
        self.duration_us = 0
        act = self.load if request["op"] == "load" else self.run
        try:
            answer = {"ok": True, "poisoned": False, "result": act(request)}
        except Failure as failure:
            answer = {
                "ok": False,
                "poisoned": failure.poisoned,
                "failure": failure.kind,
                "message": shortened(failure.message),
            }
        answer["durationUs"] = self.duration_us
        return answer

    def load(self, request):
        # No token before it: what the process wrote until now is a part of its log.
        self.result_bytes_max = request["resultBytesMax"]
        file = request["file"]
        path = os.path.join(request["dir"], file + ".py")
        if not os.path.isfile(path):
            raise handler_missing(
                "no file of the name %s.py is there. Add it, or set handler in function.json."
                % file
            )
        # In place of the folder of this program.
        sys.path[0] = request["dir"]
        module = guarded(lambda: import_file(file.replace("/", "."), path))
        self.handler = find_handler(module, file, request["functionName"])
        return "null"

    def run(self, request):
        write_all(LOG_FD, request["token"].encode())
        event = json.loads(request["event"])
        value = guarded(lambda: self.call(event, request["context"]))
        return encode_result(value, self.result_bytes_max)

    def call(self, event, context):
        begin = time.perf_counter_ns()
        try:
            return self.handler(event, context)
        finally:
            self.duration_us = (time.perf_counter_ns() - begin) // 1000


def import_file(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    # A module that this program uses already keeps its name.
    sys.modules.setdefault(name, module)
    spec.loader.exec_module(module)
    return module


def find_handler(module, file, name):
    handler = getattr(module, name, None)
    if callable(handler):
        return handler
    found = [
        key
        for key, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", None) == module.__name__
    ]
    raise handler_missing(
        "'module' object has no attribute '%s'; %s.py defines %s. "
        "Define '%s', or set handler in function.json."
        % (name, file, ", ".join(found) or "no function", name)
    )


def handler_missing(message):
    return Failure("handler_not_found", message, poisoned=True)


def guarded(code):
    """Runs the user's code; whatever it raises comes out as a Failure."""
    try:
        return code()
    except SystemExit as error:
        raise leave(error)
    except MemoryError as error:
        raise Failure("memory", describe(error), poisoned=True)
    except BaseException as error:
        raise Failure("exception", describe(error))
    finally:
        if os.getpid() != OWN_PID:
            # A child made by os.fork came back here: it must not answer in the parent's name.
            os._exit(0)


def leave(error):
    message = (
        "The function ended its own process with sys.exit(%r) before it returned. "
        "Return a value or raise an error instead." % (error.code,)
    )
    return Failure("exit", message, poisoned=True)


def describe(error):
    """The traceback as Python prints it, without the frames of this file."""
    trace = error.__traceback__
    while trace is not None and is_own(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    try:
        lines = traceback.format_exception(type(error), error, trace)
    except Exception:
        lines = ["an error that cannot be shown: %s" % type(error).__name__]
    return "".join(lines).rstrip()


def shortened(text):
    if len(text) <= ERROR_TEXT_MAX:
        return text
    return text[:ERROR_TEXT_MAX] + "\n[fnlog: the rest is cut]"


def is_own(file):
    return file == __file__ or file.startswith("<frozen importlib")


def encode_result(value, bytes_max):
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except MemoryError as error:
        raise Failure("memory", describe(error), poisoned=True)
    except Exception as error:
        raise Failure(
            "result_unserialisable",
            "The result cannot be written as JSON: %s. "
            "Return dicts, lists, strings, numbers, booleans and None only." % error,
        )
    size = len(text.encode("utf-8", "replace"))
    if size > bytes_max:
        raise Failure(
            "result_too_large",
            "The result is %d bytes of JSON; at most %d (6 MB) are accepted. "
            "Return less, or store it and return where it is." % (size, bytes_max),
        )
    return text


def report(token, answer):
    flush_output()
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer["token"] = token
    answer["maxRssBytes"] = usage if sys.platform == "darwin" else usage * 1024
    write_all(LOG_FD, token.encode())
    # The first line break ends whatever the function may have written to the channel.
    write_all(CHANNEL_FD, b"\n" + json.dumps(answer).encode() + b"\n")


def flush_output():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            # The function may have closed or replaced it.
            pass


def write_all(fd, data):
    while data:
        try:
            data = data[os.write(fd, data) :]
        except BlockingIOError:
            # A child process may have switched the pipe: wait a moment for the reader.
            time.sleep(0.001)


main()
