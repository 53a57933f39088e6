/** A program: renders a run as large as the gate is made for, once, and prints what that took as JSON. */
import { judge } from '../../../src/verdict/judge.ts';
import { bigEvidence } from '../big-run.ts';
import { rendererWithScript } from './render.ts';

export interface Measured {
  readonly ms: number;
  /** Of the whole process, the evidence in it. */
  readonly peakMb: number;
  readonly kb: number;
}

const render = await rendererWithScript();
const evidence = bigEvidence();
const report = { evidence, result: judge(evidence), reportDir: '/tmp/report' };
const began = performance.now();
const html = render(report);
const measured: Measured = {
  ms: performance.now() - began,
  peakMb: process.resourceUsage().maxRSS / 1_024,
  kb: Buffer.byteLength(html) / 1_024,
};
process.stdout.write(JSON.stringify(measured));
