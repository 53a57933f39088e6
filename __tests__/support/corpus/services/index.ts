import { busyPort } from './busy-port.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';
import type { StartService } from './service.ts';

/** What `needs:` may name. */
export const services = { postgres, redis, 'busy-port': busyPort } satisfies Record<string, StartService>;

export type ServiceName = keyof typeof services;

export const serviceNames = Object.keys(services) as readonly ServiceName[];
