import * as z from 'zod';
import type { Thread } from '../evidence/schema.ts';
import { oneLine } from './one-line.ts';

/** `py-spy dump --json`, only what is used; fields that newer versions add are ignored. */
const threadSchema = z.object({
  os_thread_id: z.number().int().nullish(),
  thread_name: z.string().nullish(),
  owns_gil: z.boolean().default(false),
  frames: z.array(z.object({ name: z.string(), filename: z.string(), line: z.number().int().default(0) })),
});

/** An array of threads in all releases so far; a coming one wraps it: https://github.com/benfred/py-spy/pull/868. */
const outputSchema = z.union([z.array(threadSchema), z.object({ threads: z.array(threadSchema) })]);

/** @throws when the text is no dump. */
export function parsePySpyJson(text: string): Thread[] {
  const output = outputSchema.parse(JSON.parse(text));
  const threads = Array.isArray(output) ? output : output.threads;
  if (threads.length === 0) throw new Error('py-spy saw no thread');
  return threads.map((thread) => ({
    tid: thread.os_thread_id ?? null,
    name: thread.thread_name == null ? null : oneLine(thread.thread_name),
    ownsGil: thread.owns_gil,
    frames: thread.frames.map(({ name, filename, line }) => ({
      function: oneLine(name),
      file: oneLine(filename),
      line,
    })),
  }));
}
