import { readFileSync } from 'node:fs';

/** User and system time in /proc are in hundredths of a second, whatever the kernel's own clock (proc_pid_stat(5), USER_HZ). */
const MS_PER_TICK = 10;

/** CPU time that all threads of the process have used so far, in ms, to 10 ms. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name before the last parenthesis can hold anything; `state` is the first field after it, utime and stime the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** Resident memory of the process, in bytes. */
export function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status has no VmRSS`);
  return Number(kibibytes) * 1024;
}

export interface LoadSample {
  /** CPU that the server used, in ms. */
  serverCpuMs: number;
  elapsedMs: number;
  /** Share of one core that this process, the load generator, used: near 1, it is what is measured. */
  generatorShare: number;
}

/** Begins to watch the server and this process; the returned function says what they used since. */
export function watchLoad(pid: number): () => LoadSample {
  const started = performance.now();
  const server = cpuMs(pid);
  const own = process.cpuUsage();
  return () => {
    const elapsedMs = performance.now() - started;
    const { user, system } = process.cpuUsage(own);
    return { serverCpuMs: cpuMs(pid) - server, elapsedMs, generatorShare: (user + system) / 1000 / elapsedMs };
  };
}
