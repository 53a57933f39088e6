/** How to see the same by hand. */
import { homedir } from 'node:os';
import type { Evidence } from '../../../evidence/schema.ts';
import { withTilde } from '../../text.ts';
import type { RepeatStep } from '../model.ts';

export function repeatSteps(evidence: Evidence): RepeatStep[] {
  const { plan } = evidence;
  const isAttached = evidence.backend.startedMs === null;
  return [
    ...(isAttached ? [] : [gateStep(evidence), bootStep(evidence)]),
    ...(plan.streamPath && plan.clients > 0 ? [curlStep(evidence)] : []),
    dumpStep(evidence),
  ];
}

/** The whole again; what may be secret of the settings is in no report. */
function gateStep({ plan, probeRoutes }: Evidence): RepeatStep {
  const asked = probeRoutes.filter(({ chosen }) => chosen === 'asked').map(({ path }) => path);
  const flags: [string, string | undefined][] = [
    ['working-directory', plan.workingDirectory],
    ['url', plan.origin],
    ['stream', plan.streamPath],
    ...asked.map((path): [string, string] => ['probes', path]),
    ['stream-method', plan.streamMethod === 'GET' ? undefined : plan.streamMethod],
    ['deadline', duration(plan.deadlineMs)],
    ['clients', String(plan.clients)],
    ['waves', String(plan.waves)],
    ['hold', plan.holdMs === undefined ? undefined : duration(plan.holdMs)],
    ['abort', plan.aborts?.join(',')],
    ['settle', plan.settleMs === undefined ? undefined : duration(plan.settleMs)],
    ['upstream', plan.upstream],
    ['dump-after', duration(plan.dumpAfterMs)],
  ];
  const given = flags.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${quoted(value)}`]));
  return {
    title: 'The gate again',
    note: 'With what your settings add and no report keeps: the lines of `env`, and the headers, the body and the query of the stream.',
    command: `hang-gate run ${given.join(' \\\n  ')} \\\n  -- ${words(plan.command)}`,
  };
}

/** A shell line keeps its shell. */
function words(command: string): string {
  return /[|&;<>$`()*?[\]#~!\n]/.test(command) ? `sh -c ${quoted(command)}` : command;
}

function bootStep({ plan }: Evidence): RepeatStep {
  const isStalled = plan.upstream === 'stall';
  const black =
    'python3 -c \'import socket; s = socket.create_server(("127.0.0.1", 9099), backlog=512); input()\'';
  return {
    title: 'The backend by hand',
    note: isStalled
      ? 'The gate lets the backend’s own requests hang once it has booted. By hand: a proxy that takes connections and never answers, in a terminal of its own.'
      : 'In a terminal of its own.',
    command: [
      ...(isStalled ? [`${black} &`] : []),
      `cd ${quoted(plan.workingDirectory)}`,
      `${isStalled ? 'HTTP_PROXY=http://127.0.0.1:9099 HTTPS_PROXY=http://127.0.0.1:9099 ' : ''}${words(plan.command)}`,
    ].join('\n'),
  };
}

function curlStep({ plan, probeRoutes }: Evidence): RepeatStep {
  const [hold, deadline] = [plan.holdMs ?? 1_000, plan.deadlineMs].map(curlSeconds);
  const method = plan.streamMethod === 'GET' ? '' : `-X ${quoted(plan.streamMethod)} `;
  const routes = probeRoutes.map(({ path }) => quoted(path)).join(' ');
  return {
    title: 'Streams that leave, and probes that ask',
    note: `${plan.clients === 1 ? 'One stream' : `${plan.clients} streams`}, left after ${hold} s; then every route has to answer within ${deadline} s.`,
    command: `for i in $(seq ${plan.clients}); do
  curl -sN ${method}-m ${hold} -o /dev/null ${quoted(plan.origin + plan.streamPath)} &
done; wait
for i in $(seq 20); do
  for route in ${routes}; do
    printf '%s  ' "$route"
    curl -s -m ${deadline} -o /dev/null -w '%{http_code} in %{time_total} s\\n' ${quoted(plan.origin)}"$route"
  done
  sleep 0.5
done`,
  };
}

function dumpStep({ plan, processes, loops }: Evidence): RepeatStep {
  const port = URL.parse(plan.origin)?.port || '80';
  const pids =
    loops.length > 0
      ? loops.map(({ pid }) => pid)
      : processes.filter((each) => each.listening).map(({ pid }) => pid);
  return {
    title: 'The stacks, while it hangs',
    note: `In this run it was ${pids.map((pid) => `pid ${pid}`).join(', ') || 'no process that could be seen'}. Every process that listens on the port, and what it has started:`,
    command: `for pid in $(ss -Htlnp 'sport = :${port}' | grep -o 'pid=[0-9]*' | cut -d= -f2 | sort -u); do
  sudo py-spy dump --pid "$pid"
done`,
  };
}

/** To curl 0 means no limit. */
function curlSeconds(ms: number): string {
  return String(Math.max(1, Math.round(ms)) / 1_000);
}

function duration(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${Math.round(ms)}ms`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  const shown = withTilde(text, homedir());
  if (/^~?[\w@%+=:,./-]+$/.test(shown)) return shown;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
