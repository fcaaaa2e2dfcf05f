import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The suite and the package in one script, as an app's bundler would make it, ending in `code`. */
export async function bundleSuite(code: string, format: 'iife' | 'esm'): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { runSuite } from './suite.ts';\n${code}`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format,
    platform: 'neutral', // no Node modules: a bundle that needs one does not get made
    target: 'es2022',
  });
  return outputFiles[0]?.text ?? '';
}
