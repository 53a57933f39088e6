import { spawn } from 'node:child_process';
import process from 'node:process';

/**
 * Runs a program to its end and collects what it prints.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {number} [timeout] milliseconds after which it is killed; 0 for never
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string, missing: boolean, timedOut: boolean }>}
 */
export function run(command, args, timeout = 0) {
  return new Promise((resolve) => {
    const result = { code: null, stdout: '', stderr: '', missing: false, timedOut: false };
    // PIP_USER would make pip refuse to install into a virtual environment.
    const env = { ...process.env, PIP_USER: '0' };
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout,
      killSignal: 'SIGKILL',
    });
    child.stdout.setEncoding('utf8').on('data', (text) => (result.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (result.stderr += text));
    child.on('error', () => resolve({ ...result, missing: true }));
    child.on('close', (code, signal) =>
      resolve({ ...result, code, timedOut: timeout > 0 && signal === 'SIGKILL' }),
    );
  });
}
