import process from 'node:process';

/** Runs a script's main function; a failure is one clear sentence instead of a stack trace. */
export async function main(run) {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    process.stderr.write(`${process.env.HANG_GATE_DEBUG ? error.stack : error.message}\n`);
    process.exitCode = 1;
  }
}
