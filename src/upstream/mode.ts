/** What the proxy does with the backend's requests. */
export type UpstreamBehaviour = 'forward' | 'hang';

/** A way of treating the backend's own outgoing HTTP(S). See `docs/adding-a-mode.md`. */
export interface UpstreamMode {
  /** While the backend boots, before the first stream. */
  readonly booting: UpstreamBehaviour;
  /** From the first stream on, tunnels that are open by then included. */
  readonly streaming: UpstreamBehaviour;
}
