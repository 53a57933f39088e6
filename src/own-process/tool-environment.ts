/** What programs need that the gate calls: where things are, and the marks to be found by. */
const needed =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TMPDIR|TEMP|TMP|SYSTEMROOT|PATHEXT|LOCALAPPDATA|USERPROFILE|RUNNER_TRACKING_ID|HANG_GATE_TOOL)$/i;
/** The way to a package index, which may hold a password. */
const neededToInstall = /^(PIP_.*|XDG_.*|SSL_CERT_.*|REQUESTS_CA_BUNDLE|(HTTPS?|NO|ALL)_PROXY)$/i;

/**
 * The environment for py-spy and for the backend's own interpreter. A pull request can bring either, so they get no more
 * to see than their work takes: no tokens, and none of the files that steer a workflow.
 */
export function toolEnvironment(own: NodeJS.ProcessEnv): Record<string, string> {
  return chosen(own, (name) => needed.test(name));
}

/** The same for pip. */
export function installEnvironment(own: NodeJS.ProcessEnv): Record<string, string> {
  return chosen(own, (name) => needed.test(name) || neededToInstall.test(name));
}

function chosen(own: NodeJS.ProcessEnv, isNeeded: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(own).filter(
      (entry): entry is [string, string] => isNeeded(entry[0]) && entry[1] !== undefined,
    ),
  );
}
