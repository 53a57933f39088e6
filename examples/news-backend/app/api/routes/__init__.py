"""One module per route; `stream` and `stream_fixed` are two versions of the same one."""
