/** The newest are kept: requests that wait are among them, and a backend may hold thousands of streams. */
export const mostTasks = 200;

/**
 * Prints a line of JSON for each process that it is given. It imports the reader that `python -m asyncio pstree` is made
 * of and nothing else, since asyncio itself takes longer to load than the reading. Memory is read while the process may
 * run on, so a reading that does not fit together is tried again.
 */
export const taskGraphSnippet = `
import json
import sys
import time


def lines(stack):
    for frame in stack:
        # A line number until 3.14, a span or nothing from then on.
        where = getattr(frame, "location", None)
        line = getattr(frame, "lineno", None) or (where.lineno if where else 0)
        yield {"function": frame.funcname, "file": frame.filename, "line": line or 0}


def name_of(task):
    return "%#x" % task if isinstance(task, int) else str(task)


def read(pid):
    from _remote_debugging import RemoteUnwinder

    tasks = {}
    for loop in RemoteUnwinder(pid).get_all_awaited_by():
        for task in loop.awaited_by:
            tasks[task.task_id] = task
    kept = list(tasks.values())[-${mostTasks}:]
    return {
        "omitted": len(tasks) - len(kept),
        "tasks": [
            {
                "id": name_of(task.task_id),
                "name": str(task.task_name),
                "stack": [frame for part in task.coroutine_stack for frame in lines(part.call_stack)],
                "awaitedBy": [name_of(waiter.task_name) for waiter in task.awaited_by],
            }
            for task in kept
        ],
    }


def read_patiently(pid):
    for attempt in range(3):
        try:
            return read(pid)
        except PermissionError as error:
            return {"error": str(error)}
        except Exception as error:
            last = error
            time.sleep(0.05)
    while last.__context__ is not None:
        last = last.__context__
    return {"error": "%s: %s" % (type(last).__name__, last)}


for argument in sys.argv[1:]:
    print(json.dumps({"pid": int(argument), **read_patiently(int(argument))}), flush=True)
`;
