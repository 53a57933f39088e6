/** Something that a case needs beside itself: started for it alone, on a port of its own, and ended with it. */
export interface Service extends AsyncDisposable {
  /** Given to the backend, so that it can find the service. */
  readonly environment: Readonly<Record<string, string>>;
  /** Flags of the gate, where the service changes what it is asked. */
  readonly settings?: readonly string[];
}

export interface ServiceContext {
  /** The Python whose packages hold the programs. */
  readonly python: string;
  /** An empty folder, removed by whoever made it. */
  readonly folder: string;
}

export type StartService = (context: ServiceContext) => Promise<Service>;
