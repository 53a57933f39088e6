/**
 * Every setting of hang-gate, once. The Action's inputs, the command's flags, the config file, `action.yml` and the
 * README's table are all derived from this schema.
 */
import * as z from 'zod';
import { durationMs } from './duration.ts';

/** What the documentation and the error messages say about a setting. */
export interface SettingMeta {
  readonly description: string;
  /** Completes the sentence "it takes …". */
  readonly takes: string;
  /** As the user would write it; absent when the setting has no fixed default. */
  readonly default?: string;
  /** The flag may be given more than once, one item each. */
  readonly repeatable?: true;
  /** No message quotes what was given. What counts as a secret in it says `redaction/secrets.ts`. */
  readonly holdsSecrets?: true;
}

/** One text, or a list of such texts, cut at `separator`; empty items are dropped. */
function list(separator: RegExp) {
  return z.union([z.string(), z.array(z.string())]).transform((given) =>
    [given]
      .flat()
      .flatMap((text) => text.split(separator))
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
}

const lines = list(/\n/);
const words = list(/[\n,]/);

/** `NAME<separator>value` lines, or a mapping in a config file. */
function pairs(separator: string, name: RegExp) {
  const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
  const fromLines = lines.transform((items, context) => {
    const entries = items.map((item): [string, string] => {
      const at = item.indexOf(separator);
      return at < 0 ? [item, ''] : [item.slice(0, at).trim(), item.slice(at + 1).trim()];
    });
    if (items.some((item) => !item.includes(separator))) {
      context.addIssue({ code: 'custom', message: `a line without ${separator}` });
    }
    return Object.fromEntries(entries);
  });
  return z
    .union([fromLines, z.record(z.string(), scalar)])
    .refine((record) => Object.keys(record).every((key) => name.test(key)));
}

const count = (max: number) =>
  z
    .union([z.string(), z.int().transform(String)])
    .pipe(z.string().trim().regex(/^\d+$/))
    .transform(Number)
    .pipe(z.number().min(1).max(max));
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const path = z.string().trim().min(1);
const route = z
  .string()
  .trim()
  .regex(/^\/\S*$/);
const url = z
  .string()
  .trim()
  .refine((text) => {
    const parsed = URL.parse(text.replaceAll('{port}', '1'));
    return parsed !== null && /^https?:$/.test(parsed.protocol);
  });

function optional<T extends z.ZodType>(type: T, meta: SettingMeta) {
  return type.optional().meta({ ...meta });
}

function withDefault<T extends z.ZodType>(type: T, meta: SettingMeta & { readonly default: string }) {
  return type.prefault(meta.default as z.input<T>).meta({ ...meta });
}

const abortModeNames = ['reset', 'close', 'early'] as const;
const upstreamModeNames = ['live', 'stall'] as const;
const confirmPolicies = ['auto', 'off'] as const;
/** Reporters that write files: see `reporters/index.ts`. */
const reporterNames = ['html', 'summary', 'junit', 'sarif', 'stacks'] as const;
const artifactPolicies = ['on-failure', 'always', 'never'] as const;
const commentPolicies = ['never', 'on-change'] as const;
const outputLevels = ['quiet', 'normal', 'verbose'] as const;

/** How a stream is left: see `streams/abort-modes/`. */
export type AbortModeName = (typeof abortModeNames)[number];
/** What becomes of the backend's own outgoing HTTP(S): see `upstream/modes/`. */
export type UpstreamModeName = (typeof upstreamModeNames)[number];

export type ReporterName = (typeof reporterNames)[number];

/** The settings as users write them, in the order in which they are documented. */
export const settingsSchema = z.strictObject({
  command: optional(
    z.union([
      z
        .string()
        .trim()
        .min(1)
        .transform((line) => ({ kind: 'shell' as const, line })),
      z
        .array(z.string())
        .min(1)
        .transform((argv: readonly string[]) => ({ kind: 'argv' as const, argv })),
    ]),
    {
      description:
        'How to boot the backend: a shell line, or the words after `--` on the command line. `{port}` becomes a free port.',
      takes: 'a shell line such as `python -m uvicorn app.main:app --port {port}`',
    },
  ),
  pid: optional(count(4_194_304), {
    description:
      'A backend that already runs, by the id of one of its processes. With `pid`, or with `url` and no `command`, nothing is started and nothing is ended.',
    takes: 'the id of a running process',
  }),
  'working-directory': withDefault(path, {
    description: 'Where the command runs.',
    takes: 'the path of an existing folder',
    default: '.',
  }),
  env: withDefault(pairs('=', /^[A-Za-z_][A-Za-z0-9_]*$/), {
    description:
      "`NAME=value` lines added to the backend's environment, which holds few of the gate's own variables. `{port}` in a value becomes the port. A value whose name speaks of a token, password, key or secret is never shown.",
    takes: 'one NAME=value a line',
    repeatable: true,
    holdsSecrets: true,
    default: '',
  }),
  url: optional(url, {
    description:
      'Where the backend answers. Defaults to `http://127.0.0.1:{port}` when `{port}` is used, with `pid` to the one port that it serves, else to `http://127.0.0.1:8000`.',
    takes: 'an http:// or https:// URL',
  }),
  ready: optional(z.union([route, url]), {
    description: 'Path or URL that must answer before the test begins. Defaults to the first probe.',
    takes: 'a path that begins with / or an http(s) URL',
  }),
  'boot-timeout': withDefault(durationMs(1), {
    description: 'How long the backend may take to answer for the first time.',
    takes: 'a duration such as 500ms, 60s or 2m',
    default: '60s',
  }),
  stream: withDefault(route, {
    description: 'The streaming (Server-Sent Events) route.',
    takes: 'a path that begins with /',
    default: '/news/stream',
  }),
  'stream-method': withDefault(
    z
      .string()
      .toUpperCase()
      .pipe(z.enum(['GET', 'POST', 'PUT', 'PATCH'])),
    {
      description: 'HTTP method that opens the stream.',
      takes: 'GET, POST, PUT or PATCH',
      default: 'GET',
    },
  ),
  'stream-headers': withDefault(pairs(':', /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), {
    description: '`Name: value` lines sent with the stream request.',
    takes: 'one `Name: value` a line',
    repeatable: true,
    holdsSecrets: true,
    default: '',
  }),
  'stream-body': optional(z.string(), {
    description: 'Body sent with the stream request, for chat-like routes. Set its type in `stream-headers`.',
    takes: 'a text',
    holdsSecrets: true,
  }),
  probes: withDefault(lines.pipe(z.array(route).min(1).max(16)), {
    description: 'Routes that must always answer, one a line.',
    takes: 'one to 16 paths that begin with /, one a line',
    repeatable: true,
    default: '/\n/health',
  }),
  'sync-probe': withDefault(z.union([z.enum(['auto', 'off']), route]), {
    description:
      "One more route to probe, which a worker thread serves (a plain `def`): it falls silent when the threads are used up, while the loop stays free. `auto` looks for one in the app's OpenAPI document, unless a probe is one already or the backend was not started by the gate; `off` does not.",
    takes: 'auto, off or a path that begins with /',
    default: 'auto',
  }),
  deadline: withDefault(durationMs(100), {
    description: 'The longest that a probe may take.',
    takes: 'a duration of at least 100ms, such as 5s',
    default: '5s',
  }),
  confirm: withDefault(z.enum(confirmPolicies), {
    description:
      'Whether a failure that only lost time shows is tested again on a fresh boot before it counts: `auto` or `off`.',
    takes: confirmPolicies.join(' or '),
    default: 'auto',
  }),
  clients: withDefault(count(10_000), {
    description: 'Streams that are open at once in a wave.',
    takes: 'a whole number from 1 to 10000',
    default: '5',
  }),
  waves: withDefault(count(1_000), {
    description: 'How often streams are opened and aborted.',
    takes: 'a whole number from 1 to 1000',
    default: '3',
  }),
  hold: withDefault(durationMs(0), {
    description: 'How long a wave streams before it is aborted.',
    takes: 'a duration such as 1s',
    default: '1s',
  }),
  abort: withDefault(words.pipe(z.array(z.enum(abortModeNames)).min(1)), {
    description:
      'How streams are aborted: `reset` (TCP reset), `close` (orderly close), `early` (before the first byte). Waves take them in turn.',
    takes: `any of ${abortModeNames.join(', ')}, separated by commas`,
    repeatable: true,
    default: 'reset, close, early',
  }),
  settle: withDefault(durationMs(0), {
    description: 'How long everything must answer after each wave.',
    takes: 'a duration such as 1s',
    default: '1s',
  }),
  'shutdown-timeout': withDefault(z.union([z.literal('off').transform(() => undefined), durationMs(100)]), {
    description:
      'How long the backend may take to end after SIGTERM, when nothing else was wrong. `off` does not look: many servers wait for as long as a client or a thread stays.',
    takes: 'off or a duration of at least 100ms, such as 10s',
    default: 'off',
  }),
  upstream: withDefault(z.enum(upstreamModeNames), {
    description:
      "The backend's own outgoing HTTP(S), through a proxy of the gate's: `live` passes it on; `stall` passes it on while booting and lets it hang from the first stream on.",
    takes: upstreamModeNames.join(' or '),
    default: 'stall',
  }),
  'dump-after': withDefault(durationMs(50), {
    description: 'Silence of a probe after which stacks are dumped.',
    takes: 'a duration of at least 50ms, such as 1s',
    default: '1s',
  }),
  'py-spy': withDefault(path, {
    description: 'Path of py-spy, `auto` (found, else installed with pip, pinned by hash) or `off`.',
    takes: 'auto, off or the path of a py-spy executable',
    default: 'auto',
  }),
  config: optional(path, {
    description: 'A YAML or JSON file with the same settings; flags and inputs win over it.',
    takes: 'the path of a readable .yml, .yaml or .json file',
  }),
  'report-dir': withDefault(path, {
    description: 'Where the report goes.',
    takes: 'the path of a folder that can be written',
    default: 'hang-gate-report',
  }),
  reporter: withDefault(words.pipe(z.array(z.enum(reporterNames)).min(1)), {
    description:
      'What is rendered into the report, beside `result.json` and `evidence.json`: `html` (the page to look at), `summary` (Markdown), `junit` (test results), `sarif` (for code scanning), `stacks` (for speedscope and flame graphs).',
    takes: `any of ${reporterNames.join(', ')}, separated by commas`,
    repeatable: true,
    default: 'html, summary',
  }),
  baseline: optional(path, {
    description:
      'The `result.json` of an earlier run, or a folder that holds one, such as the downloaded artifact of the base branch: the run tells what is new since then.',
    takes: 'the path of a result.json, or of a folder that holds one',
  }),
  'new-only': withDefault(flag, {
    description:
      'Whether findings that the `baseline` also has are told without failing the run: `true` or `false`.',
    takes: 'true or false',
    default: 'false',
  }),
  artifact: withDefault(z.enum(artifactPolicies), {
    description:
      'Upload the report as an artifact: `on-failure` (any verdict but pass), `always` or `never`.',
    takes: artifactPolicies.join(', '),
    default: 'on-failure',
  }),
  comment: withDefault(z.enum(commentPolicies), {
    description:
      'The Action comments on the pull request: `never`, or `on-change` (one comment, written anew when the verdict changes). Needs `github-token`.',
    takes: commentPolicies.join(' or '),
    default: 'never',
  }),
  'comment-key': optional(path, {
    description:
      'Tells legs of a matrix apart that comment on one pull request, such as the version of Python.',
    takes: 'a short text',
  }),
  'github-token': optional(path, {
    description:
      'For `comment` alone: the token of a job with `pull-requests: write`. It goes to GitHub and to nobody else.',
    takes: 'a token',
    holdsSecrets: true,
  }),
  output: withDefault(z.enum(outputLevels), {
    description:
      'What is printed: `quiet` (the verdict), `normal` (also the phases, and a timeline where the run is not green) or `verbose` (also checks, latencies and stacks).',
    takes: outputLevels.join(', '),
    default: 'normal',
  }),
});

export type SettingName = keyof typeof settingsSchema.shape;
type Parsed = z.output<typeof settingsSchema>;

export const settingNames = Object.keys(settingsSchema.shape) as readonly SettingName[];

/** The documentation of one setting. */
export function settingMeta(name: SettingName): SettingMeta {
  return settingsSchema.shape[name].meta() as unknown as SettingMeta;
}

/** The settings as the rest of the code uses them: resolved, durations in milliseconds. */
export type Settings = Readonly<ReturnType<typeof toSettings>>;

/** The command that boots the backend: a line for the shell, or words that are run as they are. */
export type Command = NonNullable<Parsed['command']>;

export function toSettings(parsed: Parsed) {
  return {
    command: parsed.command,
    pid: parsed.pid,
    workingDirectory: parsed['working-directory'],
    env: parsed.env,
    url: parsed.url,
    ready: parsed.ready,
    bootTimeoutMs: parsed['boot-timeout'],
    stream: {
      path: parsed.stream,
      method: parsed['stream-method'],
      headers: parsed['stream-headers'],
      body: parsed['stream-body'],
    },
    probes: parsed.probes,
    syncProbe: parsed['sync-probe'],
    deadlineMs: parsed.deadline,
    confirm: parsed.confirm,
    clients: parsed.clients,
    waves: parsed.waves,
    holdMs: parsed.hold,
    abort: parsed.abort,
    settleMs: parsed.settle,
    shutdownTimeoutMs: parsed['shutdown-timeout'],
    upstream: parsed.upstream,
    dumpAfterMs: parsed['dump-after'],
    pySpy: parsed['py-spy'],
    reportDir: parsed['report-dir'],
    reporters: parsed.reporter,
    baseline: parsed.baseline,
    newOnly: parsed['new-only'],
    artifact: parsed.artifact,
    comment: parsed.comment,
    commentKey: parsed['comment-key'],
    githubToken: parsed['github-token'],
    output: parsed.output,
  };
}
