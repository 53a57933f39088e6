import type { Block } from '../../analysis/block.ts';
import { type Standstill, standstillOf } from '../../analysis/standstill.ts';
import type { Evidence } from '../../evidence/schema.ts';
import type { NamedExplanation } from '../explanation.ts';
import { cCpu } from './c-cpu.ts';
import type { BlockedLoopCause } from './cause.ts';
import { conditionWaitCause } from './condition-wait.ts';
import { connect } from './connect.ts';
import { database } from './database.ts';
import { dns } from './dns.ts';
import { executorExit } from './executor-exit.ts';
import { fileWait } from './file-wait.ts';
import { finalizer } from './finalizer.ts';
import { fullLogPipe } from './full-log-pipe.ts';
import { futureResultCause } from './future-result.ts';
import { gc } from './gc.ts';
import { gilHeld } from './gil-held.ts';
import { importOnLoop } from './import-on-loop.ts';
import { lock } from './lock.ts';
import { nestedSelector } from './nested-selector.ts';
import { processJoinCause } from './process-join.ts';
import { processPoolExit } from './process-pool-exit.ts';
import { pythonCpu } from './python-cpu.ts';
import { selfDeadlock } from './self-deadlock.ts';
import { sleep } from './sleep.ts';
import { sqliteBusy } from './sqlite-busy.ts';
import { subprocess } from './subprocess.ts';
import { syncHttp } from './sync-http.ts';
import { threadJoinCause } from './thread-join.ts';
import { tls } from './tls.ts';
import { unnamed } from './unnamed.ts';

/**
 * In the order in which they are asked; the first that matches speaks. Circumstances come before what happens in them, and
 * the narrower before the wider: a handshake is part of an HTTP request, and a join is part of a pool's shutdown.
 */
export const blockedLoopCauses: readonly BlockedLoopCause[] = [
  gilHeld,
  finalizer,
  importOnLoop,
  executorExit,
  processPoolExit,
  selfDeadlock,
  futureResultCause,
  subprocess,
  processJoinCause,
  threadJoinCause,
  fullLogPipe,
  dns,
  tls,
  connect,
  sqliteBusy,
  database,
  syncHttp,
  sleep,
  lock,
  conditionWaitCause,
  nestedSelector,
  fileWait,
  gc,
  cCpu,
  pythonCpu,
  unnamed,
];

export function explainBlock(block: Block, evidence: Evidence): NamedExplanation {
  return explainFrom(0, standstillOf(block, evidence), evidence);
}

function explainFrom(first: number, standstill: Standstill, evidence: Evidence): NamedExplanation {
  const index = blockedLoopCauses.findIndex(
    (cause, at) => at >= first && cause.matches(standstill, evidence),
  );
  const cause = blockedLoopCauses[index] ?? unnamed;
  const rest = () => explainFrom(index + 1, standstill, evidence);
  return { ruleId: cause.id, ...cause.explain(standstill, evidence, rest) };
}
