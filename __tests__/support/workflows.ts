/** The workflows of this repository, and the templates that others copy, as plain data. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { repository } from './runner/action-copy.ts';

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly shell?: string;
}

export interface Job {
  readonly if?: string;
  readonly needs?: readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly 'timeout-minutes'?: unknown;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly file: string;
  readonly text: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly defaults?: { readonly run?: { readonly shell?: string } };
  readonly jobs: Readonly<Record<string, Job>>;
}

export const own = readWorkflows('.github/workflows');
export const templates = readWorkflows('examples/workflows');
export const all = [...own, ...templates];

function readWorkflows(folder: string): Workflow[] {
  return globSync(`${folder}/*.{yml,yaml}`, { cwd: repository })
    .sort()
    .map((file) => {
      const text = readFileSync(join(repository, file), 'utf8');
      return { file, text, ...parse(text) };
    });
}

export function ownWorkflow(name: string): Workflow {
  const found = own.find(({ file }) => basename(file) === name);
  if (!found) throw new Error(`There is no .github/workflows/${name}.`);
  return found;
}

export function stepsOf({ jobs }: Workflow): Step[] {
  return Object.values(jobs).flatMap(({ steps }) => steps);
}
