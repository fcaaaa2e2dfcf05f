/**
 * What the runtime brings along. Node, Deno, Bun and workers with Node compatibility hand out their built-in modules at run
 * time; an import of `node:crypto` would keep browsers and other workers from loading the package at all.
 */
const processOfRuntime: Partial<NodeJS.Process> | undefined = globalThis.process;

type NodeCrypto = typeof import('node:crypto');
let crypto: NodeCrypto | undefined;

/** `node:crypto`, or undefined where there is none. Asked for when it is needed first: loading it takes milliseconds. */
export function nodeCrypto(): NodeCrypto | undefined {
  crypto ??= processOfRuntime?.getBuiltinModule?.('node:crypto');
  return crypto;
}

/** Node's own Buffer, never a page's stand-in of that name, or undefined. */
export const NodeBuffer: typeof Buffer | undefined = processOfRuntime?.getBuiltinModule?.('node:buffer')?.Buffer;

/** WebCrypto, or undefined where there is none: browsers have it in secure contexts only (HTTPS, or localhost). */
export function webCrypto(): SubtleCrypto | undefined {
  const { crypto: found }: { crypto?: Partial<Crypto> } = globalThis;
  return found?.subtle;
}
