import { resolve } from 'node:path';
import { markVariable } from '../processes/terminate.ts';

/**
 * Variables of the gate's own environment that the backend may see. An allow-list: on GitHub the rest holds tokens and
 * the files that steer the workflow, and a pull request's backend is not to be trusted with either.
 */
const allowed =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_.*|TZ|TERM|TMPDIR|TEMP|TMP|VIRTUAL_ENV|CONDA_.*|UV_.*|PYTHON.*|PYENV_.*|POETRY_.*|PIPENV_.*|HATCH_.*|PDM_.*|LD_LIBRARY_PATH|DYLD_.*|SSL_CERT_.*|REQUESTS_CA_BUNDLE|NIX_.*|XDG_.*|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE|RUNNER_TRACKING_ID)$/i;

/** The tools above keep passwords of package indexes in variables of the same families. */
const secret = /TOKEN|PASSWORD|PASSWD|SECRET|AUTH|CREDENTIAL|API_?KEY|USERNAME|INDEX/i;

/** A backend sends its own requests through the gate's proxy, but never those to this machine. */
function proxyVariables(proxyUrl: string): Record<string, string> {
  const loopback = 'localhost,127.0.0.1,::1';
  return {
    HTTP_PROXY: proxyUrl,
    http_proxy: proxyUrl,
    HTTPS_PROXY: proxyUrl,
    https_proxy: proxyUrl,
    NO_PROXY: loopback,
    no_proxy: loopback,
  };
}

export interface BackendEnvironmentOptions {
  readonly own: NodeJS.ProcessEnv;
  /** The `env` setting; it wins over everything but the mark. */
  readonly added: Readonly<Record<string, string>>;
  readonly proxyUrl: string;
  readonly runId: string;
  readonly workingDirectory: string;
}

export function backendEnvironment(options: BackendEnvironmentOptions): Record<string, string> {
  const inherited = Object.entries(options.own).filter(
    (entry): entry is [string, string] =>
      allowed.test(entry[0]) && !secret.test(entry[0]) && entry[1] !== undefined,
  );
  return {
    ...Object.fromEntries(inherited),
    PWD: resolve(options.workingDirectory),
    // Otherwise a log line reaches the report only when Python's buffer is full.
    PYTHONUNBUFFERED: '1',
    ...proxyVariables(options.proxyUrl),
    ...options.added,
    [markVariable]: options.runId,
  };
}
