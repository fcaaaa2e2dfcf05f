declare module 's3rver' {
  import type { AddressInfo } from 'node:net';

  interface Options {
    port: number;
    address: string;
    silent: boolean;
    directory: string;
    configureBuckets: readonly { name: string; configs: readonly (string | Buffer)[] }[];
  }

  /** A local S3-compatible server, as far as the tests use it. */
  // biome-ignore lint/style/noDefaultExport: it is what the package has.
  export default class S3rver {
    constructor(options: Options);
    run(callback: (error: Error | null, address: AddressInfo) => void): void;
    close(): Promise<void>;
  }
}
