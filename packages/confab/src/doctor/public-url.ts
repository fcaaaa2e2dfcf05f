import { type Config, isLoopbackHost } from '../config/index.ts';
import { instanceName } from '../domain/index.ts';
import type { SqlConnection } from '../store/index.ts';
import { type Finding, failed, ok, reasonOf, warning } from './finding.ts';

const ANSWER_MS = 5000;
const CLOCK_TOLERANCE_MS = 5000;

/** Whether clients who go to the public URL reach a server on this database. Sends nothing that is secret. */
export async function checkPublicUrl(
  { publicUrl, host, port, tls }: Config,
  connection: SqlConnection | undefined,
  now: () => number,
): Promise<Finding[]> {
  const check = 'public URL';
  const local = `${tls === undefined ? 'http' : 'https'}://${isLoopbackHost(host) || host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`;
  const url = publicUrl ?? local;
  let answer: Response;
  try {
    answer = await fetch(`${url}/ready`, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
  } catch (error) {
    const message = `${url} cannot be reached from here: ${reasonOf(error)}`;
    if (publicUrl === undefined) return [warning(check, message, 'Start the server, or set CONFAB_PUBLIC_URL.')];
    return [
      failed(
        check,
        message,
        'Start the server; see that the name, the proxy, the firewall and the certificate are right.',
      ),
    ];
  }
  const body: unknown = await answer.json().catch(() => undefined);
  const { instance } = Object(body);
  const findings = [await comparedWith(connection, check, url, answer.status, instance)];
  const date = Date.parse(answer.headers.get('date') ?? '');
  // To the second, and a proxy's rather than the server's where there is one.
  if (Math.abs(date - now()) > CLOCK_TOLERANCE_MS) {
    const seconds = Math.round((date - now()) / 1000);
    findings.push(warning('clock', `${url} is ${seconds} s away from this machine`, 'Keep all machines with NTP.'));
  }
  return findings;
}

async function comparedWith(
  connection: SqlConnection | undefined,
  check: string,
  url: string,
  status: number,
  instance: unknown,
): Promise<Finding> {
  if (status === 421) {
    return failed(
      check,
      `${url} is answered 421: the server does not know the name`,
      'Set CONFAB_PUBLIC_URL or CONFAB_ALLOWED_HOSTS.',
    );
  }
  if (status === 503) return failed(check, `${url} is reached, and not ready`, 'See the log of the server.');
  if (typeof instance !== 'string') {
    return failed(
      check,
      `${url} is answered ${status}, and not by Confab`,
      'See that the proxy passes everything on, paths and Host among it.',
    );
  }
  const { rows } = (await connection?.execute(`SELECT value FROM meta WHERE key = 'epoch'`, [])) ?? { rows: [] };
  const epoch: unknown = Object(rows[0]).value;
  if (typeof epoch !== 'string' || instanceName(epoch) !== instance) {
    return failed(
      check,
      `${url} is a Confab with other data`,
      'See where the name and the proxy lead, and that CONFAB_DATA_DIR is the right folder.',
    );
  }
  return ok(check, `${url} is reached, and serves this database`);
}
