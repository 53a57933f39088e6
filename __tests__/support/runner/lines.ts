import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Calls back for every line as .NET's `ReadLine` cuts them: at `\n`, `\r\n` and at a lone `\r`. */
export function eachLine(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    rest = (rest + decoder.end()).replace(/\r$/, '');
    if (rest !== '') onLine(rest);
  });
}
