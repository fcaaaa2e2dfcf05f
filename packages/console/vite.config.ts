import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const OUT = '../confab/console';

/** Lays compressed copies beside scripts and style sheets: the server sends those, and compresses nothing itself. */
function compressed(): Plugin {
  return {
    name: 'compressed-copies',
    async closeBundle() {
      const folder = join(import.meta.dirname, OUT, 'assets');
      for (const name of await readdir(folder)) {
        if (!/\.(?:js|css|svg)$/.test(name)) continue;
        const content = await readFile(join(folder, name));
        await writeFile(join(folder, `${name}.br`), await promisify(brotliCompress)(content));
        await writeFile(join(folder, `${name}.gz`), await promisify(gzip)(content));
      }
    },
  };
}

export default defineConfig({
  base: '/console/',
  plugins: [react(), compressed()],
  build: {
    // Served from there, and published with the server.
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2023',
    // No script or style stands in a page: the content security policy lets none run.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
