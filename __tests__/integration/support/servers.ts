import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** Listens until the test ends; then its connections are cut. */
export async function listening<T extends NetServer>(
  server: T,
  port = 0,
): Promise<T & { readonly port: number }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, '127.0.0.1', resolve);
  await promise;
  closing.push(async () => {
    const closed = new Promise((done) => server.close(done));
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
}

/** With a certificate of its own, as a backend that is developed serves TLS. */
export function httpsServer(answer: RequestListener): Promise<HttpsServer & { readonly port: number }> {
  const pem = readFileSync(join(import.meta.dirname, '../../fixtures/tls/self-signed.pem'));
  return listening(createHttpsServer({ key: pem, cert: pem }, answer));
}

export function httpServer(answer: RequestListener): Promise<Server & { readonly port: number }> {
  return listening(createHttpServer(answer));
}

/** @param onSocket Gets each connection, with errors taken care of. */
export function netServer(
  onSocket: (socket: Socket) => void,
): Promise<NetServer & { readonly port: number }> {
  return listening(
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      onSocket(socket);
    }),
  );
}

/** A port at which nobody listens. */
export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Ends something when the test ends. */
export function atEnd(close: () => Promise<unknown>): void {
  closing.push(close);
}
