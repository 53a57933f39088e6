/** What programs need that the gate calls: where things are, the way to a package index, and the marks to be found by. */
const needed =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TMPDIR|TEMP|TMP|PIP_.*|XDG_.*|SSL_CERT_.*|REQUESTS_CA_BUNDLE|(HTTPS?|NO|ALL)_PROXY|SYSTEMROOT|PATHEXT|LOCALAPPDATA|USERPROFILE|RUNNER_TRACKING_ID|HANG_GATE_TOOL)$/i;

/**
 * The environment for py-spy and pip. A pull request can put a program of that name on PATH, so it gets no more to see
 * than its work takes: no tokens, and none of the files that steer a workflow.
 */
export function toolEnvironment(own: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(own).filter(
      (entry): entry is [string, string] => needed.test(entry[0]) && entry[1] !== undefined,
    ),
  );
}
