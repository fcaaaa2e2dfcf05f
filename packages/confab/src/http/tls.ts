import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import { ConfigError } from '../config/index.ts';
import type { Logger } from '../logging.ts';

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

const WATCH_INTERVAL_MS = 2_000;

/** An HTTPS server with the certificate and key in these files. Throws ConfigError when they cannot be used. */
export function createTlsServer(files: TlsFiles, handler: RequestListener): Server {
  try {
    return createServer(readPair(files), handler);
  } catch (error) {
    const fault = `${files.certFile} and its key ${files.keyFile} cannot be used: ${reasonOf(error)}`;
    throw new ConfigError([{ setting: 'CONFAB_TLS_CERT', fault }]);
  }
}

/**
 * Puts a renewed certificate to use as soon as its files change; open connections keep the old one. A pair that cannot be used, such as
 * a new certificate whose key is yet to be written, changes nothing. Returns how to stop.
 *
 * The files are polled: renewers replace links or whole folders, which file notifications lose track of.
 */
export function reloadTlsOnChange(
  server: Server,
  files: TlsFiles,
  logger: Logger,
  intervalMs: number = WATCH_INTERVAL_MS,
): () => void {
  const reload = (): void => {
    try {
      server.setSecureContext(readPair(files));
      logger.info({ certFile: files.certFile }, 'TLS certificate reloaded');
    } catch (error) {
      logger.error(
        { certFile: files.certFile, reason: reasonOf(error) },
        'The changed TLS certificate and key cannot be used; the old ones stay',
      );
    }
  };
  const paths = [files.certFile, files.keyFile];
  for (const path of paths) watchFile(path, { interval: intervalMs, persistent: false }, reload);
  return () => {
    for (const path of paths) unwatchFile(path, reload);
  };
}

function readPair({ certFile, keyFile }: TlsFiles): { cert: Buffer; key: Buffer } {
  const pair = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  // Says whether the two can be read and belong together.
  createSecureContext(pair);
  return pair;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
