import type { Annotations } from './annotations.ts';
import { parseCommand, type WorkflowCommand } from './command-syntax.ts';
import { Secrets } from './secrets.ts';

/** Those that a step may not use any more: they are known, and fail. */
const disabled = ['set-env', 'add-path'];
const known = new Set([
  ...['error', 'warning', 'notice', 'debug', 'echo', 'group', 'endgroup', 'stop-commands'],
  ...['set-output', 'save-state', 'add-mask', 'add-matcher', 'remove-matcher', ...disabled],
]);
/** A stop token that is longer is masked like a secret. */
const longestUnmaskedToken = 6;

/** Reads what a step prints, line by line, as `ActionCommandManager.cs` of actions/runner does; obeys and logs it. */
export class CommandProcessor {
  readonly log: string[] = [];
  /** From `add-mask`, not from `stop-commands`. */
  readonly masks: string[] = [];
  readonly outputs: Record<string, string> = {};
  readonly states: Record<string, string> = {};
  /** True once a command failed the step, whatever its exit code. */
  failed = false;
  readonly #annotations: Annotations;
  readonly #secrets: Secrets;
  #stopToken: string | undefined;
  #echoes = false;

  constructor(annotations: Annotations, secrets = new Secrets()) {
    this.#annotations = annotations;
    this.#secrets = secrets;
  }

  /** True while a token is awaited. */
  get stopped(): boolean {
    return this.#stopToken !== undefined;
  }

  take(line: string): void {
    const command = parseCommand(line, (name) => known.has(name) || name === this.#stopToken?.toLowerCase());
    if (command && this.#stopToken === undefined) {
      this.#obey(command, line);
    } else {
      if (command?.name === this.#stopToken?.toLowerCase()) this.#stopToken = undefined;
      this.#print(line);
    }
  }

  #obey({ name, properties, data }: WorkflowCommand, line: string): void {
    switch (name) {
      case 'error':
      case 'warning':
      case 'notice':
        this.#annotations.add(name, this.#secrets.mask(data), properties);
        this.#print(`##[${name}]${data}`);
        break;
      case 'group':
      case 'endgroup':
        this.#print(`##[${name}]${data}`);
        break;
      case 'stop-commands':
        this.#stop(data, line);
        break;
      case 'add-mask':
        this.#mask(data, line);
        break;
      case 'set-output':
        this.#set(this.outputs, properties['name'], data, line);
        break;
      case 'save-state':
        this.#set(this.states, properties['name'], data, line);
        break;
      case 'echo':
        if (/^(on|off)$/i.test(data.trim())) this.#echoes = data.trim().toLowerCase() === 'on';
        else this.#fail(line);
        break;
      default:
        if (disabled.includes(name)) this.#fail(line);
    }
  }

  #set(values: Record<string, string>, name: string | undefined, value: string, line: string): void {
    if (this.#echoes) this.#print(line);
    if (name) values[name] = value;
    else this.#fail(line);
  }

  #stop(token: string, line: string): void {
    if (token === '' || known.has(token.toLowerCase())) {
      this.#fail(line);
      return;
    }
    this.#stopToken = token;
    if (token.length > longestUnmaskedToken) this.#secrets.add(token);
    this.#print(line);
  }

  #mask(secret: string, line: string): void {
    if (secret.trim() === '') this.#fail(line);
    this.masks.push(secret);
    this.#secrets.add(secret);
  }

  #fail(line: string): void {
    this.failed = true;
    this.#annotations.add('error', `Unable to process command '${line}' successfully.`);
  }

  #print(line: string): void {
    this.log.push(this.#secrets.mask(line));
  }
}
